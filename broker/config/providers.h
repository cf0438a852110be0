// Config providers (KIP-297): ${name:path:key} in values of the local file, replaced when it is read. Built
// in are Kafka's three: environment variables, properties files, directories of files. Values that come over
// the wire are never looked at here, so that nobody reads this machine's files by altering a configuration.
#pragma once

#include <functional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "broker/config/config_map.h"
#include "broker/config/sources.h"

namespace klamm::broker {

// "${provider:key}" or "${provider:path:key}".
struct ConfigVariable {
  std::string provider;
  std::string path;
  std::string key;
};
// Calls `each` with what is written in the way of a variable, from left to right.
void find_variables(std::string_view text,
                    const std::function<void(std::string_view written, const ConfigVariable&)>& each);

// Replaces the variables of the providers that config.providers names; others stay as they are. A variable
// whose value cannot be found is a failure (Kafka leaves the text of the variable in place, and goes on with
// that).
Result<ConfigMap, Failure> replace_variables(ConfigMap settings, const ConfigSources& sources);

}  // namespace klamm::broker
