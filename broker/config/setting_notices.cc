#include "broker/config/setting_notices.h"

#include <fmt/format.h>

#include <algorithm>

#include "broker/config/key_report.h"
#include "broker/config/synonyms.h"
#include "broker/config/text.h"
#include "security/log_text.h"

namespace klamm::broker {
namespace {

const ConfigKey* find_key(ConfigResourceType type, const std::string& name) {
  switch (type) {
    case ConfigResourceType::kBroker:
      return find_broker_key(name);
    case ConfigResourceType::kTopic:
      return topic_keys().find(name);
    case ConfigResourceType::kGroup:
      return group_keys().find(name);
    case ConfigResourceType::kClientMetrics:
      return client_metrics_keys().find(name);
    default:
      return nullptr;
  }
}

std::string subject_of(const ConfigResource& resource) {
  switch (resource.type) {
    case ConfigResourceType::kTopic:
      return fmt::format("topic {}: ", security::shown(resource.name));
    case ConfigResourceType::kGroup:
      return fmt::format("group {}: ", security::shown(resource.name));
    case ConfigResourceType::kClientMetrics:
      return fmt::format("client metrics {}: ", security::shown(resource.name));
    default:
      return "";
  }
}

// TLS and SASL settings that Kafka takes for listeners which it opens later. None are opened here while the
// node runs, and at the start it is the file that counts.
bool waits_for_a_listener(const ConfigKey& key) {
  return key.treatment.kind == TreatmentKind::kActs &&
         (key.name.starts_with("ssl.") || key.name.starts_with("sasl.")) && !is_per_listener_only(key.name);
}

// nullopt where the listener of a prefixed key is open, and for keys without a prefix.
std::optional<Notice> notice_of_strange_listener(const std::string& name,
                                                 const std::vector<Listener>& listeners) {
  const auto split = split_listener_key(name);
  const bool is_open = !split || std::ranges::any_of(listeners, [&](const Listener& listener) {
    return lower_case(listener.endpoint.listener) == split->listener;
  });
  if (is_open) return std::nullopt;
  return Notice{LogLevel::kWarn,
                fmt::format("{} is kept, and not read: no listener is called so; the listener "
                            "FRONT is written listener.name.front.",
                            name)};
}

// Kafka keeps whatever name it is given. Never with the value, which may be a secret of another key.
std::optional<Notice> notice_of_unknown(ConfigResourceType type, const std::string& name) {
  if (type != ConfigResourceType::kBroker) return std::nullopt;
  const std::string similar = similar_key(name);
  return Notice{
      LogLevel::kWarn,
      fmt::format("{} is kept, and not acted on: no key of that name can be set while "
                  "the node runs{}",
                  security::shown(name), similar.empty() ? "" : fmt::format("; {} is one", similar))};
}

std::optional<Notice> notice_at_run_time(ConfigResourceType type, const ConfigKey& key,
                                         const std::string& name, const std::string& text) {
  if (type != ConfigResourceType::kBroker || !waits_for_a_listener(key)) return notice_of(key, name, text);
  return Notice{LogLevel::kWarn,
                fmt::format("{} is kept, and not acted on: listeners are opened with what the file says; set "
                            "it there and restart the node",
                            name)};
}

}  // namespace

std::vector<Notice> setting_notices(const ConfigDelta& change, const std::vector<Listener>& listeners) {
  std::vector<Notice> notices;
  if (change.after == nullptr) return notices;
  for (const auto& [name, text] : *change.after) {
    if (change.before != nullptr) {
      const std::string* const old = change.before->find(name);
      if (old != nullptr && *old == text) continue;
    }
    // What may not stand in a line of the log is part of no key's name, whatever prefixes it has.
    const bool is_name = security::shown(name) == name;
    const ConfigKey* const key = is_name ? find_key(change.resource->type, name) : nullptr;
    if (key == nullptr) {
      if (auto notice = notice_of_unknown(change.resource->type, name)) notices.push_back(std::move(*notice));
      continue;
    }
    auto notice = notice_of_strange_listener(name, listeners);
    if (!notice) notice = notice_at_run_time(change.resource->type, *key, name, text);
    if (notice) {
      notice->text = subject_of(*change.resource) + notice->text;
      notices.push_back(std::move(*notice));
    }
  }
  return notices;
}

}  // namespace klamm::broker
