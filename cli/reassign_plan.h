// The files of kafka-reassign-partitions: which replicas partitions are to have, and in which directories.
#pragma once

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "cli/client/client.h"
#include "cli/client/log_dirs.h"
#include "cli/client/topics.h"
#include "cli/error.h"

namespace klamm::cli {

using PartitionReplicas = std::map<TopicPartition, std::vector<int32_t>>;

struct ReassignPlan {
  // As they stand there, which may be more than once.
  std::vector<std::pair<TopicPartition, std::vector<int32_t>>> partitions;
  NewDirectories directories;  // where they are not "any"

  PartitionReplicas replicas() const { return {partitions.begin(), partitions.end()}; }
  std::set<std::string> topics() const;
};

Attempt<ReassignPlan> parse_reassign_plan(std::string_view json);
// What may not be executed: nothing, no replicas, what stands there twice.
Attempt<> check_executable(const ReassignPlan& plan);

// The names of {"topics": [{"topic": "foo"}]}, each once.
Attempt<std::vector<std::string>> parse_topics_to_move(std::string_view json);

// Such a file, with "any" for replicas that `directories` does not have.
std::string plan_json(const PartitionReplicas& replicas, const NewDirectories& directories);

// The replicas that these topics' partitions have; fails for a topic that is not there.
Attempt<PartitionReplicas> current_replicas(Client& client, const std::set<std::string>& topics);
// In which directories they are, of brokers that can be asked.
Attempt<NewDirectories> current_directories(Client& client, const PartitionReplicas& replicas);

}  // namespace klamm::cli
