// Variables of config providers (KIP-297) that nobody replaced, because config.providers does not name their
// provider: what is to be said of them at start.
#pragma once

#include <string>
#include <vector>

#include "broker/config/config_map.h"
#include "broker/config/load.h"

namespace klamm::broker {

struct LeftVariables {
  std::vector<std::string> problems;  // each ends the start: as it is, the variable is no value of its key
  std::vector<Notice> notices;        // of keys that may hold any text, which is left to them, as in Kafka
};

// `settings` are those that replace_variables() has made.
LeftVariables find_left_variables(const ConfigMap& settings);

}  // namespace klamm::broker
