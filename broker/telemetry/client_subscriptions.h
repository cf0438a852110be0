// ClientSubscriptions: which metrics each client is asked for, how often, and whether what it pushes is taken
// (KIP-714): Kafka's ClientMetricsManager. Subscriptions are configuration of the cluster (kafka-configs
// --entity-type client-metrics); a client is known by the instance id that it was given here or elsewhere.
//
// A client is forgotten when its connection has gone, or when it has been silent for three intervals, and for
// a minute at least; of more than kClientsMax the one that was heard of longest ago.
//
// A monitor. From any thread.
#pragma once

#include <absl/base/thread_annotations.h>
#include <absl/synchronization/mutex.h>

#include <atomic>
#include <cstdint>
#include <list>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/random.h"
#include "base/uuid.h"
#include "broker/config/client_match.h"
#include "broker/metadata/configs_image.h"
#include "broker/request.h"
#include "broker/telemetry/pushed_metrics.h"
#include "protocol/errors.h"

namespace klamm::broker {

class ClientSubscriptions {
 public:
  static constexpr size_t kClientsMax = 16'384;

  struct Uses {
    const Clock& clock;
    Random& random;
    PushedMetrics& pushed;
    int32_t size_max;  // telemetry.max.bytes
  };

  explicit ClientSubscriptions(const Uses& uses) : uses_(uses) {}

  // What a client is told to push.
  struct Subscription {
    protocol::ErrorCode error = protocol::ErrorCode::kNone;  // with one, there is nothing else
    Uuid client;
    int32_t id = 0;
    int32_t interval_ms = 0;
    std::vector<std::string> metrics;  // prefixes; "*" for all
  };
  // `client` is zero for one that has no id yet. THROTTLING_QUOTA_EXCEEDED before its interval is over.
  Subscription subscribe(const Uuid& client, const Request& request, const ConfigsImage& configs)
      ABSL_LOCKS_EXCLUDED(mutex_);

  struct Push {
    Uuid client;
    int32_t subscription_id = 0;
    bool is_last = false;
    int8_t compression = 0;
    ByteView metrics{};
  };
  protocol::ErrorCode push(const Push& push, const Request& request, const ConfigsImage& configs)
      ABSL_LOCKS_EXCLUDED(mutex_);

  int32_t size_max() const { return uses_.size_max; }

  struct Counts {
    int64_t clients = 0;
    int64_t unknown_subscriptions = 0;
    int64_t throttled = 0;
    int64_t taken = 0;
    int64_t malformed = 0;
  };
  // Also forgets who is to be forgotten.
  Counts counts() ABSL_LOCKS_EXCLUDED(mutex_);

 private:
  struct Configured {
    ClientMatch match;
    std::vector<std::string> metrics;
    int32_t interval_ms = 0;
  };
  struct Client {
    Uuid id;
    ClientAttributes attributes;
    std::string labels;                        // of what it pushes
    std::weak_ptr<ClientSoftware> connection;  // gone with its connection
    bool has_connection = false;
    uint64_t version = 0;  // of the configuration that it was told
    int32_t subscription_id = 0;
    int32_t interval_ms = 0;
    std::set<std::string> metrics;
    std::optional<int64_t> subscribed_ms;
    std::optional<int64_t> pushed_ms;
    int64_t heard_ms = 0;
    bool is_over = false;  // it has said that it goes
    protocol::ErrorCode last_error = protocol::ErrorCode::kNone;
  };
  using Clients = std::list<Client>;  // who was heard of longest ago first

  void follow(const ConfigsImage& configs) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  Client& client_of(const Uuid& id, const Request& request, int64_t now_ms)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  void subscribe(Client& client) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  Uuid fresh_id() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  bool may_subscribe(Client& client, int64_t now_ms) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  protocol::ErrorCode check(Client& client, const Push& push, int64_t now_ms)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  void purge(int64_t now_ms) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  void forget(Clients::iterator client) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  bool take(const Push& push, const std::string& labels, const std::set<std::string>& metrics);
  bool note_taken(const Uuid& id, protocol::ErrorCode error) ABSL_LOCKS_EXCLUDED(mutex_);
  void drop_values_of(const std::vector<Uuid>& clients);

  const Uses uses_;
  absl::Mutex mutex_;
  SharedMap<ConfigResource, ConfigOverrides> seen_ ABSL_GUARDED_BY(mutex_);
  std::map<std::string, ConfigOverrides> settings_ ABSL_GUARDED_BY(mutex_);
  std::vector<Configured> configured_ ABSL_GUARDED_BY(mutex_);
  uint64_t version_ ABSL_GUARDED_BY(mutex_) = 0;
  Clients clients_ ABSL_GUARDED_BY(mutex_);
  std::map<Uuid, Clients::iterator> by_id_ ABSL_GUARDED_BY(mutex_);
  int64_t purged_ms_ ABSL_GUARDED_BY(mutex_) = 0;
  std::vector<Uuid> forgotten_ ABSL_GUARDED_BY(mutex_);  // whose values are still to be
  std::atomic<int64_t> unknown_{0};
  std::atomic<int64_t> throttled_{0};
  std::atomic<int64_t> taken_{0};
  std::atomic<int64_t> malformed_{0};
};

}  // namespace klamm::broker
