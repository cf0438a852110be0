// "It is UTF-8", as a check of what is written.
#pragma once

#include <string_view>

#include "base/utf8.h"

namespace klamm {

inline bool is_utf8(std::string_view text) {
  while (!text.empty()) {
    const size_t size = utf8_size(text);
    if (size == 0) return false;
    text.remove_prefix(size);
  }
  return true;
}

}  // namespace klamm
