#include "cli/client/reassignments.h"

#include <utility>

#include "protocol/messages/alter_partition_reassignments_request.h"
#include "protocol/messages/alter_partition_reassignments_response.h"
#include "protocol/messages/list_partition_reassignments_request.h"
#include "protocol/messages/list_partition_reassignments_response.h"

namespace klamm::cli {
namespace {

using protocol::AlterPartitionReassignmentsRequest;
using protocol::AlterPartitionReassignmentsResponse;
using protocol::ListPartitionReassignmentsRequest;
using protocol::ListPartitionReassignmentsResponse;

constexpr int32_t kTimeoutMs = 30'000;

}  // namespace

Attempt<Reassignments> list_reassignments(Client& client,
                                          const std::optional<std::set<TopicPartition>>& partitions) {
  ListPartitionReassignmentsRequest request;
  request.timeout_ms = kTimeoutMs;
  if (partitions) {
    auto& topics = request.topics.emplace();
    for (const TopicPartition& partition : *partitions) {
      if (topics.empty() || topics.back().name != partition.topic) {
        topics.emplace_back().name = partition.topic;
      }
      topics.back().partition_indexes.push_back(partition.partition);
    }
  }
  auto answer =
      client.ask_controller<ListPartitionReassignmentsResponse>("listPartitionReassignments", request);
  if (!answer) return Error{answer.error()};
  if ((*answer)->error_code != 0) return broker_error((*answer)->error_code, (*answer)->error_message);
  Reassignments found;
  for (const auto& topic : (*answer)->topics) {
    for (const auto& one : topic.partitions) {
      const TopicPartition partition{std::string(topic.name), one.partition_index};
      found[partition] = {one.replicas, one.adding_replicas, one.removing_replicas};
    }
  }
  return found;
}

Attempt<std::map<TopicPartition, Attempt<>>> alter_reassignments(Client& client, const NewReplicas& wanted,
                                                                 bool allow_other_factor) {
  AlterPartitionReassignmentsRequest request;
  request.timeout_ms = kTimeoutMs;
  request.allow_replication_factor_change = allow_other_factor;
  for (const auto& [partition, replicas] : wanted) {
    if (request.topics.empty() || request.topics.back().name != partition.topic) {
      request.topics.emplace_back().name = partition.topic;
    }
    auto& one = request.topics.back().partitions.emplace_back();
    one.partition_index = partition.partition;
    one.replicas = replicas;
  }
  // Only version 1 can say that the factor must stay.
  const Versions versions{.min = allow_other_factor ? int16_t{0} : int16_t{1}};
  auto answer = client.ask_controller<AlterPartitionReassignmentsResponse>("alterPartitionReassignments",
                                                                           request, versions);
  if (!answer) return Error{answer.error()};
  if ((*answer)->error_code != 0) return broker_error((*answer)->error_code, (*answer)->error_message);
  std::map<TopicPartition, Attempt<>> outcomes;
  for (const auto& topic : (*answer)->responses) {
    for (const auto& one : topic.partitions) {
      Attempt<> outcome;
      if (one.error_code != 0) outcome = Attempt<>(broker_error(one.error_code, one.error_message));
      outcomes.insert_or_assign(TopicPartition{std::string(topic.name), one.partition_index}, outcome);
    }
  }
  return outcomes;
}

}  // namespace klamm::cli
