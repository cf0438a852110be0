// The six roles of a replica. A role holds what exists only while it lasts; epoch, known leader and vote are
// in ElectionState, which outlives them.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>
#include <variant>
#include <vector>

#include "raft/leader.h"
#include "raft/replica_key.h"

namespace klamm::raft {

inline constexpr int64_t kNever = INT64_MAX;

// The epoch is known, its leader is not, or cannot be reached. May have voted in this epoch.
struct Unattached {
  int64_t election_deadline_ms;  // kNever for observers
};

// Who has answered an election, and how. A voter answers once.
struct Tally {
  std::vector<NodeId> granted{};
  std::vector<NodeId> rejected{};

  bool has(NodeId voter) const;
  bool is_won(const Voters& voters) const { return granted.size() >= voters.majority(); }
  bool is_lost(const Voters& voters) const { return voters.size() - rejected.size() < voters.majority(); }
};

// Asks whether it would win before it disturbs anyone (KIP-996): the epoch stays, and so does the vote.
struct Prospective {
  Tally tally{};
  int64_t election_deadline_ms;
};

// Stands in an epoch of its own making, with its own vote on disk.
struct Candidate {
  Tally tally{};
  int64_t election_deadline_ms;
};

// A snapshot that is being fetched; `position` bytes of it have come.
struct SnapshotDownload {
  SnapshotId id{};
  int64_t position = 0;
};

// Fetches from the leader of its epoch.
struct Follower {
  int64_t fetch_deadline_ms;  // without a successful fetch until then a voter looks for another leader
  bool has_fetched = false;   // once true it vouches for its leader: no pre-vote for anyone else
  std::optional<SnapshotDownload> download{};
};

// Led this epoch and does so no more. It neither votes nor follows in it: in its own epoch nobody else leads.
struct Resigned {
  int64_t election_deadline_ms;
  std::vector<ReplicaKey> preferred_candidates{};
  std::vector<NodeId> unacknowledged{};  // voters that are still to be told
};

using Role = std::variant<Unattached, Prospective, Candidate, Leader, Follower, Resigned>;

enum class RoleKind : uint8_t { kUnattached, kProspective, kCandidate, kLeader, kFollower, kResigned };
inline constexpr size_t kRoleCount = std::variant_size_v<Role>;

inline RoleKind kind_of(const Role& role) { return static_cast<RoleKind>(role.index()); }
std::string_view name_of(RoleKind kind);

// Which role may follow which (rows: from; columns: to). Compared by a test with the table below.
//
//   from \ to     Unattached  Prospective  Candidate  Leader  Follower  Resigned
//   Unattached    yes         yes          -          -       yes       -
//   Prospective   yes         -            yes        -       yes       -
//   Candidate     yes         yes          -          yes     yes       -
//   Leader        yes         -            -          -       yes       yes
//   Follower      yes         yes          -          -       yes       -
//   Resigned      yes         yes          -          -       yes       -
//
// Resigned becomes Prospective only where it is the only voter: nobody else can be elected, so it starts anew
// at once. An observer is never anything but Unattached or Follower (KAFKA-17067).
using TransitionTable = std::array<std::array<bool, kRoleCount>, kRoleCount>;
inline constexpr TransitionTable kTransitions{{
    {true, true, false, false, true, false},
    {true, false, true, false, true, false},
    {true, true, false, true, true, false},
    {true, false, false, false, true, true},
    {true, true, false, false, true, false},
    {true, true, false, false, true, false},
}};

constexpr bool may_follow(RoleKind from, RoleKind to) {
  return kTransitions[static_cast<size_t>(from)][static_cast<size_t>(to)];
}

}  // namespace klamm::raft
