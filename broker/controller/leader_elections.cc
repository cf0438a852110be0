#include "broker/controller/leader_elections.h"

#include <fmt/core.h>

#include "broker/controller/draft.h"
#include "protocol/string_limit.h"

namespace klamm::broker {
namespace {

using protocol::ElectLeadersRequest;
using protocol::ElectLeadersResponse;
using PartitionResult = ElectLeadersResponse::PartitionResult;

enum class ElectionType : int8_t { kPreferred = 0, kUnclean = 1 };

// Each partition is answered with a sentence of its own, and a few bytes ask for one: nobody names more who
// has them. Nor is more quoted of a name than a topic's may have.
constexpr size_t kNamedMax = 100'000;
constexpr size_t kQuotedMax = 249;

bool names_too_many(const ElectLeadersRequest& request) {
  size_t named = 0;
  if (!request.topic_partitions) return false;
  for (const auto& topic : *request.topic_partitions) named += topic.partitions.size();
  return named > kNamedMax;
}

// Whether there was anything to elect.
bool hold(Draft& draft, const TopicImage& topic, int32_t index, ElectionType type) {
  const PartitionImage partition = *topic.partition(index);
  ElectionTerms terms = terms_for(draft.image(), topic, partition);
  terms.preferred = type == ElectionType::kPreferred;
  terms.unclean = type == ElectionType::kUnclean;
  auto record = elect(topic.id, index, partition, terms);
  if (record) draft.add(*record);
  return record.has_value();
}

bool is_wanted(const PartitionImage& partition, ElectionType type) {
  if (type == ElectionType::kUnclean) return !partition.has_leader();
  return partition.leader != partition.preferred_leader();
}

ApiError elect_one(Draft& draft, std::string_view name, int32_t index, ElectionType type) {
  const TopicImage* found = draft.image().topics().find(name);
  if (found == nullptr) {
    return {ErrorCode::kUnknownTopicOrPartition,
            fmt::format("No such topic as {}", protocol::cut(name, kQuotedMax))};
  }
  const TopicImage topic = *found;  // the draft changes
  const PartitionImage* partition = topic.partition(index);
  if (partition == nullptr) {
    return {ErrorCode::kUnknownTopicOrPartition, fmt::format("No such partition as {}-{}", name, index)};
  }
  if (!is_wanted(*partition, type)) {
    return {ErrorCode::kElectionNotNeeded, "Leader election not needed for topic partition."};
  }
  if (hold(draft, topic, index, type)) return {};
  if (type == ElectionType::kPreferred) {
    return {ErrorCode::kPreferredLeaderNotAvailable, "The preferred leader was not available."};
  }
  return {ErrorCode::kEligibleLeadersNotAvailable, "Eligible topic partition leaders are not available."};
}

PartitionResult result_of(int32_t index, ApiError error, Texts& texts) {
  PartitionResult result{.partition_id = index, .error_code = wire_value(error.code), .error_message = {}};
  if (error.code != ErrorCode::kNone) result.error_message = texts.keep(std::move(error.message));
  return result;
}

// Where all partitions are asked for, those that need nothing are not told of.
void elect_all(Draft& draft, const TopicsImage& topics, ElectionType type,
               Decided<ElectLeadersResponse>& decided) {
  for (const auto& [name, id] : topics.by_name()) {
    auto& results = decided.response.replica_election_results.emplace_back();
    results.topic = name;
    for (const auto& [index, partition] : topics.find(id)->partitions) {
      ApiError error = elect_one(draft, name, index, type);
      if (error.code == ErrorCode::kElectionNotNeeded) continue;
      results.partition_result.push_back(result_of(index, std::move(error), decided.texts));
    }
  }
}

template <class Concerns>
PeriodicElections elect_some(const ControllerView& view, size_t elections_max, ElectionType type,
                             Concerns concerns) {
  Draft draft(view);
  for (const auto& [id, topic] : view.image.topics().by_id()) {
    if (!concerns(topic)) continue;
    for (const auto& [index, partition] : topic.partitions) {
      if (draft.size() >= elections_max) break;
      if (is_wanted(partition, type)) hold(draft, topic, index, type);
    }
  }
  const bool more = draft.size() >= elections_max;
  return {draft.take(), more};
}

}  // namespace

Decided<ElectLeadersResponse> decide_elect_leaders(const ControllerView& view,
                                                   const ElectLeadersRequest& request) {
  Decided<ElectLeadersResponse> decided;
  if (request.election_type != 0 && request.election_type != 1) {
    const std::string_view why =
        decided.texts.keep(fmt::format("Unknown election type {}", request.election_type));
    decided.response = refused(request, ErrorCode::kInvalidRequest, why);
    return decided;
  }
  if (names_too_many(request)) {
    decided.response = refused(request, ErrorCode::kPolicyViolation);
    return decided;
  }
  const auto type = static_cast<ElectionType>(request.election_type);
  Draft draft(view);
  if (!request.topic_partitions) {
    elect_all(draft, view.image.topics(), type, decided);
  } else {
    for (const auto& topic : *request.topic_partitions) {
      auto& results = decided.response.replica_election_results.emplace_back();
      results.topic = topic.topic;
      for (int32_t index : topic.partitions) {
        results.partition_result.push_back(
            result_of(index, elect_one(draft, topic.topic, index, type), decided.texts));
      }
    }
  }
  decided.decision = draft.take();
  decided.decision.atomic = false;  // each partition stands for itself
  return decided;
}

ElectLeadersResponse refused(const ElectLeadersRequest& request, ErrorCode code,
                             std::optional<std::string_view> message) {
  ElectLeadersResponse response;
  response.error_code = wire_value(code);
  if (!request.topic_partitions) return response;
  for (const auto& topic : *request.topic_partitions) {
    auto& results = response.replica_election_results.emplace_back();
    results.topic = topic.topic;
    for (int32_t index : topic.partitions) {
      results.partition_result.push_back(
          {.partition_id = index, .error_code = wire_value(code), .error_message = message});
    }
  }
  return response;
}

PeriodicElections decide_balance_leaders(const ControllerView& view, size_t elections_max) {
  return elect_some(view, elections_max, ElectionType::kPreferred, [](const TopicImage&) { return true; });
}

PeriodicElections decide_unclean_elections(const ControllerView& view, size_t elections_max) {
  return elect_some(view, elections_max, ElectionType::kUnclean, [&](const TopicImage& topic) {
    return allows_unclean_election(view.config, view.image, topic);
  });
}

}  // namespace klamm::broker
