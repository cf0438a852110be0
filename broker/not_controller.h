// Whether an answer says that the node which was asked is not the active controller. Each message says so in
// a place of its own; counted are those that Kafka counts (errorCounts of its responses).
#pragma once

#include <cstdint>

#include "base/bytes.h"

namespace klamm::broker {

// `body` is an answer to a request of `key`, behind the response's header. False for an API that is not the
// controller's, and for what cannot be read.
bool says_not_controller(int16_t key, int16_t version, ByteView body);

}  // namespace klamm::broker
