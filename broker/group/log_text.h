// What clients call things, as it may stand in a log line.
#pragma once

#include <string>
#include <string_view>

namespace klamm::broker::group {

// At most 255 bytes of it, as the clients of KIP-800 keep to, and without what would look like another line.
std::string for_log(std::string_view text);

}  // namespace klamm::broker::group
