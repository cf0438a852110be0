#include "raft/roles.h"

#include <algorithm>

namespace klamm::raft {

bool Tally::has(NodeId voter) const {
  return std::find(granted.begin(), granted.end(), voter) != granted.end() ||
         std::find(rejected.begin(), rejected.end(), voter) != rejected.end();
}

std::string_view name_of(RoleKind kind) {
  switch (kind) {
    case RoleKind::kUnattached: return "Unattached";
    case RoleKind::kProspective: return "Prospective";
    case RoleKind::kCandidate: return "Candidate";
    case RoleKind::kLeader: return "Leader";
    case RoleKind::kFollower: return "Follower";
    case RoleKind::kResigned: return "Resigned";
  }
  return "?";
}

}  // namespace klamm::raft
