// How fast replicas may move: kept as configurations of the brokers and topics that take part, and taken away
// again when nothing moves any more.
#pragma once

#include <cstdint>
#include <set>

#include "cli/client/client.h"
#include "cli/client/reassignments.h"
#include "cli/error.h"
#include "cli/reassign_plan.h"

namespace klamm::cli {

// For what moves already and what is about to, from `current` to `proposed`: no more than that many bytes a
// second between brokers.
Attempt<> throttle_moves(Client& client, const Reassignments& moving, const PartitionReplicas& proposed,
                         const PartitionReplicas& current, int64_t bytes_per_second);
// And between directories of these brokers.
Attempt<> throttle_directories(Client& client, const std::set<int32_t>& brokers, int64_t bytes_per_second);

// Of all brokers that the cluster has or the plan names, and of the plan's topics.
Attempt<> clear_throttles(Client& client, const ReassignPlan& plan);

}  // namespace klamm::cli
