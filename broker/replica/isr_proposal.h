// A change of a partition's in-sync replicas on its way from the leader to the controller and back, as plain
// data (AlterPartition; KIP-497, KIP-704, KIP-903).
#pragma once

#include <cstdint>
#include <vector>

#include "base/types.h"
#include "protocol/errors.h"

namespace klamm::broker {

using protocol::ErrorCode;
using protocol::Outcome;

enum class LeaderRecoveryState : int8_t;

struct IsrMember {
  NodeId id = kNoNode;
  int64_t broker_epoch = -1;  // in which it fetches; -1: not known, and not compared

  friend bool operator==(const IsrMember&, const IsrMember&) = default;
};

// "Of the partition in these epochs, these shall be the in-sync replicas."
struct IsrProposal {
  uint64_t number = 0;  // in the leader's term, never used twice
  Epoch leader_epoch{};
  Epoch partition_epoch{};
  std::vector<IsrMember> isr{};
  LeaderRecoveryState recovery{};

  friend bool operator==(const IsrProposal&, const IsrProposal&) = default;
};

// What the partition has become, in the controller's answer.
struct CommittedIsr {
  Epoch leader_epoch{};
  Epoch partition_epoch{};
  std::vector<NodeId> isr{};
  LeaderRecoveryState recovery{};

  friend bool operator==(const CommittedIsr&, const CommittedIsr&) = default;
};

// What an error says about a proposal.
enum class IsrRefusal {
  kNotDone,  // the partition's epoch was right, and it was not done, nor had been by an attempt whose answer
             // was lost: the leader goes on from what was committed last
  kMetadataFollows,  // it was done, or the partition has changed, or will go: the metadata log says which
  kTryAgain,         // whether or not it was done: the same again
};

IsrRefusal refusal_of(ErrorCode code);

}  // namespace klamm::broker
