// PKCS12 (RFC 7292), as keytool and openssl write it, old and new.
//
// What is trusted: the certificates that keytool has marked so (Sun's attribute trustedKeyUsage) and the
// first certificate of each key, as in Java. Where there is neither, Java finds a store without a single
// certificate; that is what openssl makes of a list of authorities, and here all of them are taken.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/bytes.h"
#include "security/pbe.h"
#include "security/stores.h"

namespace klamm::security {

// The key is tried with its own password first and with the store's then: keytool encrypts keys with the
// store's whatever it is told, and a configuration may still name another.
Result<KeyMaterial, StoreError> read_pkcs12_key_store(ByteView bytes,
                                                      const std::optional<std::string>& store_password,
                                                      const std::optional<std::string>& key_password,
                                                      PbeBudget budget = PbeBudget{});
// Without a password the integrity is not checked, as in Java.
Result<std::vector<CertificatePtr>, StoreError> read_pkcs12_trust_store(
    ByteView bytes, const std::optional<std::string>& password, PbeBudget budget = PbeBudget{});

}  // namespace klamm::security
