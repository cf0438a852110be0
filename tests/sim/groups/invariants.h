// The invariants of groups by what they are about, and what several of them ask.
#pragma once

#include "broker/group/classic_group.h"
#include "tests/sim/groups/cluster.h"

namespace klamm::sim::groups {

using Invariants = std::vector<std::unique_ptr<Invariant>>;

void add_membership_invariants(Invariants& all, Cluster& cluster);
void add_offset_invariants(Invariants& all, Cluster& cluster);
void add_state_invariants(Invariants& all, Cluster& cluster);

// The group as the coordinator has it, nullptr when it has none.
inline const broker::group::ClassicGroup* find_group(const Coordinator& coordinator, std::string_view id) {
  return static_cast<const broker::group::ClassicGroup*>(coordinator.shard().groups().find(id));
}

}  // namespace klamm::sim::groups
