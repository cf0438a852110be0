// Text that another host chose, fit for a line of a log.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace klamm::security {

inline constexpr size_t kPeerTextMax = 200;

// In double quotes, UTF-8 whatever came: quotes are escaped, control characters and bytes that are no
// character are written as \xNN, and it is cut to kPeerTextMax bytes with "..." behind.
std::string quote_peer(std::string_view text);
// The same of a list: "DNS:a, DNS:b", cut as a whole.
std::string quote_peer(const std::vector<std::string>& texts);

}  // namespace klamm::security
