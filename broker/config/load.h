// From server.properties to a NodeConfig, with what the operator should be told. Configuration errors end the
// process with status 1, as in Kafka; their message has one line for each thing that is wrong: the key, what
// it holds, and what would be right.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "base/logging.h"
#include "base/result.h"
#include "broker/config/config_map.h"
#include "broker/config/node_config.h"
#include "broker/config/sources.h"

namespace klamm::broker {

// A line for the log at start.
struct Notice {
  LogLevel level = LogLevel::kInfo;
  std::string text;
};

struct LoadedConfig {
  NodeConfig config;
  std::vector<Notice> notices;
};

// Reads `file` and lays the overrides (--override key=value, the last wins) over it.
Result<LoadedConfig, Failure> load_node_config(
    const std::string& file, const std::vector<std::pair<std::string, std::string>>& overrides,
    const ConfigSources& sources);

// The same from settings that have been read already.
Result<LoadedConfig, Failure> make_node_config(ConfigMap settings, const ConfigSources& sources);

}  // namespace klamm::broker
