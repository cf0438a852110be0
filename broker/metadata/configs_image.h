// What was configured dynamically: per topic, broker, group and client-metrics subscription. Part of
// ClusterImage. Only overrides are here; defaults and the static file are the business of broker/config.
#pragma once

#include <compare>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.h"
#include "broker/metadata/shared_map.h"

namespace klamm::protocol {
struct ConfigRecord;
}  // namespace klamm::protocol

namespace klamm::broker {

// Kafka's ids of what can be configured.
enum class ConfigResourceType : int8_t {
  kUnknown = 0,
  kTopic = 2,
  kBroker = 4,  // name: the node id, or empty for the default of all brokers
  kBrokerLogger = 8,
  kClientMetrics = 16,
  kGroup = 32,
};

struct ConfigResource {
  ConfigResourceType type = ConfigResourceType::kUnknown;
  std::string name;

  friend auto operator<=>(const ConfigResource&, const ConfigResource&) = default;
};

// Key to value.
using ConfigOverrides = SharedMap<std::string, std::string>;

class ConfigsImage {
 public:
  // Empty when nothing is set.
  const ConfigOverrides& of(ConfigResourceType type, std::string_view name) const;
  const ConfigOverrides& of_topic(std::string_view name) const {
    return of(ConfigResourceType::kTopic, name);
  }
  // nullptr when the key is not set there.
  const std::string* find(ConfigResourceType type, std::string_view name, std::string_view key) const;

  // No resource here has an empty map.
  const SharedMap<ConfigResource, ConfigOverrides>& resources() const { return resources_; }

  Result<void, Failure> apply(const protocol::ConfigRecord& record);
  // A removed topic takes its configuration with it, without a record saying so.
  void remove_topic(std::string_view name);

  friend bool operator==(const ConfigsImage&, const ConfigsImage&) = default;

 private:
  SharedMap<ConfigResource, ConfigOverrides> resources_;
};

}  // namespace klamm::broker
