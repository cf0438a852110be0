// JKS: the store that Java had before PKCS12, as Sun's provider writes it. Big-endian: the magic FEEDFEED,
// a version (1 or 2), a count, and so many entries:
//
//   tag u32 (1: key, 2: trusted)  alias (u16 size, modified UTF-8)  created, ms u64
//   key:      size u32, EncryptedPrivateKeyInfo;  count u32, so many certificates
//   trusted:  one certificate
//   certificate: in version 2 its type (u16 size, "X.509");  size u32, DER
//
// At the end stands SHA-1 over the password in UTF-16, the words "Mighty Aphrodite" and all that is before.
// A key is XORed with a stream of SHA-1 digests (Sun's key protector, 1.3.6.1.4.1.42.2.17.1.1).
//
// Nothing is allocated from a size or count before the bytes are there.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/bytes.h"
#include "security/stores.h"

namespace klamm::security {

inline constexpr uint32_t kJksMagic = 0xFEEDFEED;
inline constexpr uint32_t kJceksMagic = 0xCECECECE;

// Without a password the digest at the end is not looked at, as in Java.
Result<KeyMaterial, StoreError> read_jks_key_store(ByteView bytes,
                                                   const std::optional<std::string>& store_password,
                                                   const std::optional<std::string>& key_password);
Result<std::vector<CertificatePtr>, StoreError> read_jks_trust_store(
    ByteView bytes, const std::optional<std::string>& password);

}  // namespace klamm::security
