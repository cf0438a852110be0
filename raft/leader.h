// Leader: what only a leader has. How far every replica has come, what is committed, whether a majority still
// listens, and the fetches that wait for news.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <vector>

#include "raft/messages.h"
#include "raft/voters.h"

namespace klamm::raft {

// How far a replica has come, by what it last fetched. Times are -1 until it has fetched in this epoch.
struct ReplicaProgress {
  ReplicaKey key{};
  std::optional<Offset> end{};  // everything below is on its disk
  int64_t last_fetch_ms = -1;
  int64_t last_caught_up_ms = -1;
  // The leader's end when it fetched last: a fetch from there shows that it had caught up with that moment.
  Offset leader_end_at_last_fetch = kNoOffset;
};

// A fetch that found nothing new. Answered on append, on a new high watermark, at its deadline, or with
// NOT_LEADER_OR_FOLLOWER when leadership ends.
struct ParkedFetch {
  NodeId from{};
  int64_t correlation;
  FetchRequest request{};
  int64_t deadline_ms;
};

class Leader {
 public:
  Leader(ReplicaKey self, const Voters& voters, Offset epoch_start, int32_t fetch_timeout_ms, int64_t now_ms);

  // Where the epoch begins: the offset of its LEADER_CHANGE. Nothing counts as committed in this epoch before
  // that record does (Raft 5.4.2, KAFKA-12619).
  Offset epoch_start() const { return epoch_start_; }

  // The leader counts what it has synced, nothing else (KAFKA-10533).
  void on_local_sync(Offset end);
  // A valid fetch from `replica` at `offset`: everything below is on its disk.
  void on_fetch(const ReplicaKey& replica, Offset offset, Offset leader_end, int64_t now_ms);
  // Any sign of a voter that follows: a valid fetch, or a part of a snapshot.
  void on_contact(const ReplicaKey& replica, int64_t now_ms);

  // What a majority of voters has on disk, if that includes a record of this epoch.
  std::optional<Offset> majority_end() const;

  // When a leader that hears from no majority must resign (check-quorum). Never for a lone voter
  // (KAFKA-16144).
  int64_t check_quorum_deadline() const;

  // Voters that have not fetched for half a fetch timeout and are to be told again who leads.
  std::vector<ReplicaKey> voters_to_remind(int64_t now_ms) const;
  int64_t begin_quorum_deadline_ms = 0;

  // The other voters, most caught up first: who should follow this leader.
  std::vector<ReplicaKey> preferred_candidates() const;

  const std::vector<ReplicaProgress>& voters() const { return voters_; }
  // Replicas that fetch but do not vote, without those that have been silent for five minutes.
  const std::map<ReplicaKey, ReplicaProgress>& observers(int64_t now_ms);

  std::vector<ParkedFetch> parked{};

 private:
  ReplicaProgress& progress_of(const ReplicaKey& replica);
  void forget_silent_observers(int64_t now_ms);
  ReplicaProgress* voter(const ReplicaKey& replica);

  ReplicaKey self_;
  Offset epoch_start_;
  int32_t fetch_timeout_ms_;
  std::vector<ReplicaProgress> voters_;
  std::map<ReplicaKey, ReplicaProgress> observers_;
  std::vector<NodeId> contacts_;  // voters heard from since the deadline was last moved
  int64_t check_quorum_deadline_;
};

}  // namespace klamm::raft
