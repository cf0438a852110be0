// JksWriter: a JKS as Sun's KeyStore writes it, entry after entry, for tests of who reads one.
#pragma once

#include <openssl/x509.h>

#include <cstdint>
#include <string_view>
#include <vector>

#include "base/bytes.h"
#include "tests/security/certificates.h"

namespace klamm::security {

class JksWriter {
 public:
  explicit JksWriter(uint32_t version = 2) : version_(version) {}

  // The key under Sun's key protector, with chain(). Passwords are ASCII.
  JksWriter& key(std::string_view alias, const Identity& identity, std::string_view password);
  // The same with a chain of the test's choice, and with what stands where the protected key should.
  JksWriter& key(std::string_view alias, const Bytes& protected_key, const std::vector<X509*>& chain);
  JksWriter& trusted(std::string_view alias, X509& certificate);

  // Without the digest at the end.
  Bytes body() const;
  // With it.
  Bytes sealed(std::string_view store_password) const;

  static Bytes protect(EVP_PKEY& key, std::string_view password);
  static Bytes seal(Bytes body, std::string_view store_password);

 private:
  void put_u16(uint32_t value);
  void put_u32(uint32_t value);
  void put_text(std::string_view text);
  void put_certificate(X509& certificate);
  void begin(uint32_t tag, std::string_view alias);

  uint32_t version_;
  uint32_t count_ = 0;
  Bytes entries_;
};

}  // namespace klamm::security
