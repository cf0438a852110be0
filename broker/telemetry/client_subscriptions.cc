#include "broker/telemetry/client_subscriptions.h"

#include <algorithm>
#include <utility>

#include "base/crc32c.h"
#include "base/mutants_fuzz.h"
#include "broker/client_software.h"
#include "broker/config/broker_settings.h"
#include "broker/config/definitions.h"
#include "broker/config/value.h"
#include "broker/metrics/exposition.h"
#include "protocol/compression.h"

namespace klamm::broker {
namespace {

using protocol::ErrorCode;

constexpr std::string_view kAllMetrics = "*";
constexpr int32_t kIntervalMaxMs = 300'000;  // where no subscription asks for less
constexpr int64_t kPatienceMinMs = 60'000;
constexpr int64_t kPurgeMs = 1'000;

// Uuid.hashCode of Java.
int32_t java_hash(const Uuid& id) {
  const uint64_t both = load_be64(id.bytes.data()) ^ load_be64(id.bytes.data() + 8);
  return static_cast<int32_t>(static_cast<uint32_t>(both >> 32) ^ static_cast<uint32_t>(both));
}

// Of a set of metrics, an interval and a client: as Kafka's, which nobody compares with that of another node.
int32_t subscription_id_of(const std::set<std::string>& metrics, int32_t interval_ms, const Uuid& client) {
  std::string text;
  for (const std::string& metric : metrics) text += metric + ",";
  text += std::to_string(interval_ms);
  return static_cast<int32_t>(crc32c(as_bytes(text))) ^ java_hash(client);
}

// A zero id and those that Kafka keeps for itself.
bool is_reserved(const Uuid& id) { return id == Uuid::of(0, 0) || id == Uuid::of(0, 1); }

ClientAttributes attributes_of(const Uuid& id, const Request& request) {
  ClientAttributes attributes;
  const auto set = [&](ClientSelector selector, std::string value) {
    attributes[static_cast<size_t>(selector)] = std::move(value);
  };
  set(ClientSelector::kInstanceId, id.to_string());
  if (request.header.client_id) set(ClientSelector::kClientId, std::string(*request.header.client_id));
  set(ClientSelector::kSourceAddress, request.client->host);
  if (request.client->port != 0) set(ClientSelector::kSourcePort, std::to_string(request.client->port));
  if (request.client->software == nullptr) return attributes;
  if (const auto said = request.client->software->said()) {
    set(ClientSelector::kSoftwareName, said->name);
    set(ClientSelector::kSoftwareVersion, said->version);
  }
  return attributes;
}

std::string labels_of(const ClientAttributes& attributes) {
  metrics::Labels labels;
  for (ClientSelector selector : {ClientSelector::kInstanceId, ClientSelector::kClientId,
                                  ClientSelector::kSoftwareName, ClientSelector::kSoftwareVersion}) {
    const auto& value = attributes[static_cast<size_t>(selector)];
    // A name leaves room for what the metric itself has to say.
    if (value) labels.add(name_of(selector), std::string_view(*value).substr(0, 128));
  }
  return labels.text();
}

template <class T>
T value_of(const ConfigOverrides& settings, std::string_view name) {
  const ConfigKey& key = *client_metrics_keys().find(name);
  const std::string* const text = settings.find(name);
  if (text != nullptr) {
    auto parsed = parse_value(key, *text);
    if (parsed && std::holds_alternative<T>(*parsed)) return std::get<T>(*std::move(parsed));
  }
  return std::get<T>(default_value(key));
}

}  // namespace

// Only when they have changed; each topic's settings do so as well.
void ClientSubscriptions::follow(const ConfigsImage& configs) {
  if (configs.resources().same_as(seen_)) return;
  seen_ = configs.resources();
  std::map<std::string, ConfigOverrides> settings;
  seen_.walk_from(ConfigResource{ConfigResourceType::kClientMetrics, ""}, [&](const auto& entry) {
    const auto& [resource, overrides] = entry;
    if (resource.type != ConfigResourceType::kClientMetrics) return false;
    settings.emplace(resource.name, overrides);
    return true;
  });
  if (settings == settings_) return;
  settings_ = std::move(settings);
  configured_.clear();
  for (const auto& [name, overrides] : settings_) {
    auto match = ClientMatch::parse(value_of<StringList>(overrides, "match"));
    // Kept by a release that reads more patterns: for nobody.
    if (!match) continue;
    configured_.push_back({*std::move(match), value_of<StringList>(overrides, "metrics"),
                           static_cast<int32_t>(value_of<int64_t>(overrides, "interval.ms"))});
  }
  ++version_;
}

Uuid ClientSubscriptions::fresh_id() {
  Uuid id = Uuid::random(uses_.random);
  while (by_id_.contains(id)) id = Uuid::random(uses_.random);
  return id;
}

// A client that is not known begins anew, as one does that has been told of other subscriptions.
ClientSubscriptions::Client& ClientSubscriptions::client_of(const Uuid& id, const Request& request,
                                                            int64_t now_ms) {
  purge(now_ms);
  const auto found = by_id_.find(id);
  if (found == by_id_.end()) {
    if (clients_.size() >= kClientsMax) forget(clients_.begin());
    Client& made = clients_.emplace_back();
    made.id = id;
    made.attributes = attributes_of(id, request);
    made.labels = labels_of(made.attributes);
    by_id_[id] = std::prev(clients_.end());
    subscribe(made);
  } else {
    clients_.splice(clients_.end(), clients_, found->second);
    if (clients_.back().version != version_) subscribe(clients_.back());
  }
  Client& client = clients_.back();
  client.heard_ms = now_ms;
  client.connection = request.client->software;
  client.has_connection = request.client->software != nullptr;
  return client;
}

void ClientSubscriptions::subscribe(Client& client) {
  client.version = version_;
  client.metrics.clear();
  client.interval_ms = kIntervalMaxMs;
  client.subscribed_ms.reset();
  client.pushed_ms.reset();
  client.is_over = false;
  client.last_error = ErrorCode::kNone;
  for (const Configured& configured : configured_) {
    if (!configured.match.fits(client.attributes)) continue;
    client.metrics.insert(configured.metrics.begin(), configured.metrics.end());
    client.interval_ms = std::min(client.interval_ms, configured.interval_ms);
  }
  if (client.metrics.contains(std::string(kAllMetrics))) client.metrics = {std::string(kAllMetrics)};
  client.subscription_id = subscription_id_of(client.metrics, client.interval_ms, client.id);
}

bool ClientSubscriptions::may_subscribe(Client& client, int64_t now_ms) {
  const int64_t last_ms = std::max(client.subscribed_ms.value_or(INT64_MIN / 2),
                                   client.pushed_ms.value_or(INT64_MIN / 2));
  if (now_ms - last_ms >= client.interval_ms) {
    client.subscribed_ms = now_ms;
    return true;
  }
  return client.last_error == ErrorCode::kUnknownSubscriptionId ||
         client.last_error == ErrorCode::kUnsupportedCompressionType;
}

ClientSubscriptions::Subscription ClientSubscriptions::subscribe(const Uuid& id, const Request& request,
                                                                 const ConfigsImage& configs) {
  const int64_t now_ms = uses_.clock.monotonic_ms();
  Subscription told;
  std::vector<Uuid> forgotten;
  {
    absl::MutexLock lock(&mutex_);
    follow(configs);
    Client& client = client_of(id.is_zero() ? fresh_id() : id, request, now_ms);
    if (may_subscribe(client, now_ms)) {
      client.last_error = ErrorCode::kNone;
      told = {.client = client.id,
              .id = client.subscription_id,
              .interval_ms = client.interval_ms,
              .metrics = {client.metrics.begin(), client.metrics.end()}};
    } else {
      throttled_.fetch_add(1, std::memory_order_relaxed);
      told.error = ErrorCode::kThrottlingQuotaExceeded;
    }
    forgotten.swap(forgotten_);
  }
  drop_values_of(forgotten);
  return told;
}

void ClientSubscriptions::drop_values_of(const std::vector<Uuid>& clients) {
  for (const Uuid& id : clients) uses_.pushed.forget(id);
}

// In Kafka's order. The first push behind a subscription may come early, since clients spread theirs.
ErrorCode ClientSubscriptions::check(Client& client, const Push& push, int64_t now_ms) {
  if (client.is_over) return ErrorCode::kInvalidRequest;
  const bool is_first =
      !client.pushed_ms || (client.subscribed_ms && *client.subscribed_ms > *client.pushed_ms);
  const bool is_due = is_first || now_ms - *client.pushed_ms >= client.interval_ms;
  if (is_due) client.pushed_ms = now_ms;
  if (!is_due && !push.is_last) {
    throttled_.fetch_add(1, std::memory_order_relaxed);
    return ErrorCode::kThrottlingQuotaExceeded;
  }
  if (push.subscription_id != client.subscription_id) {
    unknown_.fetch_add(1, std::memory_order_relaxed);
    return ErrorCode::kUnknownSubscriptionId;
  }
  if (!protocol::codec_of(push.compression)) return ErrorCode::kUnsupportedCompressionType;
  if (push.metrics.size() > static_cast<size_t>(uses_.size_max)) return ErrorCode::kTelemetryTooLarge;
  return ErrorCode::kNone;
}

ErrorCode ClientSubscriptions::push(const Push& push, const Request& request, const ConfigsImage& configs) {
  if (is_reserved(push.client)) return ErrorCode::kInvalidRequest;
  const int64_t now_ms = uses_.clock.monotonic_ms();
  std::string labels;
  std::set<std::string> metrics;
  std::vector<Uuid> forgotten;
  ErrorCode error;
  {
    absl::MutexLock lock(&mutex_);
    follow(configs);
    Client& client = client_of(push.client, request, now_ms);
    error = client.last_error = check(client, push, now_ms);
    client.is_over = push.is_last;
    labels = client.labels;
    metrics = client.metrics;
    forgotten.swap(forgotten_);
  }
  drop_values_of(forgotten);
  if (error != ErrorCode::kNone || push.metrics.empty()) return error;
  if (!take(push, labels, metrics)) {
    malformed_.fetch_add(1, std::memory_order_relaxed);
    error = ErrorCode::kInvalidRecord;
  }
  if (!note_taken(push.client, error)) uses_.pushed.forget(push.client);
  return error;
}

// False where the client was forgotten while its push was read: nobody would forget what it has pushed.
bool ClientSubscriptions::note_taken(const Uuid& id, ErrorCode error) {
  absl::MutexLock lock(&mutex_);
  const auto found = by_id_.find(id);
  if (found == by_id_.end()) return false;
  if (error != ErrorCode::kNone) found->second->last_error = error;
  return true;
}

// What it unpacks to is bounded as what comes is.
bool ClientSubscriptions::take(const Push& push, const std::string& labels,
                               const std::set<std::string>& metrics) {
  const auto codec = protocol::codec_of(push.compression);
  Bytes plain;
  if (*codec == protocol::Codec::kNone) {
    plain.assign(push.metrics.begin(), push.metrics.end());
  } else {
    protocol::Decompressor decompressor;
    const size_t most =
        mutant::kTelemetryUnpackedWithoutEnd ? size_t{1} << 30 : static_cast<size_t>(uses_.size_max);
    decompressor.start(*codec, push.metrics, most);
    for (ByteView piece = decompressor.next(); !piece.empty(); piece = decompressor.next())
      plain.insert(plain.end(), piece.begin(), piece.end());
    if (decompressor.state() != protocol::Decompressor::State::kEnd) return false;
  }
  const auto wanted = [&](std::string_view name) {
    return std::ranges::any_of(metrics, [&](const std::string& prefix) {
      return prefix == kAllMetrics || name.starts_with(prefix);
    });
  };
  if (!uses_.pushed.push(push.client, labels, plain, wanted)) return false;
  taken_.fetch_add(1, std::memory_order_relaxed);
  return true;
}

void ClientSubscriptions::forget(Clients::iterator client) {
  forgotten_.push_back(client->id);
  by_id_.erase(client->id);
  clients_.erase(client);
}

void ClientSubscriptions::purge(int64_t now_ms) {
  if (now_ms - purged_ms_ < kPurgeMs) return;
  purged_ms_ = now_ms;
  for (auto at = clients_.begin(); at != clients_.end();) {
    const auto client = at++;
    const int64_t patience_ms = std::max<int64_t>(kPatienceMinMs, int64_t{3} * client->interval_ms);
    const bool has_gone = client->has_connection && client->connection.expired();
    if (has_gone || now_ms - client->heard_ms > patience_ms) forget(client);
  }
}

ClientSubscriptions::Counts ClientSubscriptions::counts() {
  Counts counts;
  std::vector<Uuid> forgotten;
  {
    absl::MutexLock lock(&mutex_);
    purge(uses_.clock.monotonic_ms());
    counts.clients = static_cast<int64_t>(clients_.size());
    forgotten.swap(forgotten_);
  }
  drop_values_of(forgotten);
  counts.unknown_subscriptions = unknown_.load(std::memory_order_relaxed);
  counts.throttled = throttled_.load(std::memory_order_relaxed);
  counts.taken = taken_.load(std::memory_order_relaxed);
  counts.malformed = malformed_.load(std::memory_order_relaxed);
  return counts;
}

}  // namespace klamm::broker
