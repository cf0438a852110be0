// A whole connection of a SASL listener as a session without a socket: frames of any bytes, and frames that
// are well made, in any order and at any time. Nothing but ApiVersions passes before the login has succeeded,
// a principal is one of the users and stays who it is, answers are whole frames, and who was refused stays
// so.
//
// The first byte is how the listener is configured; then steps: what to do, and what the step needs.
#include <algorithm>
#include <string>

#include "base/check.h"
#include "broker/login.h"
#include "protocol/messages/api_versions_request.h"
#include "protocol/messages/sasl_authenticate_request.h"
#include "protocol/messages/sasl_handshake_request.h"
#include "security/sasl_mechanisms.h"
#include "tests/fuzz/memory_bound.h"

using namespace klamm;
using namespace klamm::broker;

namespace {

// A frame is copied where it is made here, its token in Cyrus, and an answer has it once more. Beside it: a
// connection of Cyrus', names of mechanisms and messages.
constexpr size_t kMemoryPerByte = 32;
constexpr size_t kMemoryBeside = 256 << 10;
constexpr std::string_view kPlainTokens[] = {
    {"\0alice\0a", 8}, {"\0bob\0b", 6}, {"\0alice\0b", 8}, {"bob\0alice\0a", 11}};
constexpr std::string_view kMechanisms[] = {"PLAIN", "SCRAM-SHA-256", "SCRAM-SHA-512", "GSSAPI"};

class Nobody final : public security::SaslCredentials {
 public:
  std::optional<security::ScramVerifier> scram(security::ScramMechanism, std::string_view) const override {
    return std::nullopt;
  }
};

class Steps {
 public:
  explicit Steps(ByteView bytes) : rest_(bytes) {}
  bool at_end() const { return rest_.empty(); }
  uint8_t byte() {
    if (rest_.empty()) return 0;
    const uint8_t value = rest_[0];
    rest_ = rest_.subspan(1);
    return value;
  }
  ByteView bytes() {
    const size_t high = byte();
    const size_t wanted = high << 8 | byte();
    const ByteView taken = rest_.first(std::min(wanted, rest_.size()));
    rest_ = rest_.subspan(taken.size());
    return taken;
  }

 private:
  ByteView rest_;
};

template <class Request>
Bytes frame_of(uint8_t version, const Request& request) {
  Bytes frame;
  protocol::append_request(frame, static_cast<int16_t>(version % (Request::kVersionMax + 1)), 7, std::nullopt,
                           request);
  frame.erase(frame.begin(), frame.begin() + 4);
  return frame;
}

Bytes next_frame(Steps& steps) {
  const uint8_t step = steps.byte();
  const uint8_t version = steps.byte();
  switch (step % 5) {
    case 0: {
      const ByteView any = steps.bytes();
      return Bytes(any.begin(), any.end());
    }
    case 1: {
      protocol::SaslHandshakeRequest handshake;
      handshake.mechanism = kMechanisms[step / 5 % 4];
      return frame_of(version, handshake);
    }
    case 2: {
      protocol::SaslAuthenticateRequest token;
      token.auth_bytes = as_bytes(kPlainTokens[step / 5 % 4]);
      return frame_of(version, token);
    }
    case 3: {
      protocol::SaslAuthenticateRequest token;
      token.auth_bytes = steps.bytes();
      return frame_of(version, token);
    }
    default: {
      protocol::ApiVersionsRequest request;
      request.client_software_name = "name";
      request.client_software_version = step & 0x80 ? "1" : "";
      return frame_of(version, request);
    }
  }
}

void check_verdict(const Login::Verdict& verdict) {
  using What = Login::Verdict::What;
  const Bytes& reply = verdict.reply;
  CHECK(verdict.what != What::kPass || reply.empty());
  CHECK(verdict.what != What::kReply || !reply.empty());
  CHECK(reply.empty() || (reply.size() >= 4 && load_be32(reply.data()) == reply.size() - 4));
  CHECK((verdict.what == What::kRefuse) == !verdict.reason.empty());
  CHECK(verdict.reason.size() < 2000 && verdict.hint.size() < 2000);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size == 0) return 0;
  static const Nobody nobody;
  static const std::vector<std::string> enabled = {"PLAIN", "SCRAM-SHA-256", "SCRAM-SHA-512"};
  static const bool is_ready = security::prepare_sasl(enabled).ok();
  CHECK(is_ready);
  SaslConfig config;
  config.mechanisms.assign(enabled.begin(), enabled.begin() + 1 + data[0] % 3);
  config.plain_users = {{"alice", "a"}, {"bob", "b"}};
  config.reauth_max_ms = data[0] & 0x40 ? 5000 : 0;
  MemoryBound bound(kMemoryPerByte * size + kMemoryBeside);
  Login login({config, nobody, "SASL"});
  Steps steps({data + 1, size - 1});
  int64_t now_ms = 0;
  bool is_refused = false;
  std::string principal;
  while (!steps.at_end()) {
    now_ms += steps.byte() * 37;
    const Bytes frame = next_frame(steps);
    const bool was_open = login.is_open();
    const Login::Verdict verdict = login.on_frame(frame, now_ms);
    check_verdict(verdict);
    if (verdict.what == Login::Verdict::What::kPass && !was_open) {
      CHECK(frame.size() >= 2 && load_be16(frame.data()) == 18);
    }
    CHECK(!is_refused || verdict.what == Login::Verdict::What::kRefuse);
    is_refused = verdict.what == Login::Verdict::What::kRefuse;
    CHECK(!is_refused || !login.is_open());
    CHECK(principal.empty() || login.principal() == principal);
    principal = login.principal();
    CHECK(principal.empty() || principal == "User:alice" || principal == "User:bob");
    CHECK(login.is_open() ? !login.frame_size_max() && !principal.empty()
                          : login.frame_size_max() <= size_t{524288});
  }
  return 0;
}
