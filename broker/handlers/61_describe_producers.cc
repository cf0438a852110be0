// DescribeProducers, version 0 (KIP-664): the idempotent producers that a partition remembers.

#include <set>
#include <utility>

#include "broker/config/topic_names.h"
#include "broker/handlers/logs.h"
#include "broker/metadata/refusal.h"

namespace klamm::broker {
namespace {

// Of a topic that is not there, and not of a partition that is elsewhere.
constexpr std::string_view kUnknownTopic = "This server does not host this topic-partition.";

using Described = protocol::DescribeProducersResponse::PartitionResponse;

// Why none of a topic's partitions is described, whether or not it is there.
ErrorCode refusal_of(std::string_view topic, const Access& access) {
  if (check_topic_name(topic)) return ErrorCode::kInvalidTopicException;
  const bool allowed = access.allows(security::AclOperation::kRead, security::ResourceType::kTopic, topic);
  return allowed ? ErrorCode::kNone : ErrorCode::kTopicAuthorizationFailed;
}

Described refuse(int32_t index, ErrorCode code) {
  Described refused;
  refused.partition_index = index;
  refused.error_code = protocol::wire_value(code);
  const std::string_view text = refusal_text(code);
  refused.error_message = text.empty() ? "This cannot be the name of a topic." : text;
  return refused;
}

}  // namespace

protocol::DescribeProducersResponse describe_producers(const protocol::DescribeProducersRequest& request,
                                                       const LogUses& uses) {
  protocol::DescribeProducersResponse response;
  std::set<std::pair<std::string_view, int32_t>> named;
  for (const auto& topic : request.topics) {
    auto& results = response.topics.emplace_back();
    results.name = topic.name;
    const ErrorCode refusal = refusal_of(topic.name, uses.access);
    for (int32_t index : topic.partition_indexes) {
      if (refusal != ErrorCode::kNone) {
        results.partitions.push_back(refuse(index, refusal));
        continue;
      }
      auto partition = held_partition(uses, topic.name, index);
      // Once each: four bytes would make one answer of many kilobytes after the other.
      if (partition && !named.emplace(topic.name, index).second) continue;
      auto& result = results.partitions.emplace_back();
      result.partition_index = index;
      result.error_message.reset();
      ErrorCode code = partition ? (*partition)->check_leader(std::nullopt) : partition.error();
      result.error_code = protocol::wire_value(code);
      if (uses.image.topics().find(topic.name) == nullptr) result.error_message = kUnknownTopic;
      if (code != ErrorCode::kNone) continue;
      for (const auto& [id, entry] : (*partition)->producers()) {
        result.active_producers.push_back({.producer_id = id,
                                           .producer_epoch = entry.epoch,
                                           .last_sequence = entry.last_sequence(),
                                           .last_timestamp = entry.last_timestamp,
                                           .coordinator_epoch = entry.coordinator_epoch,
                                           .current_txn_start_offset = entry.txn_first_offset.value});
      }
    }
  }
  return response;
}

}  // namespace klamm::broker
