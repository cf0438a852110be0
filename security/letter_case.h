// Capital and small letters of every script, as Java's String.toLowerCase and toUpperCase (Locale.ENGLISH)
// have them by Unicode 16: what /L and /U of a mapping rule mean.
//
// One difference stays: whether a Greek sigma ends its word is told by the characters beside it, where Java
// looks for the ends of words.
#pragma once

#include <string>
#include <string_view>

namespace klamm::security {

// `text` is UTF-8. One letter may become several: a sharp s is SS in capitals.
std::string lower_case(std::string_view text);
std::string upper_case(std::string_view text);

}  // namespace klamm::security
