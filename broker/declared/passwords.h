// Passwords of declared users, beside the credentials that the cluster has of them (KIP-554). Comparing one
// takes milliseconds, so that it is done away from the loops, and what came of it is handed in.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "base/bytes.h"
#include "base/random.h"
#include "broker/metadata/credentials_image.h"

namespace klamm::broker {

struct CheckedPassword {
  std::string problem;                      // why nothing is known; then the rest means nothing
  std::optional<ScramCredential> compared;  // with what; without it the user had none
  bool matches = false;
  // Otherwise, what the user's credential is to be made of. No password can be had from it.
  Bytes salt{};
  Bytes salted_password{};
  int32_t iterations = 0;
};
// By the user's name.
using CheckedPasswords = std::map<std::string, CheckedPassword, std::less<>>;

// `credential` is null where the user has none. SCRAM-SHA-512.
CheckedPassword check_password(std::string_view password, const ScramCredential* credential, Random& random);

}  // namespace klamm::broker
