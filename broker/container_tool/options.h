// The command line of `klamm container`, which is what the scripts of an image call.
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "base/result.h"
#include "broker/config/environment.h"

namespace klamm::broker {

// How far to go. Each includes what is before it.
enum class ContainerStep {
  kConfigure,  // the environment is written as a server.properties
  kFormat,     // and the log directories are formatted where they are empty
  kRun,        // and this process becomes the node
};

struct ContainerOptions {
  bool wants_help = false;
  ContainerStep step = ContainerStep::kRun;
  std::string file = "/opt/kafka/config/server.properties";  // where the settings go, if it can be written
  ImagePlaces places;
};

// The words behind `container`.
Result<ContainerOptions, Failure> parse_container_options(std::span<const std::string_view> words);

std::string_view container_usage();

}  // namespace klamm::broker
