// The mechanisms of the table, as they run in Cyrus, with whatever tokens: PLAIN lets in exactly whom a naive
// reading of the token lets in, SCRAM nobody, and a mechanism that is over stays so.
//
// The first byte chooses the mechanism; the tokens follow, each behind two bytes with its size.
#include <algorithm>
#include <string>
#include <vector>

#include "base/check.h"
#include "security/sasl_mechanisms.h"
#include "tests/fuzz/memory_bound.h"

using namespace klamm;
using namespace klamm::security;

namespace {

// Cyrus keeps the token's parts with a terminator each. Beside it: a connection of its, 10 KiB.
constexpr size_t kMemoryPerByte = 12;
constexpr size_t kMemoryBeside = 128 << 10;

class Nobody final : public SaslCredentials {
 public:
  std::optional<ScramVerifier> scram(ScramMechanism, std::string_view) const override { return std::nullopt; }
};

const PlainUsers& users() {
  // The last one has a name that Cyrus does not take.
  static const PlainUsers kept = {{"a", "b"},  {" a", "c"},
                                  {"a ", "d"}, {"alice", "alice-secret"},
                                  {"e", ""},   {std::string(1024, 'n'), "f"}};
  return kept;
}

// RFC 4616 with Kafka's refusals, in as few words as it takes.
std::string plain_user_of(std::string_view token) {
  if (std::ranges::count(token, '\0') != 2) return {};
  std::vector<std::string> parts(1);
  for (const char c : token) {
    if (c == '\0') {
      parts.emplace_back();
    } else {
      parts.back() += c;
    }
  }
  if (parts[2].empty()) return {};
  const auto user = users().find(parts[1]);
  const bool right = user != users().end() && user->second == parts[2];
  return right && (parts[0].empty() || parts[0] == parts[1]) ? parts[1] : "";
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size == 0) return 0;
  static const Nobody nobody;
  static const std::vector<std::string> names = {"PLAIN", "SCRAM-SHA-256", "SCRAM-SHA-512"};
  static const bool is_ready = prepare_sasl(names).ok();
  CHECK(is_ready);
  const std::string& mechanism = names[data[0] % names.size()];
  MemoryBound bound(kMemoryPerByte * size + kMemoryBeside);
  auto server = make_sasl_server(mechanism, {nobody, users(), (data[0] & 0x80) != 0});
  CHECK(server != nullptr && server->mechanism() == mechanism);
  ByteView rest{data + 1, size - 1};
  bool is_over = false;
  while (rest.size() >= 2) {
    const size_t wanted = load_be16(rest.data());
    rest = rest.subspan(2);
    const ByteView token = rest.first(std::min(wanted, rest.size()));
    rest = rest.subspan(token.size());
    const SaslStep step = server->step(token);
    const bool let_in = step.what == SaslStep::What::kDone;
    CHECK((step.what == SaslStep::What::kRefused) == !step.reason.empty());
    CHECK(step.reason.size() < 1000 && step.answer.size() < 200);
    if (mechanism == "PLAIN") {
      const std::string user = is_over ? "" : plain_user_of(as_text(token));
      CHECK(let_in == !user.empty() && (!let_in || server->user() == user));
    } else {
      CHECK(!let_in);
    }
    CHECK(!is_over || step.what == SaslStep::What::kRefused);
    is_over = step.what != SaslStep::What::kContinue;
  }
  return 0;
}
