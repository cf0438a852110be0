// SaslServer: one SASL exchange on the server's side, of any mechanism: tokens in, tokens out, a name at the
// end. The mechanism table (sasl_mechanisms.h) makes them; Cyrus SASL is beneath and is not seen from here.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "base/bytes.h"
#include "security/scram.h"

namespace klamm::security {

struct SaslStep {
  enum class What {
    kContinue,  // `token` is to be answered with another one
    kDone,      // `token`, which may be empty, is the last; user() is who it is
    kRefused,   // the exchange is over
  };
  What what = What::kRefused;
  Bytes token{};
  // When refused. What the client is told: the same for an unknown user and for a wrong password. Empty: no
  // more than that its credentials are invalid, in words that depend on what they were for (broker/login.h).
  std::string answer{};
  // And what the log is told, without the token and without a secret; names are quoted and cut.
  std::string reason{};
  // For the log though it went well: a hint for the operator (an old client's malformed nonce).
  std::string hint{};
};

class SaslServer {
 public:
  virtual ~SaslServer() = default;
  virtual SaslStep step(ByteView token) = 0;
  // After kDone: the authorization id, which is the name of the principal (Kafka refuses any other one).
  virtual const std::string& user() const = 0;
  virtual std::string_view mechanism() const = 0;
};

// Where credentials come from. Asked on the thread that steps; never waits.
class SaslCredentials {
 public:
  virtual ~SaslCredentials() = default;
  // nullopt: there is no such user. The exchange goes on with a verifier that nobody knows, so that names
  // cannot be probed (see scram_server.h).
  virtual std::optional<ScramVerifier> scram(ScramMechanism mechanism, std::string_view user) const = 0;
};

}  // namespace klamm::security
