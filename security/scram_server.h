// ScramServer: the server's side of one SCRAM exchange (RFC 5802), with Kafka's answers.
//
//   waits for | when it comes                                                     | then
//   first     | the user's verifier, or a fake one, is chosen; server-first goes  | final
//   final     | nonce, channel binding and proof are verified; server-final goes  | over
//   over      | whatever comes is refused                                         | over
//
// A user that does not exist is given a salt which is always the same, and is refused at the proof like
// somebody with a wrong password, after the same work: names cannot be probed, by answers or by time. (Kafka
// refuses at the first message.) The salt comes from a secret of the process, so that it looks like any other
// one; but it is another one on other nodes and after a restart.
#pragma once

#include <string>
#include <string_view>

#include "security/sasl_server.h"
#include "security/scram.h"

namespace klamm::security {

class ScramServer final : public SaslServer {
 public:
  struct Uses {
    const SaslCredentials& credentials;
    ByteView secret;            // what salts of unknown users come from; outlives the server
    bool strict_nonce = false;  // see the nonce in on_final()
  };

  // `nonce` is our part of it, and must be new for each exchange.
  ScramServer(ScramMechanism mechanism, const Uses& uses, std::string nonce);

  SaslStep step(ByteView token) override;
  const std::string& user() const override { return user_; }
  std::string_view mechanism() const override { return name_of(mechanism_); }

 private:
  enum class WaitsFor { kFirst, kFinal, kOver };

  SaslStep on_first(std::string_view message);
  SaslStep on_final(std::string_view message);
  SaslStep refused(std::string reason, std::string answer = {});
  void choose_verifier();
  // Whether the proof is that of who knows the password.
  bool proves(ByteView proof, ByteView auth_message) const;
  std::string why_not_proven() const;

  const ScramMechanism mechanism_;
  const Uses uses_;
  const std::string server_nonce_;
  WaitsFor waits_for_ = WaitsFor::kFirst;
  std::string user_;
  // From the first message on.
  std::string client_nonce_;
  std::string gs2_header_;
  std::string client_first_bare_;
  std::string server_first_;
  ScramVerifier verifier_;
  bool is_known_ = false;
  bool has_other_mechanism_ = false;
};

}  // namespace klamm::security
