#include "broker/config/key_report.h"

#include <fmt/format.h>

#include <algorithm>

#include "broker/config/definitions.h"
#include "broker/config/synonyms.h"
#include "broker/config/text.h"
#include "broker/config/value.h"

namespace klamm::broker {
namespace {

constexpr RemovedKey kRemoved[] = {
    {"inter.broker.protocol.version", "the feature metadata.version replaces it (kafka-features upgrade)"},
    {"log.message.format.version", "records are always in format 2; nothing replaces it"},
    {"log.message.downconversion.enable", "clients that need old formats are no longer served"},
    {"log.message.timestamp.difference.max.ms",
     "log.message.timestamp.before.max.ms and log.message.timestamp.after.max.ms replace it"},
    {"controlled.shutdown.max.retries", "a stopping broker asks until its leadership has moved"},
    {"controlled.shutdown.retry.backoff.ms", "a stopping broker asks until its leadership has moved"},
    {"broker.id.generation.enable", "node.id is always given"},
    {"reserved.broker.max.id", "node.id is always given"},
    {"leader.imbalance.per.broker.percentage",
     "auto.leader.rebalance.enable moves every leader that is not preferred"},
    {"control.plane.listener.name", "controllers have listeners of their own: controller.listener.names"},
    {"offsets.commit.required.acks", "offset commits wait for all in-sync replicas"},
    {"delegation.token.master.key", "delegation.token.secret.key replaces it"},
    {"password.encoder.*", "there is no ZooKeeper to hide passwords from"},
    {"auto.include.jmx.reporter", "there is no JMX"},
    {"quota.producer.default", "kafka-configs --entity-type clients replaces it"},
    {"quota.consumer.default", "kafka-configs --entity-type clients replaces it"},
    {"group.coordinator.new.enable", "the feature group.version replaces it"},
};

// Keys that belong to something besides the table, known by how they begin.
constexpr std::string_view kOthers[] = {"super.users", "allow.everyone.if.no.acl.found", "config.providers.",
                                        "rsm.config.", "rlmm.config."};

const RemovedKey* find_removed(std::string_view name) {
  for (const RemovedKey& key : kRemoved) {
    bool prefix = key.name.ends_with('*');
    if (prefix ? name.starts_with(key.name.substr(0, key.name.size() - 1)) : name == key.name) return &key;
  }
  return nullptr;
}

bool is_other(std::string_view name) {
  return std::any_of(std::begin(kOthers), std::end(kOthers),
                     [&](std::string_view other) { return name.starts_with(other); });
}

std::string shown(const ConfigKey& key, const std::string& text) {
  return key.type == ConfigType::kPassword ? "[hidden]" : text;
}

// The number of letters to change, add or leave out, up to `limit`.
size_t edit_distance(std::string_view a, std::string_view b, size_t limit) {
  if (a.size() > b.size() + limit || b.size() > a.size() + limit) return limit + 1;
  std::vector<size_t> row(b.size() + 1);
  for (size_t j = 0; j < row.size(); j++) row[j] = j;
  for (size_t i = 1; i <= a.size(); i++) {
    size_t diagonal = row[0];
    row[0] = i;
    for (size_t j = 1; j <= b.size(); j++) {
      size_t replaced = diagonal + (a[i - 1] != b[j - 1]);
      diagonal = row[j];
      row[j] = std::min({row[j] + 1, row[j - 1] + 1, replaced});
    }
  }
  return row.back();
}

bool is_default(const ConfigKey& key, const ConfigValue& value, const std::string& text) {
  return value == default_value(key) || (!key.default_value && java_trim(text).empty());
}

// Whether a key may be set for one listener: those of TLS and SASL, and the limits of connections.
bool is_of_listeners(std::string_view key) {
  return key.starts_with("ssl.") || key.starts_with("sasl.") || key == "connections.max.reauth.ms" ||
         key == "principal.builder.class" || key == "max.connections" ||
         key == "max.connection.creation.rate";
}

class Reporter {
 public:
  explicit Reporter(const ConfigMap& settings) : settings_(settings) {}

  KeyReport report() && {
    for (const auto& [name, text] : settings_) {
      if (const ConfigKey* key = find_broker_key(name)) {
        known(*key, name, text);
      } else {
        unknown(name, text);
      }
    }
    if (!zookeeper_.empty()) {
      warn(fmt::format("{} ignored: there is no ZooKeeper in this cluster, the controllers keep its metadata",
                       join(zookeeper_, ", ")));
    }
    return std::move(report_);
  }

 private:
  void known(const ConfigKey& key, const std::string& name, const std::string& text) {
    Result<ConfigValue, Failure> value = parse_value(key, name, text);
    if (!value) {
      report_.problems.push_back(value.error().message);
      return;
    }
    if (key.treatment.kind == TreatmentKind::kRefused && !is_default(key, *value, text)) {
      report_.problems.push_back(
          fmt::format("{}={} is refused: {}", name, shown(key, text), key.treatment.note));
    } else if (auto notice = notice_of(key, name, text)) {
      report_.notices.push_back(std::move(*notice));
    }
  }

  void unknown(const std::string& name, const std::string& text) {
    if (name.starts_with("zookeeper.")) {
      zookeeper_.push_back(name);
    } else if (const RemovedKey* removed = find_removed(name)) {
      warn(fmt::format("{} is ignored, Kafka 4 has removed it: {}", name, removed->instead));
    } else if (name == "advertised.host.name" || name == "advertised.port" || name == "host.name" ||
               name == "port") {
      old_address(name, text);
    } else if (!is_other(name)) {
      std::string similar = similar_key(name);
      warn(fmt::format("{} is ignored: no key of that name is known{}", name,
                       similar.empty() ? "" : fmt::format("; {} is", similar)));
    }
  }

  // Kafka ignores these four since 3.0; an address that is silently not advertised is a cluster that nobody
  // reaches, so the line that replaces them is asked for.
  void old_address(const std::string& name, const std::string& text) {
    bool advertised = name.starts_with("advertised.");
    std::string_view replacement = advertised ? "advertised.listeners" : "listeners";
    if (settings_.find(replacement) != settings_.end()) {
      warn(fmt::format("{}={} is ignored: {} replaces it", name, text, replacement));
      return;
    }
    auto host = settings_.find(advertised ? "advertised.host.name" : "host.name");
    auto port = settings_.find(advertised ? "advertised.port" : "port");
    std::string line = fmt::format("{}={} has been removed from Kafka; write {}=PLAINTEXT://{}:{}", name,
                                   text, replacement, host == settings_.end() ? "" : host->second,
                                   port == settings_.end() ? "9092" : port->second);
    report_.problems.push_back(std::move(line));
  }

  void warn(std::string text) { report_.notices.push_back({LogLevel::kWarn, std::move(text)}); }

  const ConfigMap& settings_;
  StringList zookeeper_;
  KeyReport report_;
};

}  // namespace

std::span<const RemovedKey> removed_keys() { return kRemoved; }

KeyReport report_keys(const ConfigMap& settings) { return Reporter(settings).report(); }

std::optional<Notice> notice_of(const ConfigKey& key, const std::string& name, const std::string& text) {
  if (split_listener_key(name) && !is_of_listeners(key.name)) {
    return Notice{LogLevel::kWarn, fmt::format("{} is not read: {} is the whole node's, and written without "
                                               "a listener's prefix",
                                               name, key.name)};
  }
  const Result<ConfigValue, Failure> value = parse_value(key, name, text);
  if (!value) return std::nullopt;
  const std::string setting = fmt::format("{}={}", name, shown(key, text));
  const std::string_view note = key.treatment.note;
  if (key.treatment.kind == TreatmentKind::kMeaningless) {
    return Notice{LogLevel::kInfo, fmt::format("{} has no effect: {}", setting, note)};
  }
  if (is_default(key, *value, text)) return std::nullopt;
  if (key.treatment.kind == TreatmentKind::kNotYet) {
    return Notice{LogLevel::kWarn, fmt::format("{} is not acted on in this release: {}", setting, note)};
  }
  if (key.treatment.kind == TreatmentKind::kActs && !note.empty()) {
    return Notice{LogLevel::kInfo, fmt::format("{}: {}", setting, note)};
  }
  return std::nullopt;
}

std::string similar_key(std::string_view name) {
  if (topic_keys().find(name) != nullptr) {
    std::vector<TopicSynonym> synonyms = topic_synonyms(name);
    return synonyms.empty() ? "" : std::string(synonyms.front().broker_key);
  }
  std::string lower = lower_case(name);
  constexpr size_t kLimit = 2;
  std::string best;
  size_t best_distance = kLimit + 1;
  for (const ConfigKey* key : broker_keys().keys()) {
    size_t distance = edit_distance(lower, key->name, kLimit);
    if (distance < best_distance) {
      best_distance = distance;
      best = key->name;
    }
  }
  return best;
}

}  // namespace klamm::broker
