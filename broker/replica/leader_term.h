// LeaderTerm: what a partition's leader knows of its followers in one leader epoch, and what follows from it:
// who is in sync, and up to where the log is committed. Kafka: the leader's half of Partition.
//
// The high watermark is what all have that are in sync, or will be if a proposal of this leader is accepted:
// the maximal ISR (KIP-497). It also waits for those that were caught up lately and may join, since they
// could never catch up with a mark that runs ahead of them. It stands still while fewer than
// min.insync.replicas are in sync (KIP-966, KAFKA-15583), and never goes back.
//
// The states of the ISR, as in Kafka; newer and older are partition epochs:
//
//   committed --a follower's fetch, tick()--> pending     a proposal is given to the caller
//   pending   --accepted, not older---------> committed
//   pending   --kNotDone--------------------> committed   as it was
//   pending   --kTryAgain-------------------> pending     the same proposal is given again
//   pending   --kMetadataFollows------------> pending     without a request, until an image says more
//   any       --assign(), newer-------------> committed   as the image says
//   pending   --assign(), the same----------> pending     unless it can no longer be accepted
//
// Where this is stricter than Kafka: a new leader epoch is a new term, in which nobody's end is known, also
// when the leader stays: the log of a follower may have been cut meanwhile, by a leader that this node never
// heard of. And an image that only repeats the partition's epoch leaves a proposal pending: otherwise a
// replica that the controller takes in a moment later would not be waited for.
//
// A machine without I/O and without a lock: it lives under its Partition's mutex. A fetch costs O(replicas),
// and memory only when it leads to a proposal. Times are milliseconds of one monotonic clock.
#pragma once

#include <algorithm>
#include <cstdint>
#include <optional>
#include <vector>

#include "broker/replica/follower_progress.h"
#include "broker/replica/isr_proposal.h"
#include "storage/log_position.h"

namespace klamm::broker {

struct PartitionImage;

// How a leader's term begins.
struct LeaderStart {
  NodeId self = kNoNode;
  int64_t lag_time_max_ms = 30'000;       // replica.lag.time.max.ms
  uint32_t isr_min = 1;                   // min.insync.replicas of the topic
  storage::LogPosition end{};             // of the leader's log, as far as it counts as written
  Offset epoch_start{};                   // where the epoch's records begin: the end, or above it
  storage::LogPosition high_watermark{};  // not above the end; need not be located
  int64_t now_ms = 0;
};

// What a step has moved. The caller completes who waits for it and hands the proposal on.
struct Moves {
  bool high_watermark = false;
  bool low_watermark = false;  // a part of it: ask for it if somebody waits
  // What became of a proposal, for the meters IsrExpandsPerSec, IsrShrinksPerSec and FailedIsrUpdatesPerSec.
  enum class Isr { kNothing, kExpanded, kShrunk, kFailed } isr = Isr::kNothing;
  std::optional<IsrProposal> proposal{};
};

class LeaderTerm {
 public:
  // The image says that `self` leads. The high watermark may be above the one that it began with.
  LeaderTerm(const LeaderStart& start, const PartitionImage& partition, const BrokersImage& brokers);

  // ---- what the metadata says ----
  // A later image of the partition, in the same leader epoch; one that is older than what is known from the
  // controller's answers changes nothing.
  Moves assign(const PartitionImage& partition, const BrokersImage& brokers, int64_t now_ms);
  // Brokers have come, gone, or been fenced. Before the assign() with the same image.
  Moves follow(const BrokersImage& brokers, int64_t now_ms);
  Moves set_isr_min(uint32_t isr_min, int64_t now_ms);

  // ---- the log ----
  // The leader's own end, which only grows.
  Moves on_end(const storage::LogPosition& end, int64_t now_ms);
  // Before the read: whether the replica is one. Kafka's answers, with which a follower tries again:
  // UNKNOWN_LEADER_EPOCH, or NOT_LEADER_OR_FOLLOWER to a request that names no leader epoch.
  ErrorCode check_replica(NodeId replica, bool names_leader_epoch) const;
  // After the read. As check_replica(); NOT_LEADER_OR_FOLLOWER for a fetch of an earlier life of the broker,
  // or one that was read in another term; OFFSET_OUT_OF_RANGE above the leader's end. Refused, it counts for
  // nothing.
  Outcome<Moves> on_fetch(const FollowerFetch& fetch);

  // ---- the ISR ----
  // Due every half of replica.lag.time.max.ms: who has lagged for longer shall leave.
  Moves tick(int64_t now_ms);
  // How the proposal ended, once for each time that it was given. Nothing happens when it is no longer
  // pending.
  Moves on_answer(const IsrProposal& proposal, const Outcome<CommittedIsr>& answer, int64_t now_ms);

  // ---- acks=all ----
  // Before an append: NOT_ENOUGH_REPLICAS while fewer are in sync than the effective minimum.
  ErrorCode check_append() const;
  // What is to be said to who waits for everything below `end`; nothing while it waits on.
  // NOT_ENOUGH_REPLICAS_AFTER_APPEND when it is committed, and too few are in sync by now.
  std::optional<ErrorCode> acknowledgement(Offset end) const;

  // ---- questions ----
  struct Follower {
    FollowerProgress progress;
    bool in_isr = false;  // as it was committed
  };
  Epoch leader_epoch() const { return leader_epoch_; }
  Epoch partition_epoch() const { return partition_epoch_; }
  const storage::LogPosition& high_watermark() const { return high_watermark_; }
  const storage::LogPosition& end() const { return end_; }
  const std::vector<NodeId>& isr() const { return isr_; }
  const std::vector<Follower>& followers() const { return followers_; }
  const Follower* find(NodeId replica) const;
  // A proposal is on its way, or the metadata has yet to say what became of it.
  bool has_pending() const { return pending_.has_value(); }
  // How many records a follower lacks; nothing when it has not fetched in this term, or is none.
  std::optional<int64_t> lag(NodeId replica) const;
  // For DeleteRecords: below this, nobody that is alive has anything left. kNoOffset while one of them has
  // not fetched.
  Offset low_watermark(Offset leader_log_start) const;
  bool is_under_replicated() const { return replication_factor_ > isr_.size(); }
  bool is_under_min_isr() const { return isr_.size() < effective_min_isr(); }
  bool is_at_min_isr() const { return isr_.size() == effective_min_isr(); }
  bool is_reassigning() const { return reassigning_; }
  // Without those that a reassignment adds.
  size_t replication_factor() const { return replication_factor_; }

 private:
  struct Pending {
    IsrProposal proposal;
    NodeId joining = kNoNode;  // kNoNode: the proposal shrinks the ISR
  };

  void adopt(const PartitionImage& partition, const BrokersImage& brokers);
  void set_isr(const std::vector<NodeId>& isr);
  bool may_still_be_accepted(const IsrProposal& proposal, const PartitionImage& partition) const;
  Follower* mutable_follower(NodeId replica);
  bool is_joining(NodeId replica) const { return pending_ && pending_->joining == replica; }
  bool may_join(const Follower& follower) const;
  bool lags(NodeId member, int64_t now_ms) const;
  std::optional<IsrProposal> propose_shrink(int64_t now_ms);
  IsrProposal propose(const std::vector<NodeId>& isr, NodeId joining);
  Moves commit(const CommittedIsr& committed, int64_t now_ms);
  Moves refuse(ErrorCode code, int64_t now_ms);
  bool holds_back(const Follower& follower, int64_t now_ms) const;
  bool advance(int64_t now_ms);
  // A topic with fewer replicas than min.insync.replicas still works.
  size_t effective_min_isr() const { return std::min<size_t>(isr_min_, followers_.size() + 1); }
  Offset lowest_start() const;

  const NodeId self_;
  const int64_t lag_time_max_ms_;
  const Epoch leader_epoch_;
  const Offset epoch_start_;
  uint32_t isr_min_;
  storage::LogPosition end_;
  storage::LogPosition high_watermark_;

  Epoch partition_epoch_;
  size_t replication_factor_ = 0;
  bool reassigning_ = false;
  std::vector<NodeId> isr_;          // as it was committed last
  std::vector<Follower> followers_;  // the other replicas, in the order of preference
  std::optional<Pending> pending_;   // in partition_epoch_
  uint64_t proposals_ = 0;
};

}  // namespace klamm::broker
