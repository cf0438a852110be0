// What a container does before its node: the environment becomes a server.properties, and log directories
// that are empty are formatted.
#pragma once

#include <iosfwd>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/random.h"
#include "base/result.h"
#include "broker/config/load.h"
#include "broker/config/sources.h"
#include "broker/container_tool/options.h"

namespace klamm::broker {

struct PreparedContainer {
  std::string file;  // the server.properties to start the node with
  std::vector<Notice> notices;
};

// The failure has a line for each thing that is wrong, and for a missing setting the variable to add. What
// formatting says goes to `out`. `random` makes directory ids: the kernel's in a node.
Result<PreparedContainer, Failure> prepare_container(const ContainerOptions& options,
                                                     const Environment& environment,
                                                     const ConfigSources& sources, Random& random,
                                                     const Clock& clock, std::ostream& out);

}  // namespace klamm::broker
