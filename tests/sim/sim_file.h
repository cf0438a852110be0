// An open file of a simulated disk.
#pragma once

#include <memory>
#include <string>

#include "tests/sim/sim_disk_machine.h"

namespace klamm::sim {

// Of the content that `node` has, under the name that it is opened by. It answers EBADF when its process has
// gone.
std::unique_ptr<storage::File> open_sim_file(std::shared_ptr<SimDisk::Machine> machine, NodePointer node,
                                             const std::string& path, bool writable);

}  // namespace klamm::sim
