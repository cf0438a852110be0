// PeerLogin: how this node logs in to another one by SASL (KIP-43, KIP-152, KIP-368). A machine without I/O:
// the body of an answer in, the next question out. First it asks for versions, as Kafka's clients do, then it
// says which mechanism (SaslHandshake v1), then tokens go to and fro (SaslAuthenticate).
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "broker/config/security_config.h"
#include "broker/net/peer_versions.h"
#include "security/scram_client.h"

namespace klamm::broker::net {

// With what the node logs in at the nodes behind one listener. Holds a secret: never printed.
struct PeerSasl {
  std::string mechanism;
  // Where that stands, for messages: sasl.mechanism.inter.broker.protocol or
  // sasl.mechanism.controller.protocol.
  std::string mechanism_key;
  SaslLogin login;
};

class PeerLogin {
 public:
  // `sasl` outlives it.
  explicit PeerLogin(const PeerSasl& sasl) : sasl_(sasl) {}

  // Of the first login on a connection.
  PeerQuestion begin();
  // Of one more on the same connection, after one that succeeded: it goes by the versions of that time.
  PeerQuestion begin_again();
  // `body` is behind the response's header. SCRAM costs as many iterations as the server asks for, a few
  // milliseconds.
  PeerStep on_answer(ByteView body);

  // After a login: how long the other end lets it count; 0 for ever.
  int64_t session_lifetime_ms() const { return session_lifetime_ms_; }

 private:
  //   awaits      | and then asks
  //   kVersions   | SaslHandshake
  //   kMechanism  | SaslAuthenticate, with the first token
  //   kToken      | SaslAuthenticate, with the next one, or nothing: kNothing
  //   kNothing    | of a new exchange, or of one that is over, well or not
  enum class Awaits { kNothing, kVersions, kMechanism, kToken };

  PeerStep on_versions(ByteView body);
  PeerStep on_mechanism(ByteView body);
  PeerStep on_token(ByteView body);
  PeerQuestion ask_for_mechanism();
  PeerQuestion send_token(ByteView token);
  Error<Failure> failed(std::string_view why) const;

  const PeerSasl& sasl_;
  Awaits awaits_ = Awaits::kNothing;
  VersionsExchange versions_{0};
  int16_t authenticate_version_ = 0;
  std::optional<security::ScramClient> scram_;  // of the present exchange, unless that is PLAIN's
  int64_t session_lifetime_ms_ = 0;
};

}  // namespace klamm::broker::net
