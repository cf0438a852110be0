#include "broker/config/synonyms.h"

#include <algorithm>
#include <array>

#include "broker/config/value.h"

namespace klamm::broker {
namespace {

constexpr int64_t kMinutes = 60 * 1000;
constexpr int64_t kHours = 60 * kMinutes;

struct TopicRow {
  std::string_view topic_key;
  std::array<TopicSynonym, 3> synonyms;
};

constexpr TopicRow kTopicRows[] = {
    {"cleanup.policy", {{{"log.cleanup.policy"}}}},
    {"compression.gzip.level", {{{"compression.gzip.level"}}}},
    {"compression.lz4.level", {{{"compression.lz4.level"}}}},
    {"compression.type", {{{"compression.type"}}}},
    {"compression.zstd.level", {{{"compression.zstd.level"}}}},
    {"delete.retention.ms", {{{"log.cleaner.delete.retention.ms"}}}},
    {"file.delete.delay.ms", {{{"log.segment.delete.delay.ms"}}}},
    {"flush.messages", {{{"log.flush.interval.messages"}}}},
    {"flush.ms", {{{"log.flush.interval.ms"}, {"log.flush.scheduler.interval.ms"}}}},
    {"index.interval.bytes", {{{"log.index.interval.bytes"}}}},
    {"local.retention.bytes", {{{"log.local.retention.bytes"}}}},
    {"local.retention.ms", {{{"log.local.retention.ms"}}}},
    {"max.compaction.lag.ms", {{{"log.cleaner.max.compaction.lag.ms"}}}},
    {"max.message.bytes", {{{"message.max.bytes"}}}},
    {"message.timestamp.after.max.ms", {{{"log.message.timestamp.after.max.ms"}}}},
    {"message.timestamp.before.max.ms", {{{"log.message.timestamp.before.max.ms"}}}},
    {"message.timestamp.type", {{{"log.message.timestamp.type"}}}},
    {"min.cleanable.dirty.ratio", {{{"log.cleaner.min.cleanable.ratio"}}}},
    {"min.compaction.lag.ms", {{{"log.cleaner.min.compaction.lag.ms"}}}},
    {"min.insync.replicas", {{{"min.insync.replicas"}}}},
    {"preallocate", {{{"log.preallocate"}}}},
    {"retention.bytes", {{{"log.retention.bytes"}}}},
    {"retention.ms",
     {{{"log.retention.ms"}, {"log.retention.minutes", kMinutes}, {"log.retention.hours", kHours}}}},
    {"segment.bytes", {{{"log.segment.bytes"}}}},
    {"segment.index.bytes", {{{"log.index.size.max.bytes"}}}},
    {"segment.jitter.ms", {{{"log.roll.jitter.ms"}, {"log.roll.jitter.hours", kHours}}}},
    {"segment.ms", {{{"log.roll.ms"}, {"log.roll.hours", kHours}}}},
    {"unclean.leader.election.enable", {{{"unclean.leader.election.enable"}}}},
};

// Groups whose members all list the whole group, strongest first.
constexpr std::array<std::string_view, 3> kUnits[] = {
    {"log.roll.ms", "log.roll.hours"},
    {"log.roll.jitter.ms", "log.roll.jitter.hours"},
    {"log.retention.ms", "log.retention.minutes", "log.retention.hours"},
};

// May stand behind a mechanism's name, as in listener.name.x.plain.sasl.jaas.config.
constexpr std::string_view kMechanismKeys[] = {"sasl.jaas.config", "sasl.login.callback.handler.class",
                                               "sasl.login.class", "sasl.server.callback.handler.class",
                                               "connections.max.reauth.ms"};

// SslConfigs.RECONFIGURABLE_CONFIGS of Kafka.
constexpr std::string_view kPerListenerOnly[] = {"ssl.keystore.type",       "ssl.keystore.location",
                                                 "ssl.keystore.password",   "ssl.key.password",
                                                 "ssl.truststore.type",     "ssl.truststore.location",
                                                 "ssl.truststore.password", "ssl.keystore.certificate.chain",
                                                 "ssl.keystore.key",        "ssl.truststore.certificates"};

std::string_view without_mechanism(std::string_view rest) {
  for (std::string_view key : kMechanismKeys) {
    if (rest.ends_with(key)) return key;
  }
  return rest;
}

}  // namespace

std::vector<TopicSynonym> topic_synonyms(std::string_view topic_key) {
  std::vector<TopicSynonym> result;
  for (const TopicRow& row : kTopicRows) {
    if (row.topic_key != topic_key) continue;
    for (const TopicSynonym& synonym : row.synonyms) {
      if (!synonym.broker_key.empty()) result.push_back(synonym);
    }
  }
  return result;
}

std::vector<std::string> broker_synonyms(std::string_view name, bool with_base_of_listener_keys) {
  for (const auto& unit : kUnits) {
    if (std::find(unit.begin(), unit.end(), name) == unit.end()) continue;
    std::vector<std::string> names;
    for (std::string_view member : unit) {
      if (!member.empty()) names.emplace_back(member);
    }
    return names;
  }
  if (name == "log.flush.interval.ms") {
    return {"log.flush.interval.ms", "log.flush.scheduler.interval.ms"};
  }
  if (with_base_of_listener_keys) {
    if (std::optional<ListenerKey> key = split_listener_key(name)) {
      return {std::string(name), std::string(without_mechanism(key->rest))};
    }
  }
  return {std::string(name)};
}

std::optional<ListenerKey> split_listener_key(std::string_view name) {
  constexpr std::string_view kPrefix = "listener.name.";
  if (!name.starts_with(kPrefix)) return std::nullopt;
  std::string_view rest = name.substr(kPrefix.size());
  size_t dot = rest.find('.');
  if (dot == std::string_view::npos) return std::nullopt;
  return ListenerKey{rest.substr(0, dot), rest.substr(dot + 1)};
}

const ConfigKey* find_broker_key(std::string_view name) {
  if (const ConfigKey* key = broker_keys().find(name)) return key;
  std::optional<ListenerKey> split = split_listener_key(name);
  return split ? broker_keys().find(without_mechanism(split->rest)) : nullptr;
}

bool is_read_only(std::string_view name) {
  const ConfigKey* key = broker_keys().find(name);
  return key != nullptr && key->mode == DynamicMode::kReadOnly;
}

bool is_per_broker(std::string_view name) {
  if (const ConfigKey* key = broker_keys().find(name)) return key->mode == DynamicMode::kPerBroker;
  std::optional<ListenerKey> listener = split_listener_key(name);
  if (!listener) return false;
  return listener->rest != "max.connections" && listener->rest != "max.connection.creation.rate" &&
         listener->rest != "num.network.threads";
}

bool is_per_listener_only(std::string_view name) {
  return std::find(std::begin(kPerListenerOnly), std::end(kPerListenerOnly), name) !=
         std::end(kPerListenerOnly);
}

ConfigMap usable_settings(const ConfigMap& dynamic, bool for_all_brokers) {
  ConfigMap usable;
  for (const auto& [name, text] : dynamic) {
    const ConfigKey* key = find_broker_key(name);
    if (key != nullptr && !parse_value(*key, name, text)) continue;
    if (is_read_only(name) || is_per_listener_only(name) || (for_all_brokers && is_per_broker(name)))
      continue;
    usable[name] = text;
  }
  return usable;
}

ConfigMap effective_settings(const BrokerLayers& layers) {
  ConfigMap settings = layers.file;
  for (bool for_all_brokers : {true, false}) {
    const ConfigMap& stored = for_all_brokers ? layers.dynamic_default : layers.dynamic_broker;
    ConfigMap layer = usable_settings(stored, for_all_brokers);
    for (const auto& [name, value] : layer) {
      for (const std::string& synonym : broker_synonyms(name, false)) settings.erase(synonym);
    }
    for (const auto& [name, value] : layer) settings[name] = value;
  }
  return settings;
}

}  // namespace klamm::broker
