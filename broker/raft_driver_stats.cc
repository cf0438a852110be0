// What a RaftDriver tells of its quorum to who watches the node.
#include "broker/raft_driver.h"

namespace klamm::broker {
namespace {

// More are not remembered: a leader that has so many to commit tells of the first.
constexpr size_t kUncommittedMax = 1'000;
constexpr int64_t kObserversMs = 5'000;

metrics::QuorumRole role_of(const raft::Raft& raft) {
  using metrics::QuorumRole;
  const bool has_voted = raft.voted() != kNoNode;
  switch (raft.role()) {
    case raft::RoleKind::kProspective:
      return has_voted ? QuorumRole::kProspectiveVoted : QuorumRole::kProspective;
    case raft::RoleKind::kCandidate:
      return QuorumRole::kCandidate;
    case raft::RoleKind::kLeader:
      return QuorumRole::kLeader;
    case raft::RoleKind::kFollower:
      return raft.is_voter() ? QuorumRole::kFollower : QuorumRole::kObserver;
    case raft::RoleKind::kUnattached:
      return has_voted ? QuorumRole::kUnattachedVoted : QuorumRole::kUnattached;
    case raft::RoleKind::kResigned:
      break;
  }
  return QuorumRole::kUnattached;
}

}  // namespace

void RaftDriver::note_append(Offset end, int32_t records) {
  if (uses_.stats == nullptr) return;
  uses_.stats->counters.add(metrics::NodeCounter::kQuorumRecordsAppended, records);
  if (uncommitted_.size() < kUncommittedMax) uncommitted_.push_back({end, uses_.clock.monotonic_us()});
}

void RaftDriver::note_fetched(int64_t records) {
  if (uses_.stats != nullptr)
    uses_.stats->counters.add(metrics::NodeCounter::kQuorumRecordsFetched, records);
}

void RaftDriver::note_committed(Offset end) {
  if (uncommitted_.empty() || uncommitted_.front().end > end) return;
  const int64_t now_us = uses_.clock.monotonic_us();
  for (; !uncommitted_.empty() && uncommitted_.front().end <= end; uncommitted_.pop_front()) {
    const double ms = static_cast<double>(now_us - uncommitted_.front().appended_us) / 1000;
    uses_.stats->quorum.commits.add(ms, now_us / 1000);
  }
}

void RaftDriver::note_state() {
  if (uses_.stats == nullptr) return;
  metrics::QuorumStats& told = uses_.stats->quorum;
  const metrics::QuorumRole role = role_of(raft_);
  using enum metrics::QuorumRole;
  const bool leads = role == kLeader;
  const bool is_led = leads || role == kFollower || role == kObserver;
  if (!leads) uncommitted_.clear();
  if (!is_led && !leaderless_us_) leaderless_us_ = uses_.clock.monotonic_us();
  if (is_led && leaderless_us_) {
    const int64_t now_us = uses_.clock.monotonic_us();
    told.elections.add(static_cast<double>(now_us - *leaderless_us_) / 1000, now_us / 1000);
    leaderless_us_.reset();
  }
  const NodeId voted = leads || role == kCandidate ? raft_.self().id : raft_.voted();
  const raft::LogPoint end = log_->end();
  told.role.store(role, std::memory_order_relaxed);
  told.leader.store(raft_.leader().value, std::memory_order_relaxed);
  told.voted.store(voted.value, std::memory_order_relaxed);
  told.epoch.store(raft_.epoch().value, std::memory_order_relaxed);
  told.high_watermark.store(raft_.high_watermark().value, std::memory_order_relaxed);
  told.end_offset.store(end.offset.value, std::memory_order_relaxed);
  told.end_epoch.store(end.epoch.value, std::memory_order_relaxed);
  told.voters.store(static_cast<int32_t>(raft_.voters().size()), std::memory_order_relaxed);
  if (!leads) return told.observers.store(0, std::memory_order_relaxed);
  const int64_t now_ms = uses_.loop.now_ms();
  if (now_ms - observers_counted_ms_ < kObserversMs) return;
  observers_counted_ms_ = now_ms;
  if (const auto described = raft_.describe(now_ms))
    told.observers.store(static_cast<int32_t>(described->observers.size()), std::memory_order_relaxed);
}

}  // namespace klamm::broker
