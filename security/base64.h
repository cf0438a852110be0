// Base64 (RFC 4648, section 4), as SCRAM's messages and the tools' arguments have it.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/bytes.h"

namespace klamm::security {

std::string to_base64(ByteView bytes);
// Only what to_base64() gives: with its padding, without blanks, and with nothing in the bits that are left
// over. nullopt for anything else.
std::optional<Bytes> from_base64(std::string_view text);

}  // namespace klamm::security
