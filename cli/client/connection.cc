#include "cli/client/connection.h"

#include <fmt/format.h>

#include "base/mutants_fuzz.h"
#include "cli/client/tls_stream.h"
#include "protocol/catalog.h"
#include "protocol/messages/api_versions_request.h"
#include "protocol/messages/sasl_authenticate_request.h"
#include "protocol/messages/sasl_authenticate_response.h"
#include "protocol/messages/sasl_handshake_request.h"
#include "protocol/messages/sasl_handshake_response.h"
#include "security/sasl_mechanisms.h"
#include "security/scram_client.h"

namespace klamm::cli {
namespace {

using protocol::ApiVersionsRequest;
using protocol::ApiVersionsResponse;
using protocol::ErrorCode;
using protocol::SaslAuthenticateRequest;
using protocol::SaslAuthenticateResponse;
using protocol::SaslHandshakeRequest;
using protocol::SaslHandshakeResponse;

constexpr std::string_view kSoftwareName = "klamm-tools";
constexpr std::string_view kSoftwareVersion = "0.1.0";
constexpr size_t kFrameBytesMax = size_t{1} << 30;
// A frame's room grows with what has come of it, whatever its size says.
constexpr size_t kReadBytes = 256 << 10;
constexpr std::string_view kPlain = "PLAIN";
// With what TLS answers those who do not speak it: a record of version 3, an alert or a part of a handshake.
constexpr uint8_t kTlsAlert = 0x15;
constexpr uint8_t kTlsHandshake = 0x16;
constexpr uint8_t kTlsMajor = 3;

// RFC 4616, without an authorization id.
Bytes plain_token(const ClientLogin& login) {
  Bytes token;
  for (const std::string* part : {&login.user, &login.password}) {
    token.push_back(0);
    token.insert(token.end(), part->begin(), part->end());
  }
  return token;
}

std::string list_of(const std::vector<std::string_view>& mechanisms) {
  return fmt::format("[{}]", fmt::join(mechanisms, ", "));
}

}  // namespace

std::optional<std::string_view> api_name(int16_t key) {
  for (const protocol::MessageInfo& message : protocol::messages()) {
    if (message.kind != protocol::MessageKind::kRequest || message.key != key) continue;
    std::string_view name = message.name;
    if (name.ends_with("Request")) name.remove_suffix(std::string_view("Request").size());
    return name;
  }
  return std::nullopt;
}

Attempt<std::unique_ptr<Connection>> Connection::open(const ClientConfig& config, Network& network,
                                                      const HostPort& to, const Deadline& deadline) {
  auto stream = network.connect(to, deadline);
  if (!stream) return Error{stream.error()};
  if (config.tls != nullptr) {
    stream = open_tls(*std::move(stream), config.tls, to.host, deadline);
    if (!stream) return Error{stream.error()};
  }
  std::unique_ptr<Connection> made(new Connection(to, config.client_id, *std::move(stream)));
  if (auto done = made->ask_versions(deadline); !done) return Error{done.error()};
  if (config.login) {
    if (auto done = made->log_in(*config.login, deadline); !done) return Error{done.error()};
  }
  return made;
}

std::optional<int16_t> Connection::newest(int16_t key, Versions wanted) const {
  for (const auto& api : api_versions().api_keys) {
    if (api.api_key != key) continue;
    const int16_t version = std::min(wanted.max, api.max_version);
    if (version < std::max(wanted.min, api.min_version)) return std::nullopt;
    return version;
  }
  return std::nullopt;
}

// A broker that does not know our version answers in version 0, and names those it knows (KIP-511).
Attempt<> Connection::ask_versions(const Deadline& deadline) {
  ApiVersionsRequest request;
  request.client_software_name = kSoftwareName;
  request.client_software_version = kSoftwareVersion;
  for (const int16_t version : {ApiVersionsRequest::kVersionMax, int16_t{0}}) {
    Bytes frame;
    protocol::append_request(frame, version, ++correlation_, client_id_, request);
    auto reply = exchange(frame, ApiVersionsRequest::kKey, version, deadline);
    if (!reply) return Error{reply.error()};
    // In every version the error comes first.
    const auto error = static_cast<ErrorCode>(protocol::Reader(*reply).i16());
    if (error == ErrorCode::kUnsupportedVersion && version > 0) continue;
    if (error != ErrorCode::kNone) return broker_error(error);
    auto answer = decode<ApiVersionsResponse>(*std::move(reply), version);
    if (!answer) return Error{answer.error()};
    versions_.emplace(*std::move(answer));
    return {};
  }
  return makes_no_sense();
}

Attempt<> Connection::log_in(const ClientLogin& login, const Deadline& deadline) {
  SaslHandshakeRequest handshake;
  handshake.mechanism = login.mechanism;
  auto offered = ask<SaslHandshakeResponse>(handshake, deadline, {.min = 1});
  if (!offered) return Error{offered.error()};
  if ((*offered)->error_code != 0) {
    return authentication_error(
        fmt::format("Client SASL mechanism '{}' not enabled in the server, enabled mechanisms are {}",
                    login.mechanism, list_of((*offered)->mechanisms)));
  }
  std::optional<security::ScramClient> scram;
  Bytes token;
  if (login.mechanism == kPlain) {
    token = plain_token(login);
  } else {
    scram.emplace(*security::scram_mechanism_from(login.mechanism), login.user, login.password,
                  security::new_scram_nonce());
    token = scram->first();
  }
  for (;;) {
    SaslAuthenticateRequest request;
    request.auth_bytes = token;
    auto answer = ask<SaslAuthenticateResponse>(request, deadline);
    if (!answer) return Error{answer.error()};
    const auto error = static_cast<ErrorCode>((*answer)->error_code);
    if (error != ErrorCode::kNone) {
      return authentication_error(
          std::string((*answer)->error_message.value_or(default_message(error))));
    }
    if (!scram) return {};
    auto next = scram->step((*answer)->auth_bytes);
    if (!next) return authentication_error(next.error().message);
    if (scram->is_done()) return {};
    token = *std::move(next);
  }
}

Attempt<Bytes> Connection::exchange(ByteView frame, int16_t key, int16_t version, const Deadline& deadline) {
  if (auto done = stream_->send(frame, deadline); !done) return Error{done.error()};
  auto reply = receive_frame(deadline);
  if (!reply) return reply;
  protocol::Reader reader(*reply);
  const int32_t correlation = protocol::read_response_header(reader, key, version);
  const bool is_ours = mutant::kAnyAnswerTaken || correlation == correlation_;
  if (!reader.ok() || !is_ours) return makes_no_sense();
  const size_t header = reply->size() - reader.remaining();
  reply->erase(reply->begin(), reply->begin() + static_cast<ptrdiff_t>(header));
  return reply;
}

Attempt<Bytes> Connection::receive_frame(const Deadline& deadline) {
  uint8_t size_word[4];
  Bytes frame;
  size_t have = 0;
  size_t whole = sizeof size_word;
  bool knows_size = false;
  while (have < whole) {
    if (knows_size) frame.resize(std::min(whole, std::max(frame.size(), have + kReadBytes)));
    const std::span<uint8_t> room = knows_size ? std::span<uint8_t>(frame).subspan(have)
                                               : std::span<uint8_t>(size_word).subspan(have);
    auto got = stream_->receive(room, deadline);
    if (!got) return Error{got.error()};
    if (*got == 0) return closed();
    have += *got;
    if (knows_size || have < whole) continue;
    if (!versions_ && (size_word[0] == kTlsAlert || size_word[0] == kTlsHandshake) &&
        size_word[1] == kTlsMajor) {
      return failed(fmt::format("What listens at {} speaks TLS; set security.protocol to SSL or SASL_SSL",
                                address_.text()));
    }
    knows_size = true;
    whole = load_be32(size_word);
    have = 0;
    if (whole == 0 || whole > kFrameBytesMax) return makes_no_sense();
  }
  return frame;
}

Error<ToolError> Connection::closed() const {
  const std::string text = fmt::format("{} has closed the connection", address_.text());
  if (versions_) return network_error(text);
  return network_error(text + " without an answer; look whether security.protocol is that listener's");
}

Error<ToolError> Connection::unsupported(int16_t key) const {
  Error<ToolError> error =
      failed(fmt::format("The node at {} does not support {} in a version that is known here",
                         address_.text(), api_name(key).value_or("the API")));
  error.error.kind = ToolError::Kind::kUnsupported;
  error.error.code = ErrorCode::kUnsupportedVersion;
  return error;
}

Error<ToolError> Connection::makes_no_sense() {
  return failed("what came back is no answer of a Kafka broker; look what listens there");
}

}  // namespace klamm::cli
