// What stands in the server.properties of simulated nodes, beside who and where they are.
#pragma once

#include <cstdint>
#include <string>

#include "tests/sim/cluster/cluster.h"

namespace klamm::sim::cluster {

// Of all nodes alike; `kind` chooses some of them.
std::string settings_of(const ClusterPlan& plan, uint64_t kind);

// What a single node may be started with besides, by a number: all that may differ between nodes without less
// being promised. Where the cluster flushes what it acknowledges, nothing is said of flushes.
std::string other_settings(const ClusterPlan& plan, uint64_t number);
// Whether an active controller with these elects leaders uncleanly, of topics that do not say otherwise.
bool allow_unclean_elections(const std::string& settings);

}  // namespace klamm::sim::cluster
