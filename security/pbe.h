// Decryption with a password (PBES2 of RFC 8018, and the older schemes of PKCS5 and PKCS12), as it stands
// around keys in PEM files and around everything in PKCS12 ones: with a bound on what a file may cost, and
// with the ciphers that OpenSSL 3 has moved to its legacy provider, for as long as they are needed.
#pragma once

#include <openssl/x509.h>

#include <cstdint>
#include <optional>
#include <string>

#include "base/result.h"
#include "security/store_parts.h"
#include "security/stores.h"

namespace klamm::security {

// A thousand times what keytool and openssl ask for. A damaged or hostile file may name 2^31, which would
// hold up a start, or a reload, for an hour.
inline constexpr int64_t kPbeIterationsMax = 2'000'000;

// What all derivations of one store may cost together, in iterations.
class PbeBudget {
 public:
  explicit PbeBudget(int64_t iterations = kPbeIterationsMax) : left_(iterations) {}

  // False, and nothing is to be derived, when it is not a cost at all or more than is left.
  bool spend(int64_t iterations) {
    if (iterations < 1 || iterations > left_) return false;
    left_ -= iterations;
    return true;
  }

 private:
  int64_t left_;
};

// What is said when spend() refuses.
Error<StoreError> too_many_iterations();
// -1 for what is no positive number that fits.
int64_t iterations_of(const ASN1_INTEGER* number);

// `password` of nullopt is no password, which the older schemes tell from an empty one. kWrongPassword when
// the padding does not come out; `what` is what is encrypted, in messages: "the key".
Result<SecretBytes, StoreError> decrypt(const X509_ALGOR& algorithm, const ASN1_OCTET_STRING& content,
                                        const std::optional<std::string>& password, PbeBudget& budget,
                                        const std::string& what);
// The same of an EncryptedPrivateKeyInfo, and the key in it.
Result<KeyPtr, StoreError> decrypt_key(const X509_SIG& envelope, const std::optional<std::string>& password,
                                       PbeBudget& budget, const std::string& what);

}  // namespace klamm::security
