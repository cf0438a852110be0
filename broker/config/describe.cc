#include "broker/config/describe.h"

#include <algorithm>

#include "broker/config/group_config.h"
#include "broker/config/topic_config.h"
#include "broker/config/value.h"

namespace klamm::broker {
namespace {

bool is_sensitive(const ConfigKey* key) { return key == nullptr || key->type == ConfigType::kPassword; }

std::optional<std::string> shown(const ConfigValue& value, bool sensitive) {
  if (sensitive || std::holds_alternative<std::monostate>(value)) return std::nullopt;
  return render_value(value);
}

void add_synonyms(const ConfigMap& layer, const std::vector<std::string>& names, ConfigSource source,
                  bool sensitive, std::vector<DescribedSynonym>& synonyms) {
  for (const std::string& name : names) {
    auto found = layer.find(name);
    if (found == layer.end()) continue;
    synonyms.push_back({name, sensitive ? std::nullopt : std::optional(found->second), source});
  }
}

void add_defaults(const std::vector<std::string>& names, bool sensitive,
                  std::vector<DescribedSynonym>& synonyms) {
  for (const std::string& name : names) {
    const ConfigKey* key = broker_keys().find(name);
    if (key == nullptr || key->standing == Standing::kDynamicOnly || !key->default_value) continue;
    synonyms.push_back({name, sensitive ? std::nullopt : std::optional<std::string>(*key->default_value),
                        ConfigSource::kDefault});
  }
}

// All that may set `name`, layer by layer. What stands before the first entry of its very name is left out,
// as Kafka does: log.retention.hours of the file is not shown as a synonym of log.retention.ms.
std::vector<DescribedSynonym> broker_key_synonyms(std::string_view name, bool sensitive,
                                                  const BrokerLayers& layers) {
  std::vector<std::string> names = broker_synonyms(name, true);
  std::vector<DescribedSynonym> synonyms;
  add_synonyms(layers.dynamic_broker, names, ConfigSource::kDynamicBroker, sensitive, synonyms);
  add_synonyms(layers.dynamic_default, names, ConfigSource::kDynamicDefaultBroker, sensitive, synonyms);
  add_synonyms(layers.file, names, ConfigSource::kStaticBroker, sensitive, synonyms);
  add_defaults(names, sensitive, synonyms);
  auto first = std::find_if(synonyms.begin(), synonyms.end(),
                            [&](const DescribedSynonym& synonym) { return synonym.name == name; });
  synonyms.erase(synonyms.begin(), first);
  return synonyms;
}

DescribedConfig make(std::string_view name, const ConfigKey* key, std::optional<std::string> value,
                     std::vector<DescribedSynonym> synonyms) {
  DescribedConfig described{std::string(name), std::move(value)};
  described.sensitive = is_sensitive(key);
  if (key != nullptr) {
    described.type = key->type;
    described.documentation = key->documentation;
  }
  if (!synonyms.empty()) described.source = synonyms.front().source;
  described.synonyms = std::move(synonyms);
  return described;
}

// The keys to describe: all that are public, and all that are set, by name.
std::vector<std::string> names_of(const ConfigTable& table, const ConfigMap& set) {
  std::vector<std::string> names;
  for (const ConfigKey* key : table.keys()) {
    if (key->standing == Standing::kPublic || key->standing == Standing::kRequired) {
      names.emplace_back(key->name);
    }
  }
  for (const auto& [name, value] : set) names.push_back(name);
  std::sort(names.begin(), names.end());
  names.erase(std::unique(names.begin(), names.end()), names.end());
  return names;
}

// The value in force, as Kafka prints it once it is parsed.
std::optional<std::string> broker_value(std::string_view name, const ConfigKey* key,
                                        const ConfigMap& settings) {
  auto found = settings.find(name);
  if (is_sensitive(key)) return std::nullopt;
  if (found == settings.end()) return shown(default_value(*key), false);
  Result<ConfigValue, Failure> value = parse_value(*key, name, found->second);
  return value ? shown(*value, false) : found->second;
}

DescribedConfig describe_broker_key(std::string_view name, const ConfigMap& settings,
                                    const BrokerLayers& layers) {
  const ConfigKey* key = find_broker_key(name);
  DescribedConfig described = make(name, key, broker_value(name, key, settings),
                                   broker_key_synonyms(name, is_sensitive(key), layers));
  const ConfigKey* exact = broker_keys().find(name);
  described.read_only = exact == nullptr || exact->mode == DynamicMode::kReadOnly;
  if (exact == nullptr) described.documentation = std::nullopt;
  return described;
}

}  // namespace

std::vector<DescribedConfig> describe_topic(const ConfigMap& topic, const BrokerLayers& layers) {
  return describe_topic(topic, layers, effective_settings(layers));
}

std::vector<DescribedConfig> describe_topic(const ConfigMap& topic, const BrokerLayers& layers,
                                            const ConfigMap& settings) {
  std::vector<DescribedConfig> result;
  for (const std::string& name : names_of(topic_keys(), topic)) {
    const ConfigKey* key = topic_keys().find(name);
    bool sensitive = is_sensitive(key);
    std::optional<std::string> value;
    std::vector<DescribedSynonym> synonyms;
    if (key != nullptr) value = shown(topic_value(*key, topic, settings), sensitive);
    if (topic.contains(name)) synonyms.push_back({name, value, ConfigSource::kTopic});
    std::vector<TopicSynonym> broker = topic_synonyms(name);
    if (!broker.empty()) {
      std::vector<DescribedSynonym> more = broker_key_synonyms(broker.front().broker_key, sensitive, layers);
      synonyms.insert(synonyms.end(), more.begin(), more.end());
    }
    result.push_back(make(name, key, std::move(value), std::move(synonyms)));
  }
  return result;
}

std::vector<DescribedConfig> describe_broker(const BrokerLayers& layers) {
  ConfigMap settings = effective_settings(layers);
  std::vector<DescribedConfig> result;
  for (const std::string& name : names_of(broker_keys(), settings)) {
    result.push_back(describe_broker_key(name, settings, layers));
  }
  return result;
}

std::vector<DescribedConfig> describe_broker_defaults(const BrokerLayers& layers) {
  std::vector<DescribedConfig> result;
  for (const auto& [name, value] : layers.dynamic_default) {
    DescribedConfig described = describe_broker_key(name, layers.dynamic_default, layers);
    std::erase_if(described.synonyms, [](const DescribedSynonym& synonym) {
      return synonym.source != ConfigSource::kDynamicDefaultBroker;
    });
    described.source =
        described.synonyms.empty() ? ConfigSource::kDefault : described.synonyms.front().source;
    if (!described.sensitive) described.value = value;
    result.push_back(std::move(described));
  }
  return result;
}

std::vector<DescribedConfig> describe_group(const ConfigMap& group, const BrokerLayers& layers) {
  ConfigMap settings = effective_settings(layers);
  std::vector<DescribedConfig> result;
  for (const std::string& name : names_of(group_keys(), group)) {
    const ConfigKey* key = group_keys().find(name);
    std::optional<std::string> value;
    std::vector<DescribedSynonym> synonyms;
    if (key != nullptr) value = shown(group_value(*key, group, settings), false);
    if (group.contains(name)) synonyms.push_back({name, value, ConfigSource::kGroup});
    if (const ConfigKey* broker = group_synonym(name)) {
      std::vector<DescribedSynonym> more = broker_key_synonyms(broker->name, false, layers);
      synonyms.insert(synonyms.end(), more.begin(), more.end());
    } else if (key != nullptr && key->default_value) {
      synonyms.push_back({name, std::string(*key->default_value), ConfigSource::kDefault});
    }
    result.push_back(make(name, key, std::move(value), std::move(synonyms)));
  }
  return result;
}

std::vector<DescribedConfig> describe_client_metrics(const ConfigMap& subscription) {
  std::vector<DescribedConfig> result;
  for (const std::string& name : names_of(client_metrics_keys(), subscription)) {
    const ConfigKey* key = client_metrics_keys().find(name);
    std::optional<std::string> value;
    std::vector<DescribedSynonym> synonyms;
    auto found = subscription.find(name);
    if (key != nullptr) {
      Result<ConfigValue, Failure> parsed =
          parse_value(*key, found == subscription.end() ? *key->default_value : found->second);
      if (parsed) value = shown(*parsed, false);
    }
    if (found != subscription.end()) synonyms.push_back({name, value, ConfigSource::kClientMetrics});
    result.push_back(make(name, key, std::move(value), std::move(synonyms)));
    result.back().sensitive = false;
  }
  return result;
}

}  // namespace klamm::broker
