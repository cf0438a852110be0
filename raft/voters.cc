#include "raft/voters.h"

#include <algorithm>

#include "base/check.h"

namespace klamm::raft {

Voters::Voters(std::vector<Voter> voters) : voters_(std::move(voters)) {
  std::sort(voters_.begin(), voters_.end(),
            [](const Voter& a, const Voter& b) { return a.key.id < b.key.id; });
  for (size_t i = 1; i < voters_.size(); ++i) CHECK(voters_[i - 1].key.id < voters_[i].key.id);
}

Voters Voters::of_ids(std::vector<NodeId> ids) {
  std::vector<Voter> voters;
  for (NodeId id : ids) voters.push_back(Voter{.key = {id, {}}, .endpoints = {}});
  return Voters(std::move(voters));
}

bool Voters::contains(const ReplicaKey& replica) const {
  const Voter* voter = find(replica.id);
  return voter && voter->key.stands_for(replica);
}

const Voter* Voters::find(NodeId id) const {
  for (const Voter& voter : voters_) {
    if (voter.key.id == id) return &voter;
  }
  return nullptr;
}

}  // namespace klamm::raft
