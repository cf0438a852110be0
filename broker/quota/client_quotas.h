// ClientQuotas: what the users and client ids of this node's clients may use, and what they have used. As
// Kafka's quotas they hold for each node by itself.
//
// A node whose cluster has none pays for one load of version(). Where there are some, a connection looks up
// once what holds for its client (QuotaMemo), which is then the same for all that share the quota, and is
// charged under its own mutex.
#pragma once

#include <absl/base/thread_annotations.h>
#include <absl/synchronization/mutex.h>

#include <array>
#include <atomic>
#include <compare>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "broker/metadata/client_quotas_image.h"
#include "broker/quota/quota_limits.h"
#include "broker/quota/quota_sensors.h"
#include "broker/quota/sensor_table.h"

namespace klamm::broker {

// What holds for one client: at least one of producing, fetching and time is limited. Immutable; from any
// thread. Times are monotonic milliseconds.
class ClientQuota {
 public:
  struct Share {
    double limit = 0;
    std::shared_ptr<RateSensor> sensor;  // null where there is no limit
  };
  struct Shares {
    Share produce, fetch, time;
  };
  ClientQuota(Shares shares, const QuotaWindows& windows) : shares_(std::move(shares)), windows_(windows) {}

  // What a request has taken until it was answered.
  struct Use {
    bool is_produce = false;
    size_t size = 0;                   // of the request, in bytes
    std::optional<int64_t> time_us{};  // of a thread's time; nothing where that does not count
  };
  // Charges it, and gives for how long the client is to be held back: 0 where it is within its quotas.
  int32_t charge(const Use& use, int64_t now_ms) const;
  // Charges the time that it took to send to the client.
  void charge_time(int64_t time_us, int64_t now_ms) const;

  // The most that a fetch may give, in bytes: more would be too much if nothing else was fetched lately.
  int32_t fetch_size_max() const;
  // Asks for what a fetch is about to give, in bytes.
  RateSensor::Asked ask_fetch(size_t size, int64_t now_ms) const;

 private:
  const Shares shares_;
  const QuotaWindows windows_;
};

// What one request to the controller creates and deletes, in partitions (KIP-599). By default without limit.
class MutationQuota {
 public:
  MutationQuota() = default;
  // A `strict` one refuses what its client may not do yet; others only hold the client back afterwards.
  MutationQuota(std::shared_ptr<TokenSensor> sensor, double limit, bool strict, int64_t now_ms)
      : sensor_(std::move(sensor)), limit_(limit), strict_(strict), now_ms_(now_ms) {}

  // False: the answer is THROTTLING_QUOTA_EXCEEDED.
  bool charge(size_t partitions);
  int32_t throttle_ms() const { return throttle_ms_; }

 private:
  std::shared_ptr<TokenSensor> sensor_;
  double limit_ = 0;
  bool strict_ = false;
  int64_t now_ms_ = 0;
  int32_t throttle_ms_ = 0;
};

class ClientQuotas {
 public:
  struct Terms {
    QuotaWindows clients{};
    QuotaWindows controller{};
    size_t sensors_max = kSensorsMax;  // of each kind
  };
  explicit ClientQuotas(const Terms& terms);

  // What the metadata says now. One call at a time.
  void follow(const ClientQuotasImage& image) ABSL_LOCKS_EXCLUDED(mutex_);

  // The rest from any thread. It is another one whenever the limits have changed; 0 while nobody has any.
  uint64_t version() const { return version_.load(std::memory_order_acquire); }

  struct Found {
    std::shared_ptr<const ClientQuota> quota;  // null where nothing holds for the client
    int64_t good_until_ms = INT64_MAX;         // it is to be looked up again then
  };
  // `principal` is "User:alice"; a client that sends no id has an empty one.
  Found find(std::string_view principal, std::string_view client_id, int64_t now_ms)
      ABSL_LOCKS_EXCLUDED(mutex_);
  MutationQuota mutations(std::string_view principal, std::string_view client_id, bool strict, int64_t now_ms)
      ABSL_LOCKS_EXCLUDED(mutex_);

 private:
  // Whose use is counted together; empty where that does not tell them apart.
  struct Key {
    std::string user;
    std::string client_id;

    friend auto operator<=>(const Key&, const Key&) = default;
  };
  using Rates = SensorTable<Key, RateSensor>;

  static Key key_of(const QuotaLimits::Found& found, std::string_view user, std::string_view client_id);

  const Terms terms_;
  std::atomic<uint64_t> version_{0};

  absl::Mutex mutex_;
  SharedMap<QuotaEntity, QuotaValues> known_ ABSL_GUARDED_BY(mutex_);
  std::shared_ptr<const QuotaLimits> limits_ ABSL_GUARDED_BY(mutex_);
  uint64_t changes_ ABSL_GUARDED_BY(mutex_) = 0;
  std::array<Rates, 3> rates_ ABSL_GUARDED_BY(mutex_);  // by kind: all but the controller's
  SensorTable<Key, TokenSensor> tokens_ ABSL_GUARDED_BY(mutex_);
};

// What a connection keeps of its client's quota. For one thread.
class QuotaMemo {
 public:
  // What holds for the client; null where nothing does. Asked with each request, which may bring another id.
  const std::shared_ptr<const ClientQuota>& of(ClientQuotas* quotas, std::string_view principal,
                                               std::optional<std::string_view> client_id, int64_t now_ms) {
    const uint64_t version = quotas == nullptr ? 0 : quotas->version();
    if (version != 0 || version_ != 0) look_up(quotas, version, principal, client_id.value_or(""), now_ms);
    return quota_;
  }
  // As it was at the last request.
  const std::shared_ptr<const ClientQuota>& last() const { return quota_; }

 private:
  void look_up(ClientQuotas* quotas, uint64_t version, std::string_view principal, std::string_view client_id,
               int64_t now_ms);

  uint64_t version_ = 0;
  std::string principal_;  // of what is long only so much as tells it from others
  std::string client_id_;
  std::shared_ptr<const ClientQuota> quota_;
  int64_t good_until_ms_ = 0;
};

}  // namespace klamm::broker
