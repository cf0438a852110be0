// What the readers of the three forms of stores share. Only for them and for who tests them.
#pragma once

#include <openssl/crypto.h>

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/bytes.h"
#include "base/result.h"
#include "security/letter_case.h"
#include "security/log_text.h"
#include "security/openssl.h"
#include "security/stores.h"

namespace klamm::security {

// Several thousand certificates; a file beyond this is not what it is said to be.
inline constexpr size_t kStoreSizeMax = 16 << 20;

inline Error<StoreError> store_error(StoreError::Kind kind, std::string detail) {
  return {StoreError{kind, std::move(detail)}};
}
inline Error<StoreError> malformed(std::string detail) {
  return store_error(StoreError::Kind::kMalformed, std::move(detail));
}
inline Error<StoreError> wrong_password(std::string detail) {
  return store_error(StoreError::Kind::kWrongPassword, std::move(detail));
}

// Bytes that are overwritten before they are given back: plain keys, passwords in another encoding.
class SecretBytes {
 public:
  SecretBytes() = default;
  explicit SecretBytes(ByteView bytes) : bytes_(bytes.begin(), bytes.end()) {}
  SecretBytes(SecretBytes&& other) noexcept : bytes_(std::exchange(other.bytes_, {})) {}
  SecretBytes& operator=(SecretBytes&& other) noexcept {
    std::swap(bytes_, other.bytes_);
    return *this;
  }
  ~SecretBytes() { OPENSSL_cleanse(bytes_.data(), bytes_.size()); }

  operator ByteView() const { return bytes_; }
  const uint8_t* data() const { return bytes_.data(); }
  size_t size() const { return bytes_.size(); }
  uint8_t& operator[](size_t at) { return bytes_[at]; }

 private:
  Bytes bytes_;
};

// nullptr when it cannot be read. What stands behind the certificate (OpenSSL's own trust settings) is
// ignored, as Java does.
CertificatePtr decode_certificate(ByteView der);
// A key in the form of PKCS8, or in a traditional one; nullptr when it cannot be read.
KeyPtr decode_key(ByteView der);

// What becomes of certificates that are not above the key's own.
enum class Strangers { kKept, kDropped };
// Finds the certificate of `key` and puts those above it behind it, in order: who signed it, who signed that
// one, and so on. Strangers that are kept stand at the end in the order that they had.
Result<KeyMaterial, StoreError> assemble(KeyPtr key, std::vector<CertificatePtr> certificates,
                                         Strangers strangers);

}  // namespace klamm::security
