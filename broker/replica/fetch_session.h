// Incremental fetch sessions (KIP-227): the broker remembers which partitions a fetcher asks for, so that a
// request names only what changed and a response only what is new.
#pragma once

#include <absl/base/thread_annotations.h>
#include <absl/container/flat_hash_map.h>
#include <absl/synchronization/mutex.h>

#include <cstdint>
#include <list>
#include <memory>
#include <string>
#include <vector>

#include "base/random.h"
#include "base/types.h"
#include "base/uuid.h"
#include "broker/replica/fetch_budget.h"
#include "broker/request.h"
#include "protocol/errors.h"

namespace klamm::broker {

class FetchRead;

// One partition as a fetcher asks for it. Before version 13 the topic is named, from then on it has an id
// only.
struct FetchTarget {
  std::string topic;
  Uuid topic_id;
  int32_t partition = 0;
  int32_t size_max = 0;
  Offset offset;
  Epoch current_leader_epoch = kNoEpoch;
  Epoch last_fetched_epoch = kNoEpoch;
  Offset follower_log_start = kNoOffset;

  bool same_partition(const FetchTarget& other) const {
    return partition == other.partition && topic_id == other.topic_id && topic == other.topic;
  }
};

// What a response would say of a partition, as far as a session compares it with what was said before.
struct FetchFacts {
  protocol::ErrorCode error = protocol::ErrorCode::kNone;
  bool has_records = false;
  bool diverging = false;
  Offset high_watermark = kNoOffset;
  Offset log_start_offset = kNoOffset;
};

// One fetcher's session. A monitor: a client may misuse one session from two connections, and a session may
// be closed for another's sake while a fetch uses it.
class FetchSession {
 public:
  struct Kind {
    bool privileged = false;  // a follower's
    bool uses_topic_ids = false;
  };

  FetchSession(int32_t id, Kind kind, FetchBudget::Share share, int64_t now_ms)
      : id_(id), kind_(kind), created_ms_(now_ms), share_(std::move(share)) {}

  int32_t id() const { return id_; }
  bool uses_topic_ids() const { return kind_.uses_topic_ids; }

  // All that the session asks for now, in the order in which it is served.
  std::vector<FetchTarget> targets() const;

  // Whether an incremental response must name the partition: it has records or an error, or its high
  // watermark or log start is not what was last said. A partition with records goes to the end of the
  // session's order, so that none starves behind a busy one.
  bool update(const FetchTarget& target, const FetchFacts& facts);

  // What the fetch with this epoch has found, for the next one to go on with; not kept when that has begun.
  // Whoever takes it has it alone.
  void keep(int32_t epoch, std::shared_ptr<FetchRead> read);
  std::shared_ptr<FetchRead> take_kept();

  size_t size() const;

 private:
  friend class FetchSessionCache;

  // Remembers the partitions of the request that opened it, for which it has its share.
  void open(const std::vector<FetchTarget>& targets);
  // Takes the changes of a request with the right epoch in. Where the budget refuses what they come to, the
  // epoch does not move: the same is to be tried again, or the session to be closed.
  protocol::ErrorCode change(int32_t epoch, const std::vector<FetchTarget>& changed,
                             const std::vector<FetchTarget>& forgotten, FetchBudget::Answer& answer);
  // Forgets everything. From here on it asks for nothing, and each change() finds no session.
  void close();

  struct Cached {
    FetchTarget target;
    Offset high_watermark = kNoOffset;
    Offset log_start_offset = kNoOffset;
  };
  struct Key {
    std::string topic;
    Uuid topic_id;
    int32_t partition;
    friend bool operator==(const Key&, const Key&) = default;
    template <class H>
    friend H AbslHashValue(H h, const Key& key) {
      return H::combine(std::move(h), key.topic, key.topic_id.bytes, key.partition);
    }
  };
  static Key key_of(const FetchTarget& target) { return {target.topic, target.topic_id, target.partition}; }
  static bool is_news_of(const Cached& cached, const FetchFacts& facts);
  void put(const FetchTarget& target) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);

  const int32_t id_;
  const Kind kind_;
  const int64_t created_ms_;

  mutable absl::Mutex mutex_;
  FetchBudget::Share share_ ABSL_GUARDED_BY(mutex_);
  int32_t epoch_ ABSL_GUARDED_BY(mutex_) = 1;  // that the next request must have
  bool closed_ ABSL_GUARDED_BY(mutex_) = false;
  std::list<Cached> order_ ABSL_GUARDED_BY(mutex_);
  absl::flat_hash_map<Key, std::list<Cached>::iterator> index_ ABSL_GUARDED_BY(mutex_);
  std::shared_ptr<FetchRead> kept_ ABSL_GUARDED_BY(mutex_);

  // Guarded by the cache's mutex.
  int64_t last_used_ms_ = 0;
  // Of the connection that used it last. The connection holds it, and hardly anybody else: when it has
  // expired, the connection has gone.
  std::weak_ptr<const ClientInfo> client_;
};

}  // namespace klamm::broker
