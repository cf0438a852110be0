// Which partition of a coordinator's topic a key belongs to.
#pragma once

#include <cstdint>
#include <string_view>

namespace klamm::broker {

// Java's String.hashCode over UTF-16, its absolute value (0 for the smallest), modulo the partitions. What is
// not UTF-8 counts as what Java replaces it with. `partitions` is at least 1.
int32_t coordinator_partition(std::string_view key, int32_t partitions);

// String.hashCode of what Java reads these bytes as.
int32_t java_hash(std::string_view utf8);

}  // namespace klamm::broker
