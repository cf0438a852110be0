#include "broker/controller/reassignments.h"

#include <fmt/core.h>

#include <algorithm>
#include <utility>

#include "broker/controller/chosen_replicas.h"
#include "broker/controller/draft.h"
#include "broker/controller/placement.h"
#include "protocol/string_limit.h"

namespace klamm::broker {
namespace {

using protocol::AlterPartitionReassignmentsRequest;
using protocol::AlterPartitionReassignmentsResponse;
using protocol::ListPartitionReassignmentsRequest;
using protocol::ListPartitionReassignmentsResponse;
using Problem = std::optional<ApiError>;

// Each partition is answered with a sentence of its own, and a few bytes ask for one: nobody names more who
// has them. Nor is more quoted of a name than a topic's may have.
constexpr size_t kNamedMax = 100'000;
constexpr size_t kQuotedMax = 249;

std::vector<NodeId> without(std::vector<NodeId> nodes, const std::vector<NodeId>& others) {
  std::erase_if(nodes,
                [&](NodeId id) { return std::find(others.begin(), others.end(), id) != others.end(); });
  return nodes;
}

std::vector<NodeId> ordered(std::vector<NodeId> nodes) {
  std::sort(nodes.begin(), nodes.end());
  return nodes;
}

// Of a partition that is moved: those from before.
std::vector<NodeId> original_replicas(const PartitionImage& partition) {
  return without(partition.replicas, partition.adding_replicas);
}

Problem begin_move(const ClusterImage& image, const PartitionImage& partition,
                   const std::vector<NodeId>& wanted, bool may_change_factor, ElectionTerms& terms) {
  if (auto wrong = check_chosen_replicas(image, wanted, 0)) return wrong;
  const size_t factor = without(partition.replicas, partition.removing_replicas).size();
  if (!may_change_factor && wanted.size() != factor) {
    return ApiError{
        ErrorCode::kInvalidReplicationFactor,
        fmt::format("The replication factor is changed from {} to {}", factor, wanted.size())};
  }
  Assignment assignment;
  assignment.removing = ordered(without(partition.replicas, wanted));
  assignment.adding = ordered(without(wanted, original_replicas(partition)));
  assignment.replicas = wanted;
  assignment.replicas.insert(assignment.replicas.end(), assignment.removing.begin(),
                             assignment.removing.end());
  terms.assignment = std::move(assignment);
  return std::nullopt;
}

// Where only replicas that are added are in sync, the way back loses records.
Problem call_off(const Draft& draft, const TopicImage& topic, int32_t index, const PartitionImage& partition,
                 ElectionTerms& terms) {
  if (!partition.is_reassigning()) return ApiError{ErrorCode::kNoReassignmentInProgress, ""};
  const std::vector<NodeId> replicas = original_replicas(partition);
  if (replicas.empty()) {
    return ApiError{ErrorCode::kInvalidReplicaAssignment,
                    "Invalid replica assignment: addingReplicas contains all replicas."};
  }
  terms.unclean = allows_unclean_election(draft.config(), draft.image(), topic);
  std::vector<NodeId> isr = without(partition.isr, partition.adding_replicas);
  if (isr.empty()) {
    const auto able = std::find_if(replicas.begin(), replicas.end(), terms.acceptable);
    if (!terms.unclean || able == replicas.end()) {
      return ApiError{ErrorCode::kInvalidReplicaAssignment,
                      fmt::format("Unable to revert partition assignment for {}:{} because {}.", topic.name,
                                  index,
                                  terms.unclean ? "none of its replicas is there to lead"
                                                : "it would require an unclean leader election")};
    }
    isr.push_back(*able);
    terms.recovery = LeaderRecoveryState::kRecovering;
  }
  terms.isr = std::move(isr);
  terms.assignment = Assignment{replicas, {}, {}};
  return std::nullopt;
}

ApiError alter(Draft& draft, std::string_view name,
               const AlterPartitionReassignmentsRequest::ReassignablePartition& asked,
               bool may_change_factor) {
  const TopicImage* found = draft.image().topics().find(name);
  if (found == nullptr) {
    return {ErrorCode::kUnknownTopicOrPartition,
            fmt::format("Unable to find a topic named {}.", protocol::cut(name, kQuotedMax))};
  }
  const TopicImage topic = *found;  // the draft changes
  const int32_t index = asked.partition_index;
  const PartitionImage* partition = topic.partition(index);
  if (partition == nullptr) {
    return {ErrorCode::kUnknownTopicOrPartition,
            fmt::format("Unable to find partition {}:{}.", name, index)};
  }
  const ClusterImage& image = draft.image();
  ElectionTerms terms = terms_for(image, topic, *partition);
  terms.new_directory = [&image](NodeId id) { return directory_for(image, id); };
  if (!can_change_replicas(*partition, terms)) {
    return {ErrorCode::kUnsupportedVersion,
            "This level of metadata.version cannot say in which directories the replicas are."};
  }
  const Problem wrong =
      asked.replicas ? begin_move(image, *partition, nodes_of(*asked.replicas), may_change_factor, terms)
                     : call_off(draft, topic, index, *partition, terms);
  if (wrong) return *wrong;
  if (auto change = elect(topic.id, index, *partition, terms)) draft.add(*change);
  return {};
}

bool names_too_many(const auto& topics, auto count) {
  size_t named = 0;
  for (const auto& topic : topics) named += count(topic);
  return named > kNamedMax;
}

void list_partition(int32_t index, const PartitionImage& partition,
                    ListPartitionReassignmentsResponse::OngoingTopicReassignment& listed) {
  if (!partition.is_reassigning()) return;
  auto& one = listed.partitions.emplace_back();
  one.partition_index = index;
  one.replicas = numbers_of(partition.replicas);
  one.adding_replicas = numbers_of(partition.adding_replicas);
  one.removing_replicas = numbers_of(partition.removing_replicas);
}

}  // namespace

Decided<AlterPartitionReassignmentsResponse> decide_alter_partition_reassignments(
    const ControllerView& view, const AlterPartitionReassignmentsRequest& request) {
  Decided<AlterPartitionReassignmentsResponse> decided;
  if (request.topics.empty()) return decided;
  if (names_too_many(request.topics, [](const auto& topic) { return topic.partitions.size(); })) {
    decided.response = refused(request, ErrorCode::kPolicyViolation);
    return decided;
  }
  decided.response.error_message.reset();
  decided.response.allow_replication_factor_change = request.allow_replication_factor_change;
  Draft draft(view);
  for (const auto& topic : request.topics) {
    auto& answers = decided.response.responses.emplace_back();
    answers.name = topic.name;
    for (const auto& asked : topic.partitions) {
      // That many are refused as a whole by whoever performs this.
      if (draft.size() > kRecordsPerRequestMax) break;
      ApiError error = alter(draft, topic.name, asked, request.allow_replication_factor_change);
      auto& answer = answers.partitions.emplace_back();
      answer.partition_index = asked.partition_index;
      answer.error_code = wire_value(error.code);
      answer.error_message.reset();
      if (!error.message.empty()) answer.error_message = decided.texts.keep(std::move(error.message));
    }
  }
  decided.decision = draft.take();
  return decided;
}

Decided<ListPartitionReassignmentsResponse> decide_list_partition_reassignments(
    const ControllerView& view, const ListPartitionReassignmentsRequest& request) {
  Decided<ListPartitionReassignmentsResponse> decided;
  decided.response.error_message.reset();
  const TopicsImage& topics = view.image.topics();
  if (!request.topics) {
    for (const auto& [name, id] : topics.by_name()) {
      ListPartitionReassignmentsResponse::OngoingTopicReassignment listed;
      listed.name = name;
      for (const auto& [index, partition] : topics.find(id)->partitions)
        list_partition(index, partition, listed);
      if (!listed.partitions.empty()) decided.response.topics.push_back(std::move(listed));
    }
    return decided;
  }
  if (names_too_many(*request.topics, [](const auto& topic) { return topic.partition_indexes.size(); })) {
    decided.response = refused(request, ErrorCode::kPolicyViolation);
    return decided;
  }
  for (const auto& asked : *request.topics) {
    const TopicImage* topic = topics.find(asked.name);
    if (topic == nullptr) continue;
    ListPartitionReassignmentsResponse::OngoingTopicReassignment listed;
    listed.name = topic->name;
    for (int32_t index : asked.partition_indexes) {
      const PartitionImage* partition = topic->partition(index);
      if (partition != nullptr) list_partition(index, *partition, listed);
    }
    if (!listed.partitions.empty()) decided.response.topics.push_back(std::move(listed));
  }
  return decided;
}

AlterPartitionReassignmentsResponse refused(const AlterPartitionReassignmentsRequest& request,
                                            ErrorCode code, std::optional<std::string_view> message) {
  AlterPartitionReassignmentsResponse response;
  response.error_code = wire_value(code);
  response.error_message = message;
  for (const auto& topic : request.topics) {
    auto& answers = response.responses.emplace_back();
    answers.name = topic.name;
    for (const auto& asked : topic.partitions) {
      auto& answer = answers.partitions.emplace_back();
      answer.partition_index = asked.partition_index;
      answer.error_code = wire_value(code);
      answer.error_message = message;
    }
  }
  return response;
}

ListPartitionReassignmentsResponse refused(const ListPartitionReassignmentsRequest& request, ErrorCode code,
                                           std::optional<std::string_view> message) {
  ListPartitionReassignmentsResponse response;
  response.error_code = wire_value(code);
  response.error_message = message;
  if (!request.topics) return response;
  for (const auto& topic : *request.topics) {
    auto& listed = response.topics.emplace_back();
    listed.name = topic.name;
    for (int32_t index : topic.partition_indexes) listed.partitions.emplace_back().partition_index = index;
  }
  return response;
}

}  // namespace klamm::broker
