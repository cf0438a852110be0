// ElectionState: what a replica must remember of elections, and the file `quorum-state` that remembers it.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "raft/replica_key.h"

namespace klamm::raft {

// No file means epoch 0, no leader, no vote.
struct ElectionState {
  Epoch epoch{0};
  NodeId leader = kNoNode;
  ReplicaKey voted{};               // id kNoNode: no vote in this epoch
  std::vector<NodeId> voter_ids{};  // in the file under kraft.version 0 only

  friend bool operator==(const ElectionState&, const ElectionState&) = default;
  bool has_vote() const { return voted.id != kNoNode; }
};

// The file's one line for kraft.version 0 (data_version 0: voters' ids, no directory of the vote) or 1.
std::string encode_quorum_state(const ElectionState& state, int16_t kraft_version);

// Refuses what it does not know: a data_version of the future may mean something that must not be ignored
// (KAFKA-15412).
Result<ElectionState, Failure> parse_quorum_state(std::string_view text);

}  // namespace klamm::raft
