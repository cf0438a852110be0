// A stream with TLS: both ends in memory.
#include "cli/client/tls_stream.h"

#include <algorithm>
#include <memory>
#include <string>
#include <utility>

#include "tests/cli/fake_broker.h"
#include "tests/security/tls_fixture.h"
#include "tests/testing.h"

namespace klamm::cli {
namespace {

using security::TlsSession;

// The other end: what it reads it sends back.
class Echo final : public Stream {
 public:
  explicit Echo(const std::shared_ptr<const security::TlsContext>& context)
      : session_(TlsSession::accept(context)) {}

  Attempt<> send(ByteView bytes, const Deadline&) override {
    security::feed(*session_, bytes);
    session_->handshake();
    const std::string text = security::read_all(*session_);
    if (!text.empty()) session_->write(as_bytes(text));
    return {};
  }
  Attempt<size_t> receive(std::span<uint8_t> into, const Deadline&) override {
    const ByteView out = session_->wire_out();
    const size_t count = std::min(into.size(), out.size());
    std::copy_n(out.begin(), count, into.begin());
    session_->wire_sent(count);
    return count;
  }

 private:
  const std::unique_ptr<TlsSession> session_;
};

// Takes everything, and ends.
class Deaf final : public Stream {
 public:
  Attempt<> send(ByteView, const Deadline&) override { return {}; }
  Attempt<size_t> receive(std::span<uint8_t>, const Deadline&) override { return size_t{0}; }
};

class TlsStreamFixture {
 public:
  Attempt<std::unique_ptr<Stream>> open(std::unique_ptr<Stream> below, const std::string& host) {
    const auto context = security::client_context(security::client_config(certificates.root()));
    return open_tls(std::move(below), context, host, deadline);
  }
  std::unique_ptr<Stream> echo() {
    const auto identity = certificates.leaf("CN=broker-0", {.dns = {"broker-0"}});
    return std::make_unique<Echo>(security::server_context(security::server_config(identity)));
  }

  security::Certificates certificates;
  FakeClock clock;
  const Deadline deadline{clock, 1000};
};

TEST_CASE_METHOD(TlsStreamFixture, "what goes through TLS comes back, also more than one record") {
  auto stream = open(echo(), "broker-0");
  REQUIRE(stream.ok());
  const std::string text(100'000, 'x');
  REQUIRE((*stream)->send(as_bytes(text), deadline).ok());
  std::string back;
  uint8_t piece[7000];
  while (back.size() < text.size()) {
    const auto got = (*stream)->receive(piece, deadline);
    REQUIRE(got.ok());
    REQUIRE(*got > 0);
    back += as_text({piece, *got});
  }
  REQUIRE(back == text);
}

TEST_CASE_METHOD(TlsStreamFixture, "a certificate for another host is refused for good") {
  const auto stream = open(echo(), "broker-1");
  REQUIRE_FALSE(stream.ok());
  REQUIRE(stream.error().kind == ToolError::Kind::kAuthentication);
  REQUIRE_FALSE(stream.error().is_passing);
  REQUIRE(stream.error().message.starts_with("SSL handshake failed: "));
}

TEST_CASE_METHOD(TlsStreamFixture, "who ends in the middle of a handshake is tried again") {
  const auto stream = open(std::make_unique<Deaf>(), "broker-0");
  REQUIRE_FALSE(stream.ok());
  REQUIRE(stream.error().is_passing);
}

}  // namespace
}  // namespace klamm::cli
