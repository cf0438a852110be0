// Dynamic configuration of groups and of client-metrics subscriptions: values and checks, in Kafka's words.
#pragma once

#include <optional>

#include "broker/config/config_error.h"
#include "broker/config/config_map.h"
#include "broker/config/definitions.h"
#include "broker/config/value.h"

namespace klamm::broker {

// The broker key that is a group key's default ("group." before it); nullptr for keys that only groups have.
const ConfigKey* group_synonym(std::string_view group_key);

// From the group, else from the broker's effective settings, else the default.
ConfigValue group_value(const ConfigKey& key, const ConfigMap& group, const ConfigMap& settings);

// Names, types, and the bounds that the broker sets.
std::optional<ConfigError> check_group_config(const ConfigMap& group, const ConfigMap& settings);

std::optional<ConfigError> check_client_metrics_config(const ConfigMap& subscription);

}  // namespace klamm::broker
