#include "broker/login.h"

#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <utility>

#include "base/check.h"
#include "broker/api.h"
#include "broker/client_software.h"
#include "broker/login_frames.h"
#include "protocol/messages/api_versions_request.h"
#include "protocol/messages/sasl_authenticate_request.h"
#include "protocol/messages/sasl_handshake_request.h"
#include "security/log_text.h"
#include "security/sasl_mechanisms.h"

namespace klamm::broker {
namespace {

using protocol::ErrorCode;
using protocol::Reader;
using protocol::RequestHeader;
using security::quoted;
using security::SaslStep;
using Verdict = Login::Verdict;

constexpr int16_t kSaslHandshake = 17;
constexpr int16_t kApiVersions = 18;
constexpr int16_t kSaslAuthenticate = 36;
constexpr int16_t kFirstApiVersionsWithSoftware = 3;
constexpr size_t kFirstFramesMax = 8192;
constexpr int64_t kReauthenticationsApartMs = 1000;  // as Kafka's KafkaChannel has it
constexpr int64_t kNever = std::numeric_limits<int64_t>::max();

Verdict reply(Bytes frame) { return {.what = Verdict::What::kReply, .reply = std::move(frame)}; }
Verdict refuse(std::string reason, Bytes frame = {}) {
  return {.what = Verdict::What::kRefuse, .reply = std::move(frame), .reason = std::move(reason)};
}

std::string shown_name_of_api(int16_t key) {
  const Api* api = find_api(key);
  return api == nullptr ? fmt::format("a request with key {}", key) : std::string(api->name);
}

// The first two bytes of a TLS record that is a handshake; as the key of a request they mean nothing.
bool is_tls(ByteView frame) { return frame.size() >= 2 && frame[0] == 0x16 && frame[1] == 0x03; }

int16_t key_of(ByteView frame) {
  return frame.size() < 2 ? int16_t{-1} : static_cast<int16_t>(load_be16(frame.data()));
}

int64_t saturated_sum(int64_t now_ms, int64_t lifetime_ms) {
  return lifetime_ms > kNever - now_ms ? kNever : now_ms + lifetime_ms;
}

std::string list_of(const std::vector<std::string>& names) {
  return fmt::format("{}", fmt::join(names, ","));
}

}  // namespace

// What comes next on the connection. Whatever else comes ends it.
//
//   phase        | awaits                                             | goes on to
//   kVersions    | ApiVersions or SaslHandshake                       | kHandshake, kTokens
//   kHandshake   | SaslHandshake                                      | kTokens
//   kTokens      | SaslAuthenticate, or tokens after handshake v0     | kTokens, kOpen
//   kOpen        | any request; SaslHandshake where sessions end      | kOpen, kTokens, kMechanism
//   kMechanism   | nothing: the client wants to go on as it may not   | kRefused
//   kRefused     | nothing                                            |
//
// An ApiVersions that is answered with an error leaves kVersions as it is, so that the client may try a lower
// version. A mechanism other than the first one is refused, as by Kafka, only at the token that follows it.
struct Login::State {
  enum class Phase { kVersions, kHandshake, kTokens, kOpen, kMechanism, kRefused };

  explicit State(const Uses& given) : uses(given) {}

  const Uses uses;
  Phase phase = Phase::kVersions;
  bool has_begun = false;           // some frame of Kafka's has come
  bool tokens_have_headers = true;  // SaslHandshake v1: tokens come in SaslAuthenticate
  std::unique_ptr<security::SaslServer> server;
  std::string wanted_mechanism;  // of the handshake
  std::string mechanism;         // of the last login that succeeded
  std::string principal;
  int64_t expires_at_ms = kNever;
  std::optional<int64_t> reauthentication_began_ms;

  bool is_reauthenticating() const { return !principal.empty(); }
  std::string_view undertaking() const {
    return is_reauthenticating() ? "re-authentication" : "authentication";
  }

  Verdict on_frame(ByteView frame, int64_t now_ms);
  Verdict on_first_requests(ByteView frame);
  Verdict on_api_versions(Reader& reader, const RequestHeader& header);
  Verdict on_handshake(Reader& reader, const RequestHeader& header);
  Verdict on_raw_token(ByteView token, int64_t now_ms);
  Verdict on_authenticate(ByteView frame, int64_t now_ms);
  Verdict on_open(ByteView frame, int64_t now_ms);
  Verdict on_open_handshake(ByteView frame, int64_t now_ms);
  Verdict on_late_authenticate(ByteView frame);
  Verdict out_of_place(Reader& reader, const RequestHeader& header);
  Verdict not_kafka(ByteView frame) const;
  std::string change_of_principal() const;
  std::string reason_of(const SaslStep& step) const;
  int64_t open(int64_t now_ms);
};

Verdict Login::State::on_frame(ByteView frame, int64_t now_ms) {
  switch (phase) {
    case Phase::kVersions:
    case Phase::kHandshake:
      return on_first_requests(frame);
    case Phase::kTokens:
      return tokens_have_headers ? on_authenticate(frame, now_ms) : on_raw_token(frame, now_ms);
    case Phase::kOpen:
      return on_open(frame, now_ms);
    case Phase::kMechanism:
      return refuse(
          fmt::format("it wants to authenticate again with SASL mechanism {}, and did so with {} first",
                      quoted(wanted_mechanism), mechanism));
    case Phase::kRefused:
      break;
  }
  return refuse("it was refused before");
}

Verdict Login::State::on_first_requests(ByteView frame) {
  Reader reader(frame);
  RequestHeader header;
  if (is_tls(frame) || !read_header(reader, header)) return not_kafka(frame);
  if (header.api_key == kApiVersions) return on_api_versions(reader, header);
  if (header.api_key == kSaslHandshake) return on_handshake(reader, header);
  if (!has_begun && find_api(header.api_key) == nullptr) return not_kafka(frame);
  return refuse(
      fmt::format("it sent {} before it authenticated (security.protocol of the client should be that of "
                  "listener {}, which wants SASL)",
                  shown_name_of_api(header.api_key), uses.listener));
}

Verdict Login::State::on_api_versions(Reader& reader, const RequestHeader& header) {
  if (phase != Phase::kVersions) return refuse("it sent ApiVersions once more before it authenticated");
  has_begun = true;
  protocol::ApiVersionsRequest request;
  const bool known = header.api_version >= request.kVersionMin && header.api_version <= request.kVersionMax;
  if (!known) return {};
  if (!read_login_request(reader, header, request)) return refuse("its ApiVersions request is malformed");
  const bool is_valid = header.api_version < kFirstApiVersionsWithSoftware ||
                        (is_client_software_text(request.client_software_name) &&
                         is_client_software_text(request.client_software_version));
  if (is_valid) phase = Phase::kHandshake;
  return {};
}

Verdict Login::State::on_handshake(Reader& reader, const RequestHeader& header) {
  protocol::SaslHandshakeRequest request;
  if (!read_login_request(reader, header, request)) {
    return refuse(
        fmt::format("its SaslHandshake request, version {}, is malformed or of no version that is known",
                    header.api_version));
  }
  has_begun = true;
  tokens_have_headers = header.api_version >= 1;
  wanted_mechanism = request.mechanism;
  const auto& enabled = uses.config.mechanisms;
  if (std::ranges::find(enabled, wanted_mechanism) != enabled.end()) {
    server = security::make_sasl_server(
        wanted_mechanism, {uses.credentials, uses.config.plain_users, uses.config.strict_nonce});
  }
  if (server == nullptr) {
    return refuse(fmt::format("it wants SASL mechanism {}, and sasl.enabled.mechanisms of listener {} has {}",
                              quoted(wanted_mechanism), uses.listener, list_of(enabled)),
                  handshake_frame(header, ErrorCode::kUnsupportedSaslMechanism, enabled));
  }
  const bool is_other = is_reauthenticating() && wanted_mechanism != mechanism;
  phase = is_other ? Phase::kMechanism : Phase::kTokens;
  return reply(handshake_frame(header, ErrorCode::kNone, enabled));
}

// Without headers there is no room for errors: who is refused hears nothing.
Verdict Login::State::on_raw_token(ByteView token, int64_t now_ms) {
  const SaslStep step = server->step(token);
  if (step.what == SaslStep::What::kRefused) return refuse(reason_of(step));
  Verdict verdict = reply(raw_token_frame(step.token));
  if (step.what == SaslStep::What::kContinue) return verdict;
  if (const std::string change = change_of_principal(); !change.empty()) return refuse(change);
  open(now_ms);
  verdict.hint = step.hint;
  return verdict;
}

Verdict Login::State::on_authenticate(ByteView frame, int64_t now_ms) {
  Reader reader(frame);
  RequestHeader header;
  if (!read_header(reader, header)) return not_kafka(frame);
  if (header.api_key != kSaslAuthenticate) return out_of_place(reader, header);
  protocol::SaslAuthenticateRequest request;
  if (!read_login_request(reader, header, request)) {
    return refuse(
        fmt::format("its SaslAuthenticate request, version {}, is malformed or of no version that is known",
                    header.api_version));
  }
  const SaslStep step = server->step(request.auth_bytes);
  if (step.what == SaslStep::What::kRefused) {
    const std::string answer =
        !step.answer.empty()
            ? step.answer
            : fmt::format("Authentication failed during {} due to invalid credentials with SASL mechanism {}",
                          undertaking(), wanted_mechanism);
    return refuse(reason_of(step),
                  authenticate_error_frame(header, ErrorCode::kSaslAuthenticationFailed, answer));
  }
  if (step.what == SaslStep::What::kContinue) return reply(token_frame(header, step.token, 0));
  if (const std::string change = change_of_principal(); !change.empty()) {
    const std::string answer =
        fmt::format("Cannot change principals during re-authentication from User.{}: User.{}",
                    std::string_view(principal).substr(std::string_view("User:").size()), server->user());
    return refuse(change, authenticate_error_frame(header, ErrorCode::kSaslAuthenticationFailed, answer));
  }
  const int64_t lifetime_ms = open(now_ms);
  Verdict verdict = reply(token_frame(header, step.token, lifetime_ms));
  verdict.hint = step.hint;
  return verdict;
}

// Between the handshake and the end of the exchange: another request is answered with an error if it is one
// of the three that a login knows, and with nothing otherwise. (Kafka parses and answers every request here.)
Verdict Login::State::out_of_place(Reader& reader, const RequestHeader& header) {
  const std::string reason = fmt::format("it sent {} in the middle of its {} with SASL mechanism {}",
                                         shown_name_of_api(header.api_key), undertaking(), wanted_mechanism);
  if (header.api_key == kApiVersions) {
    return refuse(reason, api_versions_error_frame(header, ErrorCode::kIllegalSaslState));
  }
  protocol::SaslHandshakeRequest handshake;
  if (header.api_key == kSaslHandshake && read_login_request(reader, header, handshake)) {
    return refuse(reason, handshake_frame(header, ErrorCode::kIllegalSaslState, {}));
  }
  return refuse(reason);
}

Verdict Login::State::on_open(ByteView frame, int64_t now_ms) {
  const int16_t key = key_of(frame);
  if (key == kSaslHandshake) return on_open_handshake(frame, now_ms);
  if (now_ms > expires_at_ms) {
    return refuse(
        fmt::format("the session of {} has ended (connections.max.reauth.ms), and the client did not "
                    "authenticate again",
                    quoted(principal)));
  }
  return key == kSaslAuthenticate ? on_late_authenticate(frame) : Verdict{};
}

// The beginning of a re-authentication, where sessions end, and not sooner than a second after the last one
// began. Otherwise a request out of its place, which is answered so. A mechanism that is not enabled ends the
// connection at once, without an answer, as it does in Kafka.
Verdict Login::State::on_open_handshake(ByteView frame, int64_t now_ms) {
  Reader reader(frame);
  RequestHeader header;
  if (!read_header(reader, header)) return refuse("its SaslHandshake request is malformed");
  const bool too_soon =
      reauthentication_began_ms && now_ms - *reauthentication_began_ms < kReauthenticationsApartMs;
  if (expires_at_ms != kNever && !too_soon) {
    reauthentication_began_ms = now_ms;
    expires_at_ms = kNever;
    Verdict verdict = on_handshake(reader, header);
    if (verdict.what == Verdict::What::kRefuse) verdict.reply.clear();
    return verdict;
  }
  protocol::SaslHandshakeRequest request;
  if (now_ms > expires_at_ms) {
    return refuse(
        fmt::format("the session of {} has ended, and it began to authenticate again twice within a "
                    "second",
                    quoted(principal)));
  }
  if (!read_login_request(reader, header, request)) return refuse("its SaslHandshake request is malformed");
  return reply(handshake_frame(header, ErrorCode::kIllegalSaslState, {}));
}

Verdict Login::State::on_late_authenticate(ByteView frame) {
  Reader reader(frame);
  RequestHeader header;
  protocol::SaslAuthenticateRequest request;
  if (!read_header(reader, header) || !read_login_request(reader, header, request)) {
    return refuse("its SaslAuthenticate request is malformed");
  }
  return reply(authenticate_error_frame(header, ErrorCode::kIllegalSaslState,
                                        "SaslAuthenticate request received after successful authentication"));
}

Verdict Login::State::not_kafka(ByteView frame) const {
  if (is_tls(frame)) {
    return refuse(
        fmt::format("it speaks TLS, which listener {} does not (security.protocol of the client should "
                    "be SASL_PLAINTEXT, or the port is wrong)",
                    uses.listener));
  }
  return refuse(
      fmt::format("it sent what is no request of Kafka's, {}: it is no client of Kafka, or one whose "
                  "security.protocol is not that of listener {}",
                  has_begun ? "behind what was" : "first of all", uses.listener));
}

std::string Login::State::change_of_principal() const {
  if (!is_reauthenticating() || principal == "User:" + server->user()) return {};
  return fmt::format("it authenticates again as {}, and is {}", quoted("User:" + server->user()),
                     quoted(principal));
}

std::string Login::State::reason_of(const SaslStep& step) const {
  return fmt::format("its {} with SASL mechanism {} failed: {}", undertaking(), wanted_mechanism,
                     step.reason);
}

// The exchange has succeeded. How long the session lasts, or 0.
int64_t Login::State::open(int64_t now_ms) {
  CHECK(phase == Phase::kTokens && server != nullptr);
  const int64_t lifetime_ms = std::max<int64_t>(uses.config.reauth_max_ms_of(wanted_mechanism), 0);
  expires_at_ms = lifetime_ms == 0 ? kNever : saturated_sum(now_ms, lifetime_ms);
  principal = "User:" + server->user();
  mechanism = wanted_mechanism;
  server.reset();
  phase = Phase::kOpen;
  return lifetime_ms;
}

Login::Login(const Uses& uses) : state_(std::make_unique<State>(uses)) {}
Login::~Login() = default;

Login::Verdict Login::on_frame(ByteView frame, int64_t now_ms) {
  Verdict verdict = state_->on_frame(frame, now_ms);
  if (verdict.what == Verdict::What::kRefuse) {
    state_->phase = State::Phase::kRefused;
    state_->server.reset();
  }
  return verdict;
}

bool Login::is_open() const { return state_->phase == State::Phase::kOpen; }
const std::string& Login::principal() const { return state_->principal; }
const std::string& Login::mechanism() const { return state_->mechanism; }
int64_t Login::expires_at_ms() const { return state_->expires_at_ms; }

std::optional<size_t> Login::frame_size_max() const {
  const auto receive_size_max = static_cast<size_t>(std::max(state_->uses.config.receive_size_max, 0));
  switch (state_->phase) {
    case State::Phase::kOpen:
      return std::nullopt;
    case State::Phase::kTokens:
    case State::Phase::kMechanism:
      return receive_size_max;
    default:
      return std::min(kFirstFramesMax, receive_size_max);
  }
}

}  // namespace klamm::broker
