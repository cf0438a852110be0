#include "broker/replica/leader_term.h"

#include <utility>

#include "base/check.h"
#include "base/mutants.h"
#include "broker/metadata/topics_image.h"

namespace klamm::broker {
namespace {

bool contains(const std::vector<NodeId>& nodes, NodeId id) {
  return std::find(nodes.begin(), nodes.end(), id) != nodes.end();
}

}  // namespace

LeaderTerm::LeaderTerm(const LeaderStart& start, const PartitionImage& partition, const BrokersImage& brokers)
    : self_(start.self),
      lag_time_max_ms_(start.lag_time_max_ms),
      leader_epoch_(partition.leader_epoch),
      epoch_start_(std::max(start.epoch_start, start.end.offset)),
      isr_min_(start.isr_min),
      end_(start.end),
      high_watermark_(start.high_watermark) {
  CHECK(partition.leader == self_);
  CHECK(end_.is_located() && high_watermark_.offset <= end_.offset);
  adopt(partition, brokers);
  for (Follower& follower : followers_) {
    if (follower.in_isr) follower.progress.begin_in_sync(start.now_ms);
  }
  advance(start.now_ms);
}

// ---- what the metadata says ----

Moves LeaderTerm::assign(const PartitionImage& partition, const BrokersImage& brokers, int64_t now_ms) {
  if (partition.partition_epoch < partition_epoch_) return {};
  CHECK(partition.leader == self_ && partition.leader_epoch == leader_epoch_);
  const Offset lowest = lowest_start();
  if (pending_ && !may_still_be_accepted(pending_->proposal, partition)) pending_.reset();
  adopt(partition, brokers);
  Moves moves;
  moves.low_watermark = lowest_start() > lowest;
  moves.high_watermark = advance(now_ms);
  return moves;
}

// The controller takes it only in the partition epoch that it names, and only while it is about replicas.
bool LeaderTerm::may_still_be_accepted(const IsrProposal& proposal, const PartitionImage& partition) const {
  if (partition.partition_epoch > proposal.partition_epoch || partition.isr != isr_) return false;
  return std::all_of(proposal.isr.begin(), proposal.isr.end(),
                     [&](const IsrMember& member) { return partition.has_replica(member.id); });
}

void LeaderTerm::adopt(const PartitionImage& partition, const BrokersImage& brokers) {
  std::vector<Follower> followers;
  replication_factor_ = 0;
  for (NodeId id : partition.replicas) {
    if (!contains(partition.adding_replicas, id)) ++replication_factor_;
    if (id == self_) continue;
    const Follower* known = find(id);
    followers.push_back(known == nullptr ? Follower{FollowerProgress(id)} : *known);
    followers.back().progress.follow(brokers);
    followers.back().progress.set_lost(partition.directory_of(id) == kLostDirectory);
  }
  followers_ = std::move(followers);
  partition_epoch_ = partition.partition_epoch;
  reassigning_ = partition.is_reassigning();
  set_isr(partition.isr);
}

void LeaderTerm::set_isr(const std::vector<NodeId>& isr) {
  isr_ = isr;
  for (Follower& follower : followers_) follower.in_isr = contains(isr_, follower.progress.id());
}

Moves LeaderTerm::follow(const BrokersImage& brokers, int64_t now_ms) {
  const Offset lowest = lowest_start();
  for (Follower& follower : followers_) follower.progress.follow(brokers);
  Moves moves;
  moves.low_watermark = lowest_start() > lowest;
  moves.high_watermark = advance(now_ms);
  return moves;
}

Moves LeaderTerm::set_isr_min(uint32_t isr_min, int64_t now_ms) {
  isr_min_ = isr_min;
  Moves moves;
  moves.high_watermark = advance(now_ms);
  return moves;
}

// ---- the log ----

Moves LeaderTerm::on_end(const storage::LogPosition& end, int64_t now_ms) {
  CHECK(end.is_located() && end.offset >= end_.offset);
  end_ = end;
  Moves moves;
  moves.high_watermark = advance(now_ms);
  return moves;
}

ErrorCode LeaderTerm::check_replica(NodeId replica, bool names_leader_epoch) const {
  if (find(replica) != nullptr) return ErrorCode::kNone;
  // Of the same leader epoch: the follower has heard of a reassignment before this node.
  return names_leader_epoch ? ErrorCode::kUnknownLeaderEpoch : ErrorCode::kNotLeaderOrFollower;
}

Outcome<Moves> LeaderTerm::on_fetch(const FollowerFetch& fetch) {
  if (fetch.leader_epoch != leader_epoch_) return Error{ErrorCode::kNotLeaderOrFollower};
  Follower* follower = mutable_follower(fetch.replica);
  if (follower == nullptr) return Error{check_replica(fetch.replica, fetch.names_leader_epoch)};
  if (follower->progress.is_earlier_life(fetch.broker_epoch)) return Error{ErrorCode::kNotLeaderOrFollower};
  if (fetch.position.offset > end_.offset) return Error{ErrorCode::kOffsetOutOfRange};
  CHECK(fetch.position.is_located());
  const Offset lowest = lowest_start();
  follower->progress.on_fetch(fetch);
  Moves moves;
  moves.low_watermark = lowest_start() > lowest;
  // Before the high watermark moves: who joins holds it from here on.
  if (may_join(*follower)) {
    std::vector<NodeId> isr = isr_;
    isr.push_back(fetch.replica);
    moves.proposal = propose(isr, fetch.replica);
  }
  moves.high_watermark = advance(fetch.time_ms);
  return moves;
}

// ---- the ISR ----

// Below the start of the leader's epoch lies what an earlier leader may have committed without this one
// knowing: who lacks some of it would lose it if it led next.
bool LeaderTerm::may_join(const Follower& follower) const {
  const FollowerProgress& progress = follower.progress;
  if constexpr (mutant::kJoinBehind) return !pending_ && !follower.in_isr && progress.is_eligible();
  return !pending_ && !follower.in_isr && progress.is_eligible() &&
         progress.end() >= high_watermark_.offset && progress.end() >= epoch_start_;
}

Moves LeaderTerm::tick(int64_t now_ms) {
  Moves moves;
  if (!pending_) moves.proposal = propose_shrink(now_ms);
  // Who was caught up lately may not be any more. (Kafka waits for the next append or fetch.)
  moves.high_watermark = advance(now_ms);
  return moves;
}

bool LeaderTerm::lags(NodeId member, int64_t now_ms) const {
  if (member == self_) return false;
  const Follower* follower = find(member);
  return follower == nullptr || !follower->progress.is_caught_up(end_.offset, now_ms, lag_time_max_ms_);
}

std::optional<IsrProposal> LeaderTerm::propose_shrink(int64_t now_ms) {
  std::vector<NodeId> isr;
  for (NodeId member : isr_) {
    if (!lags(member, now_ms)) isr.push_back(member);
  }
  if (isr.size() == isr_.size()) return std::nullopt;
  return propose(isr, kNoNode);
}

// An epoch that is not known need not be compared: who is in sync and has restarted was taken out by the
// controller, in a later epoch of the partition. The leader's own is known when the request is made.
IsrProposal LeaderTerm::propose(const std::vector<NodeId>& isr, NodeId joining) {
  CHECK(!pending_);
  IsrProposal proposal{
      .number = ++proposals_, .leader_epoch = leader_epoch_, .partition_epoch = partition_epoch_};
  for (NodeId id : isr) {
    const Follower* follower = find(id);
    proposal.isr.push_back({id, follower == nullptr ? -1 : follower->progress.broker_epoch()});
  }
  // Kafka's leaders recover from an unclean election by beginning to lead.
  proposal.recovery = LeaderRecoveryState::kRecovered;
  pending_ = Pending{proposal, joining};
  return proposal;
}

Moves LeaderTerm::on_answer(const IsrProposal& proposal, const Outcome<CommittedIsr>& answer,
                            int64_t now_ms) {
  if (proposal.leader_epoch != leader_epoch_) return {};
  if (!pending_ || pending_->proposal.number != proposal.number) return {};
  return answer ? commit(*answer, now_ms) : refuse(answer.error(), now_ms);
}

Moves LeaderTerm::commit(const CommittedIsr& committed, int64_t now_ms) {
  if (committed.leader_epoch != leader_epoch_ || committed.partition_epoch < partition_epoch_) {
    return {.isr = Moves::Isr::kFailed};
  }
  Moves moves;
  moves.isr = pending_->joining == kNoNode ? Moves::Isr::kShrunk : Moves::Isr::kExpanded;
  pending_.reset();
  partition_epoch_ = committed.partition_epoch;
  set_isr(committed.isr);
  moves.high_watermark = advance(now_ms);
  return moves;
}

Moves LeaderTerm::refuse(ErrorCode code, int64_t now_ms) {
  Moves moves{.isr = Moves::Isr::kFailed};
  switch (refusal_of(code)) {
    case IsrRefusal::kMetadataFollows:
      break;
    case IsrRefusal::kTryAgain:
      moves.proposal = pending_->proposal;
      break;
    case IsrRefusal::kNotDone:
      pending_.reset();
      moves.high_watermark = advance(now_ms);
      break;
  }
  return moves;
}

// ---- the high watermark ----

bool LeaderTerm::holds_back(const Follower& follower, int64_t now_ms) const {
  if constexpr (mutant::kHighWatermarkAlone) return false;
  const FollowerProgress& progress = follower.progress;
  return follower.in_isr || is_joining(progress.id()) ||
         (progress.is_caught_up(end_.offset, now_ms, lag_time_max_ms_) && progress.is_eligible());
}

// Whether the mark's offset has moved. With the same offset it may still come to lie in the log's newest
// segment, as in Kafka.
bool LeaderTerm::advance(int64_t now_ms) {
  if (!mutant::kHighWatermarkUnderMinIsr && is_under_min_isr()) return false;
  storage::LogPosition candidate = end_;
  for (const Follower& follower : followers_) {
    const storage::LogPosition& position = follower.progress.position();
    if (position.offset < candidate.offset && holds_back(follower, now_ms)) candidate = position;
  }
  if (candidate.offset < high_watermark_.offset) return false;
  const bool moved = candidate.offset > high_watermark_.offset;
  if (moved || candidate.segment_base > high_watermark_.segment_base) high_watermark_ = candidate;
  return moved;
}

// ---- acks=all ----

ErrorCode LeaderTerm::check_append() const {
  return is_under_min_isr() ? ErrorCode::kNotEnoughReplicas : ErrorCode::kNone;
}

std::optional<ErrorCode> LeaderTerm::acknowledgement(Offset end) const {
  if (!mutant::kAcknowledgedByLeader && high_watermark_.offset < end) return std::nullopt;
  const size_t maximal = isr_.size() + (pending_ && pending_->joining != kNoNode ? 1 : 0);
  return maximal < effective_min_isr() ? ErrorCode::kNotEnoughReplicasAfterAppend : ErrorCode::kNone;
}

// ---- questions ----

const LeaderTerm::Follower* LeaderTerm::find(NodeId replica) const {
  for (const Follower& follower : followers_) {
    if (follower.progress.id() == replica) return &follower;
  }
  return nullptr;
}

LeaderTerm::Follower* LeaderTerm::mutable_follower(NodeId replica) {
  return const_cast<Follower*>(std::as_const(*this).find(replica));
}

std::optional<int64_t> LeaderTerm::lag(NodeId replica) const {
  const Follower* follower = find(replica);
  if (follower == nullptr || follower->progress.end() == kNoOffset) return std::nullopt;
  return end_.offset - follower->progress.end();
}

Offset LeaderTerm::low_watermark(Offset leader_log_start) const {
  return std::min(leader_log_start, lowest_start());
}

Offset LeaderTerm::lowest_start() const {
  Offset lowest{INT64_MAX};
  for (const Follower& follower : followers_) {
    if (follower.progress.is_alive()) lowest = std::min(lowest, follower.progress.log_start());
  }
  return lowest;
}

}  // namespace klamm::broker
