#include "broker/config/broker_settings.h"

namespace klamm::broker {

ConfigMap to_config_map(const ConfigOverrides& overrides) {
  ConfigMap map;
  for (const auto& [name, value] : overrides) map.emplace(name, value);
  return map;
}

}  // namespace klamm::broker
