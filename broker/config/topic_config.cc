#include "broker/config/topic_config.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/check.h"

namespace klamm::broker {
namespace {

// What the broker's settings give for a topic key, in the topic key's unit.
std::optional<ConfigValue> broker_value(const ConfigKey& key, const ConfigMap& settings) {
  for (const TopicSynonym& synonym : topic_synonyms(key.name)) {
    auto found = settings.find(synonym.broker_key);
    const ConfigKey* broker_key = broker_keys().find(synonym.broker_key);
    CHECK(broker_key != nullptr);
    if (found == settings.end()) continue;
    Result<ConfigValue, Failure> value = parse_value(*broker_key, found->second);
    if (!value) continue;
    if (int64_t* number = std::get_if<int64_t>(&*value)) {
      *number *= synonym.factor;
      // Any negative retention of the broker means for ever.
      if (key.name == "retention.ms" && *number < 0) *number = -1;
    }
    return std::move(value).value();
  }
  return std::nullopt;
}

// Reads the values of one topic.
class Reader {
 public:
  Reader(const ConfigMap& topic, const ConfigMap& settings) : topic_(topic), settings_(settings) {}

  ConfigValue value(std::string_view name) const {
    const ConfigKey* key = topic_keys().find(name);
    CHECK(key != nullptr);
    return topic_value(*key, topic_, settings_);
  }
  int64_t number(std::string_view name) const { return std::get<int64_t>(value(name)); }
  int32_t integer(std::string_view name) const { return static_cast<int32_t>(number(name)); }
  bool flag(std::string_view name) const { return std::get<bool>(value(name)); }
  double ratio(std::string_view name) const { return std::get<double>(value(name)); }
  std::string text(std::string_view name) const { return std::get<std::string>(value(name)); }
  StringList list(std::string_view name) const { return std::get<StringList>(value(name)); }

 private:
  const ConfigMap& topic_;
  const ConfigMap& settings_;
};

TopicCompression compression_of(std::string_view name) {
  constexpr std::string_view kNames[] = {"producer", "uncompressed", "gzip", "snappy", "lz4", "zstd"};
  for (uint8_t i = 0; i < 6; i++) {
    if (name == kNames[i]) return static_cast<TopicCompression>(i);
  }
  return TopicCompression::kProducer;
}

bool contains(const StringList& list, std::string_view entry) {
  return std::find(list.begin(), list.end(), entry) != list.end();
}

void read_cleaning(const Reader& reader, TopicConfig& config) {
  StringList policy = reader.list("cleanup.policy");
  config.compacts = contains(policy, "compact");
  config.deletes = contains(policy, "delete");
  config.delete_retention_ms = reader.number("delete.retention.ms");
  config.compaction_lag_max_ms = reader.number("max.compaction.lag.ms");
  config.compaction_lag_min_ms = reader.number("min.compaction.lag.ms");
  config.cleanable_dirty_ratio_min = reader.ratio("min.cleanable.dirty.ratio");
  config.retention_bytes = reader.number("retention.bytes");
  config.retention_ms = reader.number("retention.ms");
  config.local_retention_bytes = reader.number("local.retention.bytes");
  config.local_retention_ms = reader.number("local.retention.ms");
  config.file_delete_delay_ms = reader.number("file.delete.delay.ms");
  config.remote_storage = reader.flag("remote.storage.enable");
}

void read_segments(const Reader& reader, TopicConfig& config) {
  config.segment_size_max = reader.integer("segment.bytes");
  ConfigValue for_tests = reader.value("internal.segment.bytes");
  if (const int64_t* size = std::get_if<int64_t>(&for_tests))
    config.segment_size_max = static_cast<int32_t>(*size);
  config.segment_index_bytes = reader.integer("segment.index.bytes");
  config.segment_jitter_ms = reader.number("segment.jitter.ms");
  config.segment_ms = reader.number("segment.ms");
  config.index_interval_bytes = reader.integer("index.interval.bytes");
  config.flush_messages = reader.number("flush.messages");
  config.flush_ms = reader.number("flush.ms");
  config.preallocate = reader.flag("preallocate");
}

void read_writes(const Reader& reader, TopicConfig& config) {
  config.compression = compression_of(reader.text("compression.type"));
  config.gzip_level = reader.integer("compression.gzip.level");
  config.lz4_level = reader.integer("compression.lz4.level");
  config.zstd_level = reader.integer("compression.zstd.level");
  config.message_size_max = reader.integer("max.message.bytes");
  config.timestamp_type = reader.text("message.timestamp.type") == "LogAppendTime"
                              ? TimestampType::kLogAppendTime
                              : TimestampType::kCreateTime;
  config.timestamp_before_max_ms = reader.number("message.timestamp.before.max.ms");
  config.timestamp_after_max_ms = reader.number("message.timestamp.after.max.ms");
  config.insync_replicas_min = reader.integer("min.insync.replicas");
  config.unclean_leader_election = reader.flag("unclean.leader.election.enable");
}

}  // namespace

ConfigValue topic_value(const ConfigKey& key, const ConfigMap& topic, const ConfigMap& settings) {
  if (auto found = topic.find(key.name); found != topic.end()) {
    if (Result<ConfigValue, Failure> value = parse_value(key, found->second)) return std::move(value).value();
  }
  if (std::optional<ConfigValue> value = broker_value(key, settings)) return *std::move(value);
  return default_value(key);
}

TopicConfig resolve_topic_config(const ConfigMap& topic, const ConfigMap& settings) {
  Reader reader(topic, settings);
  TopicConfig config;
  read_cleaning(reader, config);
  read_segments(reader, config);
  read_writes(reader, config);
  return config;
}

std::optional<Failure> check_topic_config(const ConfigMap& topic, const ConfigMap& before,
                                          const ConfigMap& settings) {
  for (const auto& [name, text] : topic) {
    if (topic_keys().find(name) == nullptr) return Failure{"Unknown topic config name: " + name};
  }
  for (const auto& [name, text] : topic) {
    if (auto value = parse_value(*topic_keys().find(name), text); !value) return value.error();
  }
  Reader reader(topic, settings);
  int64_t lag_min = reader.number("min.compaction.lag.ms"), lag_max = reader.number("max.compaction.lag.ms");
  if (lag_min > lag_max) {
    return Failure{
        fmt::format("conflict topic config setting min.compaction.lag.ms ({}) > max.compaction.lag.ms ({})",
                    lag_min, lag_max)};
  }
  if (reader.flag("remote.storage.enable")) {
    return Failure{
        "Tiered Storage functionality is disabled in the broker. Topic cannot be configured with remote "
        "log storage."};
  }
  if (Reader(before, settings).flag("remote.storage.enable") &&
      !reader.flag("remote.log.delete.on.disable")) {
    return Failure{
        "It is invalid to disable remote storage without deleting remote data. If you want to keep the "
        "remote data and turn to read only, please set "
        "`remote.storage.enable=true,remote.log.copy.disable=true`. If you want to disable remote "
        "storage and delete all remote data, please set "
        "`remote.storage.enable=false,remote.log.delete.on.disable=true`."};
  }
  return std::nullopt;
}

}  // namespace klamm::broker
