// SCRAM (RFC 5802, RFC 7677) as Kafka has it: SCRAM-SHA-256 and SCRAM-SHA-512 without channel binding,
// passwords taken as UTF-8 without SASLprep. The formulas; the two sides of an exchange are in scram_server.h
// and scram_client.h.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/bytes.h"

namespace klamm::security {

enum class ScramMechanism : int8_t { kSha256 = 1, kSha512 = 2 };  // the numbers are Kafka's (KIP-554)

// "SCRAM-SHA-256", "SCRAM-SHA-512".
std::string_view name_of(ScramMechanism mechanism);
std::optional<ScramMechanism> scram_mechanism_from(std::string_view name);

inline constexpr int32_t kScramIterationsMin = 4096;
inline constexpr int32_t kScramIterationsMax = 16384;

// What a server keeps of a password.
struct ScramVerifier {
  Bytes salt;
  Bytes stored_key;
  Bytes server_key;
  int32_t iterations = 0;
};

// Hi(): `iterations` of HMAC, a few milliseconds for 4,096.
Bytes scram_salted_password(ScramMechanism mechanism, std::string_view password, ByteView salt,
                            int32_t iterations);
ScramVerifier scram_verifier(ScramMechanism mechanism, ByteView salted_password, ByteView salt,
                             int32_t iterations);
Bytes scram_hmac(ScramMechanism mechanism, ByteView key, ByteView text);
Bytes scram_hash(ScramMechanism mechanism, ByteView bytes);
size_t scram_hash_size(ScramMechanism mechanism);

}  // namespace klamm::security
