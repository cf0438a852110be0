// `klamm declared status`, beside nodes whose admin listeners answer as a test says.
#include "cli/declared_status.h"

#include <algorithm>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/bytes.h"
#include "tests/cli/fake_broker.h"
#include "tests/testing.h"

namespace klamm::cli {
namespace {

// Gives its answer once something has been sent, a few bytes at a time.
class AnsweringStream final : public Stream {
 public:
  AnsweringStream(std::string answer, std::string& asked) : answer_(std::move(answer)), asked_(asked) {}

  Attempt<> send(ByteView bytes, const Deadline&) override {
    asked_ += as_text(bytes);
    return {};
  }
  Attempt<size_t> receive(std::span<uint8_t> into, const Deadline&) override {
    const size_t size = std::min({answer_.size() - at_, into.size(), size_t{7}});
    std::copy_n(answer_.begin() + static_cast<std::ptrdiff_t>(at_), size, into.begin());
    at_ += size;
    return size;
  }

 private:
  const std::string answer_;
  std::string& asked_;
  size_t at_ = 0;
};

class AdminNetwork final : public Network {
 public:
  Attempt<std::unique_ptr<Stream>> connect(const HostPort& to, const Deadline&) override {
    const auto found = answers.find(to.text());
    if (found == answers.end()) return network_error("cannot connect to " + to.text());
    return std::unique_ptr<Stream>(std::make_unique<AnsweringStream>(found->second, asked));
  }
  void pause(int64_t) override {}

  std::map<std::string, std::string> answers;  // by address
  std::string asked;
};

struct Asking {
  int status(const std::vector<std::string_view>& words) {
    return run_declared_status(words, network, clock, console);
  }
  static std::string found(std::string_view page) {
    return "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n\r\n" + std::string(page);
  }

  AdminNetwork network;
  FakeClock clock;
  TextSink out;
  TextSink err;
  Console console{out, err};
};

constexpr std::string_view kNotHere = "HTTP/1.1 404 Not Found\r\n\r\nnothing is declared here\n";

}  // namespace

TEST_CASE_METHOD(Asking, "the node that knows what is declared says it") {
  const std::string page = "{\"problem\":\"\",\"objects\":[{\"name\":\"t\",\"ready\":true}]}\n";
  network.answers["a:1"] = kNotHere;
  network.answers["b:2"] = found(page);
  REQUIRE(status({"a:1", "b:2"}) == 0);
  REQUIRE(out.text() == page);
  REQUIRE(err.text().empty());
  REQUIRE(network.asked.ends_with("GET /declared HTTP/1.0\r\nHost: b:2\r\n\r\n"));
}

TEST_CASE_METHOD(Asking, "what is not as it is declared ends with 1") {
  network.answers["a:1"] = found("{\"problem\":\"\",\"objects\":[{\"ready\":true},\n{\"ready\":false}]}\n");
  REQUIRE(status({"a:1"}) == 1);
  network.answers["a:1"] = found("{\"problem\":\"cannot list /m\",\"objects\":[]}\n");
  REQUIRE(status({"a:1"}) == 1);
  network.answers["a:1"] = found(R"({"problem":"","objects":[{"name":"\"ready\":false","ready":true}]})");
  REQUIRE(status({"a:1"}) == 0);
}

TEST_CASE_METHOD(Asking, "where nobody knows, each says why") {
  network.answers["a:1"] = kNotHere;
  network.answers["b:2"] = "\x15\x03\x01";
  REQUIRE(status({"a:1,b:2", "c:3"}) == 1);
  REQUIRE(out.text().empty());
  REQUIRE(err.text() ==
          "a:1: nothing is declared here\n"
          "b:2: what listens there speaks no HTTP; name klamm.admin.listener, which has port 9404 mostly\n"
          "c:3: cannot connect to c:3\n");
}

TEST_CASE_METHOD(Asking, "words that are no addresses are told") {
  REQUIRE(status({}) == 1);
  REQUIRE(err.text() == "usage: klamm declared status HOST:PORT...\n");
  REQUIRE(status({"here"}) == 1);
  REQUIRE(err.text().ends_with("Invalid url in the addresses: here; write host:port\n"));
}

}  // namespace klamm::cli
