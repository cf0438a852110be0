// PEM: text with blocks between BEGIN and END, as files have it and as operators put it on one line of a
// configuration.
//
// Accepted is what Kafka's parser accepts (KIP-651), and beyond it: keys in the traditional forms, encrypted
// (DEK-Info) or not; a key that is not encrypted though a password is given; "\n" spelled out, as it comes
// out of environment variables. Other than Kafka, a certificate or a key whose END is missing is refused, not
// passed over: a file that is read while it is written must not become a shorter chain.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "security/pbe.h"
#include "security/stores.h"

namespace klamm::security {

// One private key, and every certificate.
Result<KeyMaterial, StoreError> read_pem_key_store(std::string_view text,
                                                   const std::optional<std::string>& password,
                                                   PbeBudget budget = PbeBudget{});
Result<std::vector<CertificatePtr>, StoreError> read_pem_trust_store(std::string_view text);

}  // namespace klamm::security
