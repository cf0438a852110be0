// Population: which topics there are, which groups read them, and who is in those: consumers of several ages
// and habits, as a seed has it.
#pragma once

#include "tests/sim/groups/cluster.h"

namespace klamm::sim::groups {

struct TopicPlan {
  std::string name;
  int32_t partitions;
};
std::vector<TopicPlan> topic_plans(Random& random);

// A group of tools, with more offsets than fit a batch of tombstones.
inline constexpr std::string_view kWideGroup = "wide";

void populate(Cluster& cluster);

}  // namespace klamm::sim::groups
