#include "raft/leader.h"

#include <algorithm>
#include <functional>

#include "base/check.h"
#include "raft/mutants.h"

namespace klamm::raft {
namespace {

constexpr int64_t kObserverSilenceMaxMs = 5 * 60 * 1000;

// Check-quorum waits half as long again as a follower waits for its leader, to bear slow networks and disks.
int64_t check_quorum_timeout(int32_t fetch_timeout_ms) { return int64_t{fetch_timeout_ms} * 3 / 2; }

bool is_further(const ReplicaProgress& a, const ReplicaProgress& b) {
  if (a.end != b.end) return a.end.value_or(kNoOffset) > b.end.value_or(kNoOffset);
  return a.key < b.key;
}

}  // namespace

Leader::Leader(ReplicaKey self, const Voters& voters, Offset epoch_start, int32_t fetch_timeout_ms,
               int64_t now_ms)
    : begin_quorum_deadline_ms(now_ms),
      self_(self),
      epoch_start_(epoch_start),
      fetch_timeout_ms_(fetch_timeout_ms),
      check_quorum_deadline_(now_ms + check_quorum_timeout(fetch_timeout_ms)) {
  for (const Voter& voter : voters) voters_.push_back({.key = voter.key, .end = std::nullopt});
}

void Leader::on_local_sync(Offset end) {
  ReplicaProgress& own = progress_of(self_);
  CHECK(!own.end || *own.end <= end);
  own.end = end;
}

void Leader::on_fetch(const ReplicaKey& replica, Offset offset, Offset leader_end, int64_t now_ms) {
  CHECK(replica.id != self_.id);
  CHECK(offset <= leader_end);
  const bool is_new = !voter(replica) && !observers_.contains(replica);
  if (is_new) forget_silent_observers(now_ms);
  ReplicaProgress& progress = progress_of(replica);
  if (offset >= leader_end) {
    progress.last_caught_up_ms = std::max(progress.last_caught_up_ms, now_ms);
  } else if (progress.leader_end_at_last_fetch > Offset{0} && offset >= progress.leader_end_at_last_fetch) {
    progress.last_caught_up_ms = std::max(progress.last_caught_up_ms, progress.last_fetch_ms);
  }
  progress.leader_end_at_last_fetch = leader_end;
  progress.last_fetch_ms = std::max(progress.last_fetch_ms, now_ms);
  progress.end = offset;
  on_contact(replica, now_ms);
}

void Leader::on_contact(const ReplicaKey& replica, int64_t now_ms) {
  if (!voter(replica) || replica.id == self_.id) return;
  if (std::find(contacts_.begin(), contacts_.end(), replica.id) == contacts_.end())
    contacts_.push_back(replica.id);
  // The leader counts itself where it is a voter (KAFKA-16531).
  size_t needed = voters_.size() / 2 + 1 - (voter(self_) ? 1 : 0);
  if (contacts_.size() < needed) return;
  contacts_.clear();
  check_quorum_deadline_ = now_ms + check_quorum_timeout(fetch_timeout_ms_);
}

std::optional<Offset> Leader::majority_end() const {
  std::vector<Offset> ends;
  ends.reserve(voters_.size());
  for (const ReplicaProgress& progress : voters_) ends.push_back(progress.end.value_or(kNoOffset));
  std::sort(ends.begin(), ends.end(), std::greater<>());
  Offset end = ends[mutant::kCommitByMinority && ends.size() > 1 ? ends.size() / 2 - 1 : ends.size() / 2];
  if (mutant::kCommitEarlierEpoch && end != kNoOffset) return end;
  return end > epoch_start_ ? std::optional(end) : std::nullopt;
}

int64_t Leader::check_quorum_deadline() const {
  bool alone = voters_.size() == 1 && voters_[0].key.stands_for(self_) && !mutant::kCheckQuorumAlone;
  return alone || mutant::kNoCheckQuorum ? INT64_MAX : check_quorum_deadline_;
}

std::vector<ReplicaKey> Leader::voters_to_remind(int64_t now_ms) const {
  std::vector<ReplicaKey> silent;
  for (const ReplicaProgress& progress : voters_) {
    bool is_silent = progress.last_fetch_ms < 0 || now_ms - progress.last_fetch_ms >= fetch_timeout_ms_ / 2;
    if (progress.key.id != self_.id && is_silent) silent.push_back(progress.key);
  }
  return silent;
}

std::vector<ReplicaKey> Leader::preferred_candidates() const {
  std::vector<ReplicaProgress> sorted = voters_;
  std::sort(sorted.begin(), sorted.end(), is_further);
  std::vector<ReplicaKey> keys;
  for (const ReplicaProgress& progress : sorted) {
    if (progress.key.id != self_.id) keys.push_back(progress.key);
  }
  return keys;
}

const std::map<ReplicaKey, ReplicaProgress>& Leader::observers(int64_t now_ms) {
  forget_silent_observers(now_ms);
  return observers_;
}

void Leader::forget_silent_observers(int64_t now_ms) {
  std::erase_if(observers_, [&](const auto& entry) {
    return entry.first != self_ && now_ms - entry.second.last_fetch_ms >= kObserverSilenceMaxMs;
  });
}

ReplicaProgress& Leader::progress_of(const ReplicaKey& replica) {
  if (ReplicaProgress* found = voter(replica)) return *found;
  return observers_.try_emplace(replica, ReplicaProgress{.key = replica, .end = std::nullopt}).first->second;
}

ReplicaProgress* Leader::voter(const ReplicaKey& replica) {
  for (ReplicaProgress& progress : voters_) {
    if (progress.key.stands_for(replica)) return &progress;
  }
  return nullptr;
}

}  // namespace klamm::raft
