// What a string may be on the wire. Kafka takes no more in the compact form either.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace klamm::protocol {

inline constexpr size_t kStringSizeMax = 0x7FFF;

// As much of the text as fits, up to a whole character: for what is put together from texts of others, each
// of which may be as long as a string can be.
inline std::string_view cut(std::string_view text, size_t size_max = kStringSizeMax) {
  size_t size = std::min(text.size(), size_max);
  while (size > 0 && size < text.size() && (static_cast<uint8_t>(text[size]) & 0xC0) == 0x80) --size;
  return text.substr(0, size);
}

}  // namespace klamm::protocol
