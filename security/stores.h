// Stores: private keys with their certificates, and trusted certificates, out of the three forms in which
// operators have them: PEM text, PKCS12 and JKS. Bytes in, OpenSSL's objects out; who reads files and names
// configuration keys is elsewhere (tls_materials.h).
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/bytes.h"
#include "base/result.h"
#include "security/openssl.h"

namespace klamm::security {

enum class StoreType { kPem, kPkcs12, kJks };
// "PEM", "PKCS12", "JKS", in any case, as ssl.keystore.type has them.
std::optional<StoreType> store_type_from(std::string_view name);
std::string_view name_of(StoreType type);

// A private key, its certificate first in `chain`, then those that signed it, in order.
struct KeyMaterial {
  KeyPtr key;
  std::vector<CertificatePtr> chain;
};

// What went wrong with a store. The texts name no file and no secret: the caller puts the key, the file and
// the remedy around them.
struct StoreError {
  enum class Kind {
    kMalformed,      // not this format; `detail` says what it looks like when that can be told
    kWrongPassword,  // of the store, or, as `detail` says, of the key in it
    kNoKey,          // no private key entry
    kNoCertificate,  // no certificate
    kMismatch,       // the key is not that of the certificate
  };
  Kind kind;
  std::string detail;
};

// `key_password` defaults to the store's password. Of several keys the first by alias is taken, as Java's
// SunX509 does for one that must choose without more.
// PEM: a private key (PKCS8, encrypted or not, or the traditional forms) and a chain, in any order.
Result<KeyMaterial, StoreError> read_key_store(StoreType type, ByteView bytes,
                                               const std::optional<std::string>& store_password,
                                               const std::optional<std::string>& key_password);
// Every certificate that is trusted: of JKS and PKCS12 the trusted entries (and, as Java does, the first
// certificate of each key entry); of PEM all of them. At least one, or kNoCertificate.
Result<std::vector<CertificatePtr>, StoreError> read_trust_store(StoreType type, ByteView bytes,
                                                                 const std::optional<std::string>& password);

// What a file is by its first bytes, whatever it was said to be; for error messages.
std::optional<StoreType> guess_store_type(ByteView bytes);

}  // namespace klamm::security
