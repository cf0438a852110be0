#include "broker/config/definitions.h"

#include <algorithm>

#include "base/check.h"
#include "broker/config/definition_rows.h"

namespace klamm::broker {

ConfigTable::ConfigTable(std::vector<std::span<const ConfigKey>> parts) {
  for (std::span<const ConfigKey> part : parts) {
    for (const ConfigKey& key : part) keys_.push_back(&key);
  }
  std::sort(keys_.begin(), keys_.end(),
            [](const ConfigKey* a, const ConfigKey* b) { return a->name < b->name; });
  for (size_t i = 1; i < keys_.size(); i++) CHECK(keys_[i - 1]->name != keys_[i]->name);
}

const ConfigKey* ConfigTable::find(std::string_view name) const {
  auto found =
      std::lower_bound(keys_.begin(), keys_.end(), name,
                       [](const ConfigKey* key, std::string_view wanted) { return key->name < wanted; });
  return found != keys_.end() && (*found)->name == name ? *found : nullptr;
}

const ConfigTable& broker_keys() {
  static const ConfigTable table(
      {rows::network(), rows::server(), rows::log(), rows::quorum(), rows::replication(), rows::groups(),
       rows::share_groups(), rows::transactions(), rows::remote_storage(), rows::security(), rows::oauth()});
  return table;
}

const ConfigTable& topic_keys() {
  static const ConfigTable table({rows::topics()});
  return table;
}

const ConfigTable& group_keys() {
  static const ConfigTable table({rows::group_resources()});
  return table;
}

const ConfigTable& client_metrics_keys() {
  static const ConfigTable table({rows::client_metrics()});
  return table;
}

std::string_view name_of(ConfigType type) {
  constexpr std::string_view kNames[] = {"UNKNOWN", "BOOLEAN", "STRING", "INT",   "SHORT",
                                         "LONG",    "DOUBLE",  "LIST",   "CLASS", "PASSWORD"};
  return kNames[static_cast<size_t>(type)];
}

}  // namespace klamm::broker
