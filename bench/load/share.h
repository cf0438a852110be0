// How a topic's partitions are shared by the connections to their leaders, and by the requests of one.
#pragma once

#include <cstdint>
#include <vector>

#include "bench/load/load.h"

namespace klamm::bench {

// What one connection has to itself.
struct Share {
  Address address;
  std::vector<int32_t> partitions;
};

// `connections` to each leader, but none that would have no partition.
std::vector<Share> shares_of(const Topic& topic, int32_t connections);
// The one connection of a run that knows only one; gives up where there are several leaders.
Share only_share(const Topic& topic);

// Of the rate that is asked for: each partition has as much of it as any other.
double rate_of(const Options& options, const Topic& topic, const Share& share);

// The share's partitions, in groups of which each has a Produce request of its own.
std::vector<std::vector<int32_t>> requests_of(const Options& options, const Share& share);
// How many records a batch holds: a request's part for one of its partitions.
int32_t batch_records(const Options& options, const Share& share);

}  // namespace klamm::bench
