// Configurations of topics, brokers, loggers, groups and client metrics, as DescribeConfigs and
// IncrementalAlterConfigs have them.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "cli/client/client.h"
#include "cli/error.h"

namespace klamm::cli {

// The numbers are Kafka's.
enum class ConfigType : int8_t {
  kTopic = 2,
  kBroker = 4,
  kBrokerLogger = 8,
  kClientMetrics = 16,
  kGroup = 32,
};

enum class ConfigSource : int8_t {
  kUnknown = 0,
  kDynamicTopic = 1,
  kDynamicBroker = 2,
  kDynamicDefaultBroker = 3,
  kStaticBroker = 4,
  kDefault = 5,
  kDynamicBrokerLogger = 6,
  kDynamicClientMetrics = 7,
  kDynamicGroup = 8,
};
// "DYNAMIC_TOPIC_CONFIG".
std::string_view name_of(ConfigSource source);

struct ConfigSynonym {
  std::string name;
  std::optional<std::string> value;
  ConfigSource source = ConfigSource::kUnknown;
};

struct ConfigEntry {
  std::string name;
  std::optional<std::string> value;  // none where it is a secret, and where it is null
  ConfigSource source = ConfigSource::kUnknown;
  bool is_sensitive = false;
  bool is_read_only = false;
  std::vector<ConfigSynonym> synonyms;
};

// How Java prints a value that may be null.
std::string shown(const std::optional<std::string>& value);

// By name; entries in the order of the answer. Of brokers and their loggers each is asked for its own; "" is
// the default of all brokers.
Attempt<std::map<std::string, std::vector<ConfigEntry>>> describe_configs(
    Client& client, ConfigType type, const std::vector<std::string>& names, bool with_synonyms);

struct ConfigChange {
  std::string name;
  std::optional<std::string> value;  // to be set; nullopt: back to the default
};
Attempt<> alter_configs(Client& client, ConfigType type, const std::string& name,
                        const std::vector<ConfigChange>& changes);

// The names that have a configuration of their own (ListConfigResources).
Attempt<std::vector<std::string>> list_config_resources(Client& client, ConfigType type);

}  // namespace klamm::cli
