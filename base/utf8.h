// What of bytes from outside is UTF-8, for texts that must be: what Prometheus and readers of JSON are told.
#pragma once

#include <cstddef>
#include <string_view>

namespace klamm {

// How many bytes the character at the front of `text`, which is not empty, has; 0 where there is none
// (RFC 3629).
size_t utf8_size(std::string_view text);

// U+FFFD, which stands for a byte that is part of none.
inline constexpr std::string_view kUtf8Replacement = "\xEF\xBF\xBD";

}  // namespace klamm
