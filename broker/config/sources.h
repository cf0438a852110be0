// What reading a configuration needs of the machine, handed in: files, the environment, the host's name.
#pragma once

#include <functional>
#include <optional>
#include <string>

#include "storage/disk.h"

namespace klamm::broker {

struct ConfigSources {
  storage::Disk& disk;
  std::function<std::optional<std::string>(const std::string&)> environment;
  // Of this machine, as others reach it: what a listener without a host is advertised as. A name that ends in
  // -N (a pod of a StatefulSet) suggests node.id=N where that is missing.
  std::string host_name = "localhost";
  // The JAAS file, where the command line names one; else KAFKA_OPTS may.
  std::optional<std::string> jaas_file = std::nullopt;
};

}  // namespace klamm::broker
