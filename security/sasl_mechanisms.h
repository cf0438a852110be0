// The mechanism table: the SASL mechanisms that this build has, and who makes their servers. One that is to
// come (OAUTHBEARER, GSSAPI) is a row here.
#pragma once

#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "base/result.h"
#include "security/plain_server.h"
#include "security/sasl_server.h"

namespace klamm::security {

// What the mechanisms ask. All of it outlives the servers.
struct SaslUses {
  const SaslCredentials& credentials;
  const PlainUsers& plain_users;
  bool strict_nonce = false;  // klamm.sasl.scram.strict.nonce
};

// "PLAIN, SCRAM-SHA-256, SCRAM-SHA-512", for messages.
std::string sasl_mechanism_names();

// At the start, for what is enabled: whether all of it is there. Names are as Kafka's, in capitals. The
// failure names the mechanism and what to do: another mechanism, or a package that is to be installed.
Result<void, Failure> prepare_sasl(std::span<const std::string> mechanisms);

// nullptr for a mechanism that the table does not have.
std::unique_ptr<SaslServer> make_sasl_server(std::string_view mechanism, const SaslUses& uses);

// A new nonce for a SCRAM exchange.
std::string new_scram_nonce();

}  // namespace klamm::security
