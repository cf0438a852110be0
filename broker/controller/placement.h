// Where the replicas of new partitions go: Kafka's striped placement over racks and brokers, begun where
// brokers have less already (docs/decisions/011-placement-by-load.md).
#pragma once

#include <cstdint>
#include <vector>

#include "base/random.h"
#include "base/result.h"
#include "base/types.h"
#include "broker/metadata/broker_loads.h"
#include "broker/metadata/cluster_image.h"
#include "protocol/errors.h"

namespace klamm::broker {

// A replica of a partition may be led when its broker is registered, unfenced and not shutting down.
bool is_active(const ClusterImage& image, NodeId broker);

// Lists of replicas, in the order of preference; one for each partition.
using Assignments = std::vector<std::vector<NodeId>>;

// One list of replicas for each of `count` partitions, the first replica of each on an unfenced broker. Of
// two placements with random beginnings it is the one whose leaders lead less already, by `loads`: those of
// the image, and of what was decided since. The Failure is Kafka's sentence behind
// INVALID_REPLICATION_FACTOR.
Result<Assignments, Failure> place_replicas(const ClusterImage& image, const BrokerLoads& loads,
                                            Random& random, size_t count, size_t replication_factor);

// The log directory of a new replica: a broker's only one, or "not assigned yet" for the broker to choose
// (KIP-858).
Uuid directory_for(const ClusterImage& image, NodeId broker);

}  // namespace klamm::broker
