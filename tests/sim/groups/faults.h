// What goes wrong in simulated groups, and what tools do to them meanwhile. Each comes again by itself.
#pragma once

namespace klamm::sim::groups {

class Cluster;

void inject_faults(Cluster& cluster);
void make_noise(Cluster& cluster);

}  // namespace klamm::sim::groups
