#include "broker/group/log_text.h"

#include <algorithm>

namespace klamm::broker::group {

std::string for_log(std::string_view text) {
  std::string shown(text.substr(0, 255));
  std::ranges::replace_if(
      shown, [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7F; }, '?');
  return shown;
}

}  // namespace klamm::broker::group
