#include "broker/declared/passwords.h"

#include "security/scram_messages.h"

namespace klamm::broker {

CheckedPassword check_password(std::string_view password, const ScramCredential* credential, Random& random) {
  constexpr ScramMechanism kMechanism = ScramMechanism::kSha512;
  CheckedPassword checked;
  if (credential != nullptr) {
    checked.compared = *credential;
    const Bytes salted =
        security::scram_salted_password(kMechanism, password, credential->salt, credential->iterations);
    const security::ScramVerifier verifier =
        security::scram_verifier(kMechanism, salted, credential->salt, credential->iterations);
    checked.matches =
        verifier.stored_key == credential->stored_key && verifier.server_key == credential->server_key;
    if (checked.matches) return checked;
  }
  const std::string salt = security::scram_random_text(random);
  checked.salt.assign(salt.begin(), salt.end());
  checked.iterations = security::kScramIterationsMin;
  checked.salted_password =
      security::scram_salted_password(kMechanism, password, checked.salt, checked.iterations);
  return checked;
}

}  // namespace klamm::broker
