// The command line of kafka-configs: whose configuration, and what is to become of it.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "cli/options.h"
#include "storage/disk.h"

namespace klamm::cli {

OptionTable configs_options();

// "topics", "brokers", ... in the order in which they were given, and the names; "" is the default of all.
struct ConfigEntities {
  std::vector<std::string> types;
  std::vector<std::string> names;

  bool has_type(std::string_view type) const;
};
ConfigEntities entities_of(const Options& options);

// What Kafka's tool checks before it connects: kUsage and kArgument.
Attempt<> check_configs_options(const Options& options, const ConfigEntities& entities);

using KeysAndValues = std::vector<std::pair<std::string, std::string>>;
// "k1=v1,k2=[v1,v2]"; of --add-config, or out of the file of --add-config-file.
Attempt<KeysAndValues> configs_to_add(const Options& options, storage::Disk& disk);
std::vector<std::string> configs_to_delete(const Options& options);

}  // namespace klamm::cli
