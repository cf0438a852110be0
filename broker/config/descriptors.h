// The limit of open files: segments, indexes and connections each take one.
#pragma once

#include <cstdint>

#include "broker/config/load.h"

namespace klamm::broker {

// Raises the process's limit to what it may be, and says what it is now.
uint64_t raise_descriptor_limit();

inline constexpr uint64_t kDescriptorsMin = 1024;
inline constexpr uint64_t kDescriptorsComfortable = 100'000;

// Too few to start with are a failure; few are a warning.
Result<std::vector<Notice>, Failure> check_descriptor_limit(uint64_t limit);

}  // namespace klamm::broker
