// Replicas that a client has chosen for a partition, and not the controller: of a new one, or of one that is
// moved.
#pragma once

#include <optional>
#include <vector>

#include "broker/controller/decided.h"

namespace klamm::broker {

// What is wrong with them, in Kafka's words: nobody, a broker that is not registered, one that is there
// twice, or not as many as `factor` says, which is 0 where any number will do.
std::optional<ApiError> check_chosen_replicas(const ClusterImage& image, const std::vector<NodeId>& replicas,
                                              size_t factor);

}  // namespace klamm::broker
