#include "cli/declared_status.h"

#include <fmt/format.h>

#include <array>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/bytes.h"
#include "cli/client/config.h"
#include "cli/error.h"
#include "cli/text.h"

namespace klamm::cli {
namespace {

constexpr int64_t kPatienceMs = 5'000;
constexpr size_t kAnswerSizeMax = 64 << 20;

// All that comes until the other end closes, as HTTP/1.0 has it.
Attempt<std::string> ask(const HostPort& address, Network& network, const Clock& clock) {
  const Deadline deadline(clock, kPatienceMs);
  auto stream = network.connect(address, deadline);
  if (!stream) return Error{stream.error()};
  const std::string request = fmt::format("GET /declared HTTP/1.0\r\nHost: {}\r\n\r\n", address.text());
  if (auto sent = (*stream)->send(as_bytes(request), deadline); !sent) return Error{sent.error()};
  std::string answer;
  std::array<uint8_t, 16 << 10> piece{};
  while (answer.size() <= kAnswerSizeMax) {
    const auto size = (*stream)->receive(piece, deadline);
    if (!size) return Error{size.error()};
    if (*size == 0) return answer;
    answer += as_text({piece.data(), *size});
  }
  return failed("its answer is too long");
}

// The page, or why there is none.
Attempt<std::string> page_of(const HostPort& address, Network& network, const Clock& clock) {
  const auto answer = ask(address, network, clock);
  if (!answer) return Error{answer.error()};
  const std::string_view text = *answer;
  const size_t end = text.find("\r\n\r\n");
  if (!text.starts_with("HTTP/1.") || end == text.npos)
    return failed("what listens there speaks no HTTP; name klamm.admin.listener, which has port 9404 mostly");
  std::string body(text.substr(end + 4));
  // "HTTP/1.1 200 OK"
  if (text.substr(9, 3) == "200") return body;
  return failed(std::string(trimmed(body)));
}

// Quotes inside of a text have a backslash before them: this is found where a field is so, and nowhere else.
bool is_well(std::string_view page) {
  return page.starts_with("{\"problem\":\"\"") && page.find("\"ready\":false") == page.npos;
}

}  // namespace

int run_declared_status(Words words, Network& network, const Clock& clock, Console& console) {
  std::vector<HostPort> addresses;
  for (const std::string_view word : words) {
    const auto parsed = parse_bootstrap("the addresses", word);
    if (!parsed) {
      console.error_line("{}", parsed.error().message);
      return 1;
    }
    addresses.insert(addresses.end(), parsed->begin(), parsed->end());
  }
  if (addresses.empty()) {
    console.error_line("usage: klamm declared status HOST:PORT...");
    return 1;
  }
  std::string why;
  for (const HostPort& address : addresses) {
    const auto page = page_of(address, network, clock);
    if (page) {
      console.write(*page);
      return is_well(*page) ? 0 : 1;
    }
    why += fmt::format("{}: {}\n", address.text(), page.error().message);
  }
  console.write_error(why);
  return 1;
}

}  // namespace klamm::cli
