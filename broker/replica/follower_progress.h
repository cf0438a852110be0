// FollowerProgress: what a leader knows of one of its followers in its term: how much of the log it has, when
// it last had all of it, in which epoch of its broker it fetches, and what the metadata says of that broker.
// Kafka: Replica and ReplicaState.
#pragma once

#include <cstdint>
#include <optional>

#include "base/types.h"
#include "storage/log_position.h"

namespace klamm::broker {

class BrokersImage;

// A follower's fetch that was read without an error and without divergence.
struct FollowerFetch {
  NodeId replica = kNoNode;
  int64_t broker_epoch = -1;        // that the request claims; -1: none (below version 15)
  Epoch leader_epoch{};             // of the term in which it was read
  bool names_leader_epoch = true;   // the request did
  storage::LogPosition position{};  // where the read began: the follower has all that lies below
  Offset log_start = kNoOffset;     // the follower's
  // Of the leader's log, before the read: appends that come after it must not keep a follower out of sync.
  Offset leader_end{};
  int64_t time_ms = 0;  // when it was read
  bool given = false;   // batches, from the position on
};

class FollowerProgress {
 public:
  explicit FollowerProgress(NodeId id) : id_(id) {}

  // It is in sync at the beginning of a term: its lag is counted from then on.
  void begin_in_sync(int64_t now_ms) { last_caught_up_ms_ = now_ms; }
  void follow(const BrokersImage& brokers);
  // Whether its broker says that the replica is lost (KIP-858): nobody waits for it, what it had counts for
  // nothing, and it does not join. Kafka's leaders wait as for one that was caught up lately.
  void set_lost(bool lost);
  void on_fetch(const FollowerFetch& fetch);

  NodeId id() const { return id_; }
  // Until it fetches in this term its end, and where its log starts, are kNoOffset.
  const storage::LogPosition& position() const { return position_; }
  Offset end() const { return position_.offset; }
  Offset log_start() const { return log_start_; }
  // Of its last fetch; -1 when that claimed none, or there was none.
  int64_t broker_epoch() const { return broker_epoch_.value_or(-1); }
  // The latest time at which it is known to have had all of the log; kNever when that was not in this term.
  int64_t last_caught_up_ms() const { return last_caught_up_ms_; }
  static constexpr int64_t kNever = INT64_MIN / 2;  // any time minus this is a long time

  // Whether the claimed epoch is of an earlier life of the broker (KIP-903): what that one had may be lost.
  // Kafka compares with the metadata alone, and not while the broker is fenced.
  bool is_earlier_life(int64_t broker_epoch) const;
  bool is_caught_up(Offset leader_end, int64_t now_ms, int64_t lag_time_max_ms) const;
  // It has just asked for what it was given twice before, and then now and again: it can do nothing with it.
  bool asks_in_vain() const { return asked_again_ == 2 || (asked_again_ > 0 && asked_again_ % 100 == 0); }
  // Registered and not fenced.
  bool is_alive() const { return !fenced_; }
  // Whether it may be taken into the ISR as far as its broker is concerned (KIP-841): that is alive, does not
  // shut down, and is in the epoch in which it fetches; and the replica is not lost.
  bool is_eligible() const;

 private:
  NodeId id_;
  storage::LogPosition position_{kNoOffset};
  Offset log_start_ = kNoOffset;
  std::optional<int64_t> broker_epoch_;

  // When it last fetched, and what the leader's end was then, at most.
  int64_t last_fetch_ms_ = kNever;
  Offset last_leader_end_ = kNoOffset;
  int64_t last_caught_up_ms_ = kNever;
  bool was_given_ = false;  // something, from position_ on
  int asked_again_ = 0;     // how often in a row, behind the first time, it was given the same

  // As the metadata has its broker.
  int64_t registered_epoch_ = -1;
  bool fenced_ = true;  // or not registered
  bool shuts_down_ = false;
  bool lost_ = false;
};

}  // namespace klamm::broker
