// Keys that stand for each other: log.retention.hours for log.retention.ms, broker keys for topic keys,
// listener prefixes for base keys; and the layers in which a broker key may be set.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "broker/config/config_map.h"
#include "broker/config/definitions.h"

namespace klamm::broker {

// The broker key that is a topic key's default, and what its value is multiplied with (hours to
// milliseconds).
struct TopicSynonym {
  std::string_view broker_key;
  int64_t factor = 1;
};
// Strongest first; empty for keys that only topics have.
std::vector<TopicSynonym> topic_synonyms(std::string_view topic_key);

// All names that may set what `name` sets, strongest first, as Kafka lists them: itself, its other units, and
// for listener.name.<x>.<key> the base key.
std::vector<std::string> broker_synonyms(std::string_view name, bool with_base_of_listener_keys);

// listener.name.<listener>.<rest>; nullopt for other names.
struct ListenerKey {
  std::string_view listener;
  std::string_view rest;  // a base key, or <mechanism>.<base key>
};
std::optional<ListenerKey> split_listener_key(std::string_view name);
// The key behind a name with or without prefixes; nullptr when there is none.
const ConfigKey* find_broker_key(std::string_view name);

bool is_read_only(std::string_view name);
// Makes sense for one broker only. Of those with a listener's prefix all but the limits are.
bool is_per_broker(std::string_view name);
// May change at run time only with a listener's prefix.
bool is_per_listener_only(std::string_view name);

// A dynamic layer without what has no effect there: values that cannot be read, and keys that may not be set
// so. What is stored may be older than the rules, or newer.
ConfigMap usable_settings(const ConfigMap& dynamic, bool for_all_brokers);

// Where a broker key may be set, strongest first.
struct BrokerLayers {
  const ConfigMap& dynamic_broker;   // this broker's
  const ConfigMap& dynamic_default;  // every broker's
  const ConfigMap& file;             // server.properties
};

// The layers laid over each other, the dynamic ones as far as they are usable. A key in an upper layer hides
// all its synonyms in the lower ones: dynamic log.retention.ms beats log.retention.minutes of the file.
ConfigMap effective_settings(const BrokerLayers& layers);

}  // namespace klamm::broker
