// Text that another host chose, fit for a line of a log.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace klamm::security {

inline constexpr size_t kPeerTextMax = 200;

// In double quotes, control characters and quotes escaped, cut to kPeerTextMax bytes with "..." behind.
std::string quote_peer(std::string_view text);
// The same of a list: "DNS:a, DNS:b", cut as a whole.
std::string quote_peer(const std::vector<std::string>& texts);

}  // namespace klamm::security
