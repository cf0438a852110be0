// Names of topics that metrics cannot tell apart: '.' and '_' are the same character to them.
#pragma once

#include <optional>
#include <string_view>

#include "broker/metadata/topics_image.h"

namespace klamm::broker {

// The first topic, in the order of the names, whose name is `name` but for a '.' in the place of a '_' or the
// reverse; it may be `name` itself. It lives as long as the image. Looked up: at most as often as there are
// such names or topics between them, mostly once or twice.
std::optional<std::string_view> colliding_topic(const TopicsImage& topics, std::string_view name);

}  // namespace klamm::broker
