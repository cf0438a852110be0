#include "security/scram.h"

#include <openssl/evp.h>
#include <openssl/hmac.h>

#include "base/check.h"

namespace klamm::security {
namespace {

const EVP_MD* digest_of(ScramMechanism mechanism) {
  return mechanism == ScramMechanism::kSha256 ? EVP_sha256() : EVP_sha512();
}

// OpenSSL takes a null pointer for an argument that is missing, also where there are no bytes to point to.
const uint8_t* data_of(ByteView bytes) {
  static constexpr uint8_t kNothing = 0;
  return bytes.empty() ? &kNothing : bytes.data();
}

}  // namespace

std::string_view name_of(ScramMechanism mechanism) {
  return mechanism == ScramMechanism::kSha256 ? "SCRAM-SHA-256" : "SCRAM-SHA-512";
}

std::optional<ScramMechanism> scram_mechanism_from(std::string_view name) {
  for (const ScramMechanism mechanism : {ScramMechanism::kSha256, ScramMechanism::kSha512}) {
    if (name == name_of(mechanism)) return mechanism;
  }
  return std::nullopt;
}

Bytes scram_salted_password(ScramMechanism mechanism, std::string_view password, ByteView salt,
                            int32_t iterations) {
  CHECK(iterations > 0);
  Bytes salted(scram_hash_size(mechanism));
  const ByteView text = as_bytes(password);
  const int done =
      PKCS5_PBKDF2_HMAC(reinterpret_cast<const char*>(data_of(text)), static_cast<int>(text.size()),
                        data_of(salt), static_cast<int>(salt.size()), iterations, digest_of(mechanism),
                        static_cast<int>(salted.size()), salted.data());
  CHECK(done == 1);
  return salted;
}

ScramVerifier scram_verifier(ScramMechanism mechanism, ByteView salted_password, ByteView salt,
                             int32_t iterations) {
  ScramVerifier verifier;
  verifier.salt.assign(salt.begin(), salt.end());
  verifier.stored_key = scram_hash(mechanism, scram_hmac(mechanism, salted_password, as_bytes("Client Key")));
  verifier.server_key = scram_hmac(mechanism, salted_password, as_bytes("Server Key"));
  verifier.iterations = iterations;
  return verifier;
}

Bytes scram_hmac(ScramMechanism mechanism, ByteView key, ByteView text) {
  Bytes mac(scram_hash_size(mechanism));
  unsigned size = 0;
  const auto* made = HMAC(digest_of(mechanism), data_of(key), static_cast<int>(key.size()), data_of(text),
                          text.size(), mac.data(), &size);
  CHECK(made != nullptr && size == mac.size());
  return mac;
}

Bytes scram_hash(ScramMechanism mechanism, ByteView bytes) {
  Bytes digest(scram_hash_size(mechanism));
  unsigned size = 0;
  const int done =
      EVP_Digest(data_of(bytes), bytes.size(), digest.data(), &size, digest_of(mechanism), nullptr);
  CHECK(done == 1 && size == digest.size());
  return digest;
}

size_t scram_hash_size(ScramMechanism mechanism) { return mechanism == ScramMechanism::kSha256 ? 32 : 64; }

}  // namespace klamm::security
