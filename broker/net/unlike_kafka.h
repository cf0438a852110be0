// What a peer probably is whose first bytes are not a Kafka frame: said in the log line that explains why its
// connection was closed, since this is how a client with the wrong port or protocol shows.
#pragma once

#include <cstdint>
#include <span>
#include <string>

namespace klamm::broker::net {

std::string why_not_a_frame(std::span<const uint8_t, 4> size_word, size_t size_max);

}  // namespace klamm::broker::net
