// DescribeProducers, version 0 (KIP-664): the idempotent producers that a partition remembers.

#include <set>
#include <utility>

#include "broker/config/topic_names.h"
#include "broker/handlers/logs.h"

namespace klamm::broker {

protocol::DescribeProducersResponse describe_producers(const protocol::DescribeProducersRequest& request,
                                                       const LogUses& uses) {
  protocol::DescribeProducersResponse response;
  std::set<std::pair<std::string_view, int32_t>> named;
  for (const auto& topic : request.topics) {
    auto& results = response.topics.emplace_back();
    results.name = topic.name;
    bool invalid = check_topic_name(topic.name).has_value();
    for (int32_t index : topic.partition_indexes) {
      auto partition = held_partition(uses, topic.name, index);
      // Once each: four bytes would make one answer of many kilobytes after the other.
      if (partition && !named.emplace(topic.name, index).second) continue;
      auto& result = results.partitions.emplace_back();
      result.partition_index = index;
      result.error_message.reset();
      if (invalid) {
        result.error_code = protocol::wire_value(ErrorCode::kInvalidTopicException);
        result.error_message = "This cannot be the name of a topic.";
        continue;
      }
      ErrorCode code = partition ? (*partition)->check_leader(std::nullopt) : partition.error();
      result.error_code = protocol::wire_value(code);
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
