// The limit of open files: segments, indexes and connections each take one. Logs come first: connections get
// what is left when every replica's files are open, and kDescriptorsReserved more are kept for older segments
// that are read, checkpoints, and the node itself. A quarter of the limit is theirs in any case, so that a
// node with more replicas than its limit allows is reached by somebody; its idle logs have no files open.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "broker/config/load.h"

namespace klamm::broker {

// Raises the process's limit to what it may be, and says what it is now.
uint64_t raise_descriptor_limit();

inline constexpr uint64_t kDescriptorsMin = 1024;
inline constexpr uint64_t kDescriptorsReserved = 256;
inline constexpr std::string_view kDescriptorsRemedy =
    "LimitNOFILE in a systemd unit, --ulimit nofile of a container, or ulimit -n before the start";

// Too few to start with are a failure.
Result<void, Failure> check_descriptor_limit(uint64_t limit);
// A warning, when they are too few for as many partitions if all of them are busy.
std::optional<Notice> check_descriptors_for(uint64_t limit, uint64_t partitions);
// Logs and connections get descriptors below this one alone: those above are for the metadata log, which must
// not fail for want of one.
int descriptor_ceiling();
// How many connections there may be on a node with so many replicas.
int32_t connections_beside(uint64_t limit, uint64_t replicas);

}  // namespace klamm::broker
