// How many cores this process may use: the least of what its affinity mask and its cgroup allow.
#pragma once

#include <optional>
#include <string_view>

namespace klamm::broker::net {

// At least one. Reads /proc and /sys; what cannot be read does not limit.
int usable_cores();

// "200000 100000" (a quota and a period in microseconds) is 2 cores, "max 100000" no limit. A part of a core
// counts as one: two loops on 1.5 cores still serve each other's waits.
std::optional<int> cores_of_cpu_max(std::string_view text);

}  // namespace klamm::broker::net
