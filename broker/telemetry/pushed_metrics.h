// PushedMetrics: what clients have pushed last, for /metrics to show. Bounded whatever they push: what does
// not fit is dropped and counted. From any thread.
#pragma once

#include <absl/base/thread_annotations.h>
#include <absl/synchronization/mutex.h>

#include <atomic>
#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/uuid.h"
#include "broker/telemetry/otlp_metrics.h"

namespace klamm::broker {

class PushedMetrics {
 public:
  struct Limits {
    size_t clients = 1'000;
    size_t of_each = 400;
    size_t bytes = 16 << 20;  // of names and labels together
    size_t labels_size = 1'024;
    size_t name_size = 200;  // of a metric or an attribute
  };

  PushedMetrics() : PushedMetrics(Limits()) {}
  explicit PushedMetrics(const Limits& limits) : limits_(limits) {}

  // `client_labels` is text of metrics::Labels that says whose it is. False for what is no MetricsData: then
  // nothing has changed. `wanted` says of a name whether it was asked for.
  bool push(const Uuid& client, std::string_view client_labels, ByteView otlp,
            const std::function<bool(std::string_view name)>& wanted) ABSL_LOCKS_EXCLUDED(mutex_);
  void forget(const Uuid& client) ABSL_LOCKS_EXCLUDED(mutex_);

  int64_t dropped() const { return dropped_.load(std::memory_order_relaxed); }

  struct Value {
    std::string name;
    std::string labels;
    double value = 0;
  };
  // Up to `count` values behind `after` (by name, and then by labels), in their order.
  std::vector<Value> some(const Value& after, size_t count) const ABSL_LOCKS_EXCLUDED(mutex_);

 private:
  using Key = std::pair<std::string, std::string>;  // name and labels

  struct Series {
    Uuid client;
    double value = 0;
  };
  using AllSeries = std::map<Key, Series>;

  struct Pushed {
    Key key;
    double value = 0;
    bool is_difference = false;
  };

  // False where there is no room for it.
  bool put(const Uuid& client, Pushed pushed) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);

  const Limits limits_;
  mutable absl::Mutex mutex_;
  AllSeries series_ ABSL_GUARDED_BY(mutex_);
  // What each has, so that to forget it takes no longer than it pushed.
  std::map<Uuid, std::vector<AllSeries::iterator>> clients_ ABSL_GUARDED_BY(mutex_);
  size_t bytes_ ABSL_GUARDED_BY(mutex_) = 0;
  std::atomic<int64_t> dropped_{0};
};

// As the name is shown: "kafka_client_producer_connection_creation_rate" of
// "org.apache.kafka.producer.connection.creation.rate".
std::string shown_name_of_pushed(std::string_view name);

}  // namespace klamm::broker
