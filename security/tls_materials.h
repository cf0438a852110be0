// What a TlsConfig refers to, read: files and inline values become a key with its chain, and the trusted
// certificates. Every failure is one line: the key, the file, what is wrong with it, and the remedy.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "security/openssl.h"
#include "security/stores.h"
#include "security/tls_config.h"

namespace klamm::security {

struct TlsMaterials {
  std::optional<KeyMaterial> key;
  std::optional<std::vector<CertificatePtr>> trusted;  // not set: the system's
  std::string fingerprint;
};

Result<TlsMaterials, Failure> read_tls_materials(const TlsConfig& config);

// The digest of what the files and inline values hold at this moment, equal to TlsMaterials::fingerprint
// while nothing changes. What cannot be read is a part of it too, so that it changes when that does.
std::string fingerprint_of(const TlsConfig& config);

// `key` as it stands in the configuration, with the prefix of its listener.
std::string full_key(const TlsConfig& config, std::string_view key);
Failure tls_failure(const TlsConfig& config, std::string_view key, const std::string& text);

}  // namespace klamm::security
