// What Kafka allows as the name of a topic.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace klamm::broker {

// Kafka's sentence about what is wrong with the name; nothing when it may be used.
std::optional<std::string> check_topic_name(std::string_view name);

}  // namespace klamm::broker
