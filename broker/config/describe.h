// What DescribeConfigs says of a resource (ConfigHelper of Kafka 4.3): every key, its value, where it comes
// from, and what else stands behind it. Pure functions of the settings.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "broker/config/config_map.h"
#include "broker/config/definitions.h"
#include "broker/config/synonyms.h"

namespace klamm::broker {

// The numbers are those of DescribeConfigs.
enum class ConfigSource : int8_t {
  kTopic = 1,
  kDynamicBroker = 2,
  kDynamicDefaultBroker = 3,
  kStaticBroker = 4,
  kDefault = 5,
  kBrokerLogger = 6,
  kClientMetrics = 7,
  kGroup = 8,
};

struct DescribedSynonym {
  std::string name;
  std::optional<std::string> value;  // nullopt when sensitive
  ConfigSource source = ConfigSource::kDefault;

  friend bool operator==(const DescribedSynonym&, const DescribedSynonym&) = default;
};

struct DescribedConfig {
  std::string name;
  std::optional<std::string> value;  // nullopt when sensitive, or null
  ConfigSource source = ConfigSource::kDefault;
  bool sensitive = false;
  bool read_only = false;
  ConfigType type = ConfigType::kUnknown;
  std::vector<DescribedSynonym> synonyms = {};  // strongest first; its first one is where the value is from
  std::optional<std::string_view> documentation = {};  // nullopt for keys that nobody knows
};

// Sorted by name. Keys that the table does not know, but that were set, are described without type and value,
// since what nobody knows may be a secret.
std::vector<DescribedConfig> describe_topic(const ConfigMap& topic, const BrokerLayers& layers);
// The same for one who has effective_settings(layers) already.
std::vector<DescribedConfig> describe_topic(const ConfigMap& topic, const BrokerLayers& layers,
                                            const ConfigMap& settings);
std::vector<DescribedConfig> describe_broker(const BrokerLayers& layers);
// What is set for all brokers (the resource with the empty name).
std::vector<DescribedConfig> describe_broker_defaults(const BrokerLayers& layers);
std::vector<DescribedConfig> describe_group(const ConfigMap& group, const BrokerLayers& layers);
std::vector<DescribedConfig> describe_client_metrics(const ConfigMap& subscription);

}  // namespace klamm::broker
