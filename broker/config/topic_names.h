// What Kafka allows as the name of a topic.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace klamm::broker {

// Kafka's sentence about what is wrong with the name; nothing when it may be used.
std::optional<std::string> check_topic_name(std::string_view name);

// '.' and '_' are the same character in metric names, so names that differ only there collide.
bool has_collision_chars(std::string_view name);
std::string without_collisions(std::string_view name);

}  // namespace klamm::broker
