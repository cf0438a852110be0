// Users with SCRAM credentials.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "security/sasl_server.h"
#include "security/scram.h"

namespace klamm::security::testing {

inline std::string text_of(ByteView bytes) { return std::string(as_text(bytes)); }

class FakeCredentials final : public SaslCredentials {
 public:
  void add(ScramMechanism mechanism, const std::string& user, std::string_view password,
           std::string_view salt, int32_t iterations = kScramIterationsMin) {
    const Bytes salted = scram_salted_password(mechanism, password, as_bytes(salt), iterations);
    verifiers[{mechanism, user}] = scram_verifier(mechanism, salted, as_bytes(salt), iterations);
  }
  std::optional<ScramVerifier> scram(ScramMechanism mechanism, std::string_view user) const override {
    const auto found = verifiers.find({mechanism, std::string(user)});
    return found == verifiers.end() ? std::nullopt : std::optional(found->second);
  }

  std::map<std::pair<ScramMechanism, std::string>, ScramVerifier> verifiers;
};

// One user, with both mechanisms.
inline FakeCredentials credentials_of(const std::string& user, std::string_view password) {
  FakeCredentials credentials;
  for (auto mechanism : {ScramMechanism::kSha256, ScramMechanism::kSha512})
    credentials.add(mechanism, user, password, "klammklammklammklamm");
  return credentials;
}

}  // namespace klamm::security::testing
