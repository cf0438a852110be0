// The limit of open files: segments, indexes and connections each take one.
#pragma once

#include <cstdint>
#include <optional>

#include "broker/config/load.h"

namespace klamm::broker {

// Raises the process's limit to what it may be, and says what it is now.
uint64_t raise_descriptor_limit();

inline constexpr uint64_t kDescriptorsMin = 1024;

// Too few to start with are a failure.
Result<void, Failure> check_descriptor_limit(uint64_t limit);
// A warning, when they are too few for as many partitions if all of them are busy.
std::optional<Notice> check_descriptors_for(uint64_t limit, uint64_t partitions);

}  // namespace klamm::broker
