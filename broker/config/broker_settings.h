// The layers of this broker's settings at one state of the cluster.
#pragma once

#include <string>

#include "broker/config/node_config.h"
#include "broker/config/synonyms.h"
#include "broker/metadata/configs_image.h"

namespace klamm::broker {

ConfigMap to_config_map(const ConfigOverrides& overrides);

// This broker's settings as an image and its file have them; what is stored but may not be set is left out.
class BrokerSettings {
 public:
  BrokerSettings(const ConfigsImage& configs, const NodeConfig& config)
      : dynamic_broker_(usable_settings(
            to_config_map(configs.of(ConfigResourceType::kBroker, std::to_string(config.id.value))), false)),
        dynamic_default_(usable_settings(to_config_map(configs.of(ConfigResourceType::kBroker, "")), true)),
        layers_{dynamic_broker_, dynamic_default_, config.file} {}
  BrokerSettings(const BrokerSettings&) = delete;
  BrokerSettings& operator=(const BrokerSettings&) = delete;

  const BrokerLayers& layers() const { return layers_; }
  ConfigMap effective() const { return effective_settings(layers_); }

 private:
  const ConfigMap dynamic_broker_;
  const ConfigMap dynamic_default_;
  const BrokerLayers layers_;
};

}  // namespace klamm::broker
