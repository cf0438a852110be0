#include "broker/telemetry/pushed_metrics.h"

#include <algorithm>
#include <array>
#include <map>
#include <utility>

#include "broker/metrics/exposition.h"

namespace klamm::broker {
namespace {

constexpr std::string_view kShownPrefix = "kafka_client_";
constexpr std::string_view kKafkasPrefix = "org.apache.kafka.";
// Those that say whose a value is, and what the text format keeps for itself.
constexpr std::array<std::string_view, 7> kReserved = {
    "client_instance_id", "client_id", "client_software_name", "client_software_version",
    "quantile",           "le",        "__name__"};

std::string as_identifier(std::string_view text) {
  std::string shown;
  for (const char c : text) {
    const bool is_letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
    const bool is_digit = c >= '0' && c <= '9';
    shown += is_letter || is_digit ? c : '_';
  }
  return shown;
}

// Attributes behind the client's own labels, each name once; by name, since in another order they would be
// another series here, and to who scrapes them the same one twice.
std::string labels_of(std::string_view client_labels, const OtlpPoint& point) {
  std::map<std::string, std::string_view> shown;
  for (const auto& [key, value] : point.attributes) {
    std::string name = as_identifier(key);
    if (name.empty() || name.starts_with("__")) continue;
    if (name.front() >= '0' && name.front() <= '9') name.insert(name.begin(), '_');
    if (std::ranges::find(kReserved, name) == kReserved.end()) shown.try_emplace(std::move(name), value);
  }
  metrics::Labels labels;
  for (const auto& [name, value] : shown) labels.add(name, value);
  std::string text(client_labels);
  if (!text.empty() && !labels.text().empty()) text += ',';
  return text + labels.text();
}

}  // namespace

std::string shown_name_of_pushed(std::string_view name) {
  if (name.starts_with(kKafkasPrefix)) name.remove_prefix(kKafkasPrefix.size());
  return std::string(kShownPrefix) + as_identifier(name);
}

// Read whole before anything is taken: what is malformed at its end must not count at its beginning. There
// may be very many numbers, with long names that are written out for each: only so many are looked at.
bool PushedMetrics::push(const Uuid& client, std::string_view client_labels, ByteView otlp,
                         const std::function<bool(std::string_view name)>& wanted) {
  std::vector<Pushed> pushed;
  size_t dropped = 0, looked_at = 0;
  const auto is_long = [&](const OtlpPoint& point) {
    return point.name.size() > limits_.name_size ||
           std::ranges::any_of(point.attributes,
                               [&](const auto& one) { return one.first.size() > limits_.name_size; });
  };
  const auto take = [&](const OtlpPoint& point) {
    if (is_long(point) || looked_at == limits_.of_each) {
      ++dropped;
    } else if (wanted(point.name)) {
      ++looked_at;
      std::string labels = labels_of(client_labels, point);
      if (labels.size() > limits_.labels_size) {
        ++dropped;
      } else {
        pushed.push_back(
            {{shown_name_of_pushed(point.name), std::move(labels)}, point.value, point.is_difference});
      }
    }
  };
  size_t passed_over = 0;
  if (!read_otlp_metrics(otlp, take, passed_over)) return false;
  absl::MutexLock lock(&mutex_);
  if (!clients_.contains(client) && clients_.size() >= limits_.clients) {
    dropped += pushed.size();
    pushed.clear();
  }
  if (!pushed.empty()) clients_.try_emplace(client);
  for (Pushed& one : pushed) dropped += put(client, std::move(one)) ? 0 : 1;
  dropped_ += static_cast<int64_t>(dropped + passed_over);
  return true;
}

// The first client that has a name keeps it: who it is stands in the labels, so that no two can meet but by a
// client's own doing.
bool PushedMetrics::put(const Uuid& client, Pushed pushed) {
  const auto found = series_.find(pushed.key);
  if (found != series_.end()) {
    if (found->second.client != client) return false;
    found->second.value = (pushed.is_difference ? found->second.value : 0) + pushed.value;
    return true;
  }
  const size_t size = pushed.key.first.size() + pushed.key.second.size();
  auto& of_client = clients_.at(client);
  if (of_client.size() >= limits_.of_each || bytes_ + size > limits_.bytes) return false;
  bytes_ += size;
  of_client.push_back(series_.emplace(std::move(pushed.key), Series{client, pushed.value}).first);
  return true;
}

void PushedMetrics::forget(const Uuid& client) {
  absl::MutexLock lock(&mutex_);
  const auto found = clients_.find(client);
  if (found == clients_.end()) return;
  for (const auto at : found->second) {
    bytes_ -= at->first.first.size() + at->first.second.size();
    series_.erase(at);
  }
  clients_.erase(found);
}

std::vector<PushedMetrics::Value> PushedMetrics::some(const Value& after, size_t count) const {
  std::vector<Value> values;
  absl::MutexLock lock(&mutex_);
  for (auto at = series_.upper_bound({after.name, after.labels}); at != series_.end(); ++at) {
    if (values.size() == count) break;
    values.push_back({at->first.first, at->first.second, at->second.value});
  }
  return values;
}

}  // namespace klamm::broker
