// What replicas that are moved may take of the network, so that clients have the rest (KIP-73): the bytes per
// second that this broker gives to throttled followers, and those that it fetches of throttled replicas.
//
// A bucket that holds what one second brings. What is taken may be more than there is, for it is known
// afterwards: then nothing is taken until that has been made up for. (Kafka averages over eleven samples of a
// second each.)
#pragma once

#include <absl/base/thread_annotations.h>
#include <absl/synchronization/mutex.h>

#include <cstdint>
#include <string_view>
#include <utility>
#include <vector>

#include "base/clock.h"
#include "base/types.h"

namespace klamm::broker {

// A monitor: whoever takes is on any thread.
class ReplicationQuota {
 public:
  static constexpr int64_t kUnlimited = INT64_MAX;
  // Nobody is told to wait for longer: the rate may be another by then.
  static constexpr int64_t kWaitMsMax = 1'000;

  explicit ReplicationQuota(const Clock& clock) : clock_(clock) {}

  // Bytes per second, not negative. The bucket of another rate is full.
  void set_rate(int64_t bytes_per_second);
  // What was taken.
  void add(int64_t bytes);
  // How long until something may be taken; 0 for now.
  int64_t wait_ms() const;

 private:
  double level_at(int64_t now_ms) const ABSL_SHARED_LOCKS_REQUIRED(mutex_);

  const Clock& clock_;
  mutable absl::Mutex mutex_;
  int64_t rate_ ABSL_GUARDED_BY(mutex_) = kUnlimited;
  double level_ ABSL_GUARDED_BY(mutex_) = 0;  // in bytes, at that time; below 0 is owed
  int64_t level_at_ms_ ABSL_GUARDED_BY(mutex_) = 0;
};

// Of one node. They outlive its partitions.
struct ReplicationQuotas {
  explicit ReplicationQuotas(const Clock& clock) : leader(clock), follower(clock) {}

  ReplicationQuota leader;    // leader.replication.throttled.rate
  ReplicationQuota follower;  // follower.replication.throttled.rate
};

// A topic's leader.replication.throttled.replicas, or follower.replication.throttled.replicas: pairs of
// partition and broker, or "*" for all. Pairs that cannot be read are passed over.
class ThrottledReplicas {
 public:
  explicit ThrottledReplicas(std::string_view text);

  bool has(int32_t partition, NodeId broker) const;

 private:
  bool all_ = false;
  std::vector<std::pair<int32_t, NodeId>> pairs_;  // ordered
};

}  // namespace klamm::broker
