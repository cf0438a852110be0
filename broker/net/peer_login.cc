#include "broker/net/peer_login.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "base/check.h"
#include "protocol/errors.h"
#include "protocol/messages/sasl_authenticate_request.h"
#include "protocol/messages/sasl_authenticate_response.h"
#include "protocol/messages/sasl_handshake_request.h"
#include "protocol/messages/sasl_handshake_response.h"
#include "security/log_text.h"
#include "security/sasl_mechanisms.h"

namespace klamm::broker::net {
namespace {

using protocol::ErrorCode;
using protocol::SaslAuthenticateRequest;
using protocol::SaslAuthenticateResponse;
using protocol::SaslHandshakeRequest;
using protocol::SaslHandshakeResponse;
using security::quoted;

constexpr std::string_view kPlain = "PLAIN";
// Version 0 is followed by tokens without headers, in whose place no error can stand.
constexpr int16_t kHandshakeVersion = 1;

std::optional<PeerQuestion> none() { return std::nullopt; }

// RFC 4616, without an authorization id.
Bytes plain_token(const SaslLogin& login) {
  Bytes token;
  token.reserve(2 + login.user.size() + login.password.size());
  for (const std::string* part : {&login.user, &login.password}) {
    token.push_back(0);
    token.insert(token.end(), part->begin(), part->end());
  }
  return token;
}

std::string list_of(const std::vector<std::string_view>& mechanisms) {
  std::string list;
  for (std::string_view mechanism : mechanisms) {
    if (!list.empty()) list += ",";
    list += mechanism;
  }
  return quoted(list);
}

}  // namespace

PeerQuestion PeerLogin::begin() {
  CHECK(awaits_ == Awaits::kNothing);
  awaits_ = Awaits::kVersions;
  return versions_.question();
}

PeerQuestion PeerLogin::begin_again() {
  CHECK(awaits_ == Awaits::kNothing && authenticate_version_ > 0);
  return ask_for_mechanism();
}

PeerStep PeerLogin::on_answer(ByteView body) {
  switch (std::exchange(awaits_, Awaits::kNothing)) {
    case Awaits::kVersions:
      return on_versions(body);
    case Awaits::kMechanism:
      return on_mechanism(body);
    case Awaits::kToken:
      return on_token(body);
    case Awaits::kNothing:
      break;
  }
  return failed("an answer came to nothing that was asked");
}

PeerStep PeerLogin::on_versions(ByteView body) {
  PeerStep step = versions_.on_answer(body);
  if (!step) return step;
  const PeerVersions& known = versions_.versions();
  const auto authenticate =
      known.newest(SaslAuthenticateRequest::kKey, 1, SaslAuthenticateRequest::kVersionMax);
  if (!authenticate || !known.newest(SaslHandshakeRequest::kKey, kHandshakeVersion, kHandshakeVersion)) {
    return failed(
        "the node there does not know SaslHandshake version 1 and SaslAuthenticate version 1, or its "
        "listener has no SASL; compare listener.security.protocol.map of both nodes");
  }
  authenticate_version_ = *authenticate;
  return std::optional(ask_for_mechanism());
}

PeerQuestion PeerLogin::ask_for_mechanism() {
  awaits_ = Awaits::kMechanism;
  SaslHandshakeRequest request;
  request.mechanism = sasl_.mechanism;
  return question_of(request, kHandshakeVersion);
}

PeerStep PeerLogin::on_mechanism(ByteView body) {
  SaslHandshakeResponse response;
  protocol::Reader reader(body);
  response.read(reader, kHandshakeVersion);
  if (!reader.ok()) return failed("the answer to SaslHandshake makes no sense");
  const auto error = static_cast<ErrorCode>(response.error_code);
  if (error == ErrorCode::kUnsupportedSaslMechanism) {
    return failed(
        fmt::format("the node there has not enabled it, but {}; add it to sasl.enabled.mechanisms of its "
                    "listener, or set "
                    "{} to one of these",
                    list_of(response.mechanisms), sasl_.mechanism_key));
  }
  if (error != ErrorCode::kNone) {
    return failed(fmt::format("SaslHandshake was answered with error {} ({})", response.error_code,
                              protocol::name_of(error)));
  }
  scram_.reset();
  if (sasl_.mechanism == kPlain) return std::optional(send_token(plain_token(sasl_.login)));
  const auto mechanism = security::scram_mechanism_from(sasl_.mechanism);
  if (!mechanism) {
    return failed(fmt::format("this node cannot log in so; set {} to one of {}", sasl_.mechanism_key,
                              security::sasl_mechanism_names()));
  }
  scram_.emplace(*mechanism, sasl_.login.user, sasl_.login.password, security::new_scram_nonce());
  return std::optional(send_token(scram_->first()));
}

PeerQuestion PeerLogin::send_token(ByteView token) {
  awaits_ = Awaits::kToken;
  SaslAuthenticateRequest request;
  request.auth_bytes = token;
  return question_of(request, authenticate_version_);
}

PeerStep PeerLogin::on_token(ByteView body) {
  SaslAuthenticateResponse response;
  protocol::Reader reader(body);
  response.read(reader, authenticate_version_);
  if (!reader.ok()) return failed("the answer to SaslAuthenticate makes no sense");
  if (response.error_code != 0) {
    const std::string_view said =
        response.error_message.value_or(protocol::name_of(static_cast<ErrorCode>(response.error_code)));
    return failed(fmt::format(
        "the node there refuses it: {}; compare username and password of this node's JAAS entry for {} with "
        "the credentials of that user there",
        quoted(said), sasl_.mechanism));
  }
  if (scram_) {
    auto next = scram_->step(response.auth_bytes);
    if (!next) return failed(next.error().message);
    if (!scram_->is_done()) return std::optional(send_token(*next));
    scram_.reset();
  }
  session_lifetime_ms_ = std::max<int64_t>(response.session_lifetime_ms, 0);
  return none();
}

Error<Failure> PeerLogin::failed(std::string_view why) const {
  return Error{Failure{fmt::format("the login of user {} with SASL mechanism {} failed: {}",
                                   quoted(sasl_.login.user), sasl_.mechanism, why)}};
}

}  // namespace klamm::broker::net
