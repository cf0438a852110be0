// How many connections may be open, and how fast new ones may come: max.connections, of the node and of a
// listener, max.connections.per.ip with its overrides, max.connection.creation.rate, of the node and of a
// listener, and connection_creation_rate, the quota of an address (KIP-612). As in Apache Kafka:
// - where the number of all connections, or of a listener's, is at its limit, or the rate is, accepting
// waits: clients queue up in the kernel's backlog;
// - it waits as well where more connections would take the descriptors that logs need (set_room());
// - an address that has too many has the new one closed;
// - one whose connections come faster than its quota allows has the new one closed as well, after a while;
// - the listener between brokers is not held back by the node's limits, as long as there are other listeners.
// While it has brought the node above max.connections, others lose their least recently used connection. The
// rate is a token bucket that holds one second's worth. (Kafka averages over eleven seconds, as is done for
// the quota of an address.)
#pragma once

#include <absl/base/thread_annotations.h>
#include <absl/functional/any_invocable.h>
#include <absl/synchronization/mutex.h>

#include <cstdint>
#include <map>
#include <optional>
#include <vector>

#include "broker/net/ip_address.h"
#include "broker/quota/quota_sensors.h"
#include "broker/quota/sensor_table.h"

namespace klamm::broker::net {

class TokenBucket {
 public:
  explicit TokenBucket(int32_t per_second)
      : per_second_(per_second > 0 ? per_second : 1), tokens_(per_second_) {}
  // How long to wait before there is a token: 0 if there is one now.
  int64_t wait_ms(int64_t now_ms);
  // Only after wait_ms() said 0.
  void take();
  void put_back();
  void set_rate(int32_t per_second);

 private:
  bool unlimited() const { return per_second_ == INT32_MAX; }

  int32_t per_second_;
  double tokens_;
  int64_t filled_at_ms_ = INT64_MIN;
};

class ConnectionLimits {
 public:
  struct OfListener {
    int32_t connections_max = INT32_MAX;
    int32_t creation_rate_max = INT32_MAX;
    bool between_brokers = false;
  };
  struct OfNode {
    int32_t connections_max = INT32_MAX;
    int32_t creation_rate_max = INT32_MAX;
    int32_t per_ip_max = INT32_MAX;
    std::map<IpAddress, int32_t> per_ip_overrides{};
  };
  // `on_free` is called, from any thread and without a lock, when a connection ends while a listener waits.
  // `windows` are those that the quotas of addresses are averaged over.
  ConnectionLimits(OfNode node, std::vector<OfListener> listeners, absl::AnyInvocable<void()> on_free,
                   const QuotaWindows& windows = {});

  // What a listener is to do: accept (a place is reserved), ask again at `retry_ms`, or wait for on_free.
  struct Verdict {
    enum class What { kAccept, kRetry, kWait } what;
    int64_t retry_ms = 0;
    bool no_room = false;  // it waits for want of descriptors
  };
  Verdict reserve(size_t listener, int64_t now_ms) ABSL_LOCKS_EXCLUDED(mutex_);
  // There was nobody to accept.
  void cancel(size_t listener) ABSL_LOCKS_EXCLUDED(mutex_);
  // A reserved place is taken by a connection from `ip`. Where that has too many, or has made too many
  // lately, the place is free again.
  struct Entry {
    enum class What { kEntered, kTooMany, kTooFast } what;
    int64_t close_ms = 0;  // kTooFast: when it is to be closed
  };
  Entry enter(size_t listener, const IpAddress& ip, int64_t now_ms) ABSL_LOCKS_EXCLUDED(mutex_);
  void leave(size_t listener, const IpAddress& ip) ABSL_LOCKS_EXCLUDED(mutex_);

  // The limits from here on. Who has a place keeps it; who waits for one may ask again (on_free). Of
  // `listeners`, which are those of the constructor, between_brokers stays as it was.
  void change(OfNode node, const std::vector<OfListener>& listeners) ABSL_LOCKS_EXCLUDED(mutex_);
  // How many connections there are descriptors for; as if max.connections were no more than that.
  void set_room(int32_t connections) ABSL_LOCKS_EXCLUDED(mutex_);
  // How many connections a second an address may make: those that are named, and each of the others.
  struct IpRates {
    std::optional<int32_t> by_default{};
    std::map<IpAddress, int32_t> named{};
  };
  void set_ip_rates(IpRates rates) ABSL_LOCKS_EXCLUDED(mutex_);
  int32_t room() const ABSL_LOCKS_EXCLUDED(mutex_);

  int32_t per_ip_max(const IpAddress& ip) const ABSL_LOCKS_EXCLUDED(mutex_);
  // How many connections there are beyond max.connections, or beyond the room.
  int32_t excess() const ABSL_LOCKS_EXCLUDED(mutex_);
  bool is_over() const { return excess() > 0; }
  bool is_protected(size_t listener) const;

 private:
  struct Listener {
    OfListener limits;
    TokenBucket bucket;
    int32_t count = 0;
  };

  void free_place(size_t listener) ABSL_LOCKS_EXCLUDED(mutex_);
  int32_t connections_max() const ABSL_SHARED_LOCKS_REQUIRED(mutex_);
  void put_back(size_t listener) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  std::optional<int32_t> rate_of(const IpAddress& ip) const ABSL_SHARED_LOCKS_REQUIRED(mutex_);
  int32_t per_ip_max_locked(const IpAddress& ip) const ABSL_SHARED_LOCKS_REQUIRED(mutex_);

  absl::AnyInvocable<void()> on_free_;
  const size_t listener_count_;
  std::vector<bool> between_brokers_;

  mutable absl::Mutex mutex_;
  OfNode node_ ABSL_GUARDED_BY(mutex_);
  std::vector<Listener> listeners_ ABSL_GUARDED_BY(mutex_);
  TokenBucket bucket_ ABSL_GUARDED_BY(mutex_);
  int32_t room_ ABSL_GUARDED_BY(mutex_) = INT32_MAX;
  int32_t count_ ABSL_GUARDED_BY(mutex_) = 0;
  std::map<IpAddress, int32_t> by_ip_ ABSL_GUARDED_BY(mutex_);
  bool waiting_ ABSL_GUARDED_BY(mutex_) = false;
  const QuotaWindows windows_;
  IpRates ip_rates_ ABSL_GUARDED_BY(mutex_);
  SensorTable<IpAddress, RateSensor> ip_sensors_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace klamm::broker::net
