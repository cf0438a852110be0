// What goes wrong in a simulated quorum, and how often.
#pragma once

namespace klamm::sim {

class Cluster;

// Does one thing to the cluster that a network, a disk, a host or an operator could do.
void inject_fault(Cluster& cluster);

}  // namespace klamm::sim
