// A seed runs in a process of its own, whose memory lies where it lay the last time: some orders in which
// things happen (who is woken first of those that listen to a partition) follow from addresses.
#pragma once

#include "tests/sim/cluster/run.h"

namespace klamm::sim::cluster {

// As run_seed(), in this program started anew. A process that ends by itself is a failure.
RunResult run_apart(const RunOptions& options);

// In the process that run_apart() has started: runs the seed and hands the result over. Nothing anywhere
// else.
void run_for_parent(const RunOptions& options);

}  // namespace klamm::sim::cluster
