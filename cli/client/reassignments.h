// Reassignments of replicas that are under way (KIP-455).
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <vector>

#include "cli/client/client.h"
#include "cli/client/topics.h"
#include "cli/error.h"

namespace klamm::cli {

struct Reassignment {
  std::vector<int32_t> replicas;
  std::vector<int32_t> adding;
  std::vector<int32_t> removing;
};
using Reassignments = std::map<TopicPartition, Reassignment>;

// Of these partitions, or of all.
Attempt<Reassignments> list_reassignments(Client& client,
                                          const std::optional<std::set<TopicPartition>>& partitions);

// The new replicas of each; nullopt calls off what is under way. What became of each.
using NewReplicas = std::map<TopicPartition, std::optional<std::vector<int32_t>>>;
Attempt<std::map<TopicPartition, Attempt<>>> alter_reassignments(Client& client, const NewReplicas& wanted,
                                                                 bool allow_other_factor);

}  // namespace klamm::cli
