// What consumers say to each other through a group ("consumer" protocol type): bytes of clients, of which the
// broker only wants to know the topics.
#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include "base/bytes.h"

namespace klamm::broker::group {

inline constexpr std::string_view kConsumerProtocolType = "consumer";

// The topics of a subscription, as views into it; nullopt when it cannot be read. All versions begin like
// version 0, and later ones are promised to.
std::optional<std::vector<std::string_view>> subscribed_topics(ByteView subscription);

}  // namespace klamm::broker::group
