// DeleteRecords, versions 0-2 (KIP-107): moves the start of a partition's log forward. -1 stands for its end.
// A partition that is named twice is treated as it is named last.

#include <map>

#include "broker/handlers/logs.h"

namespace klamm::broker {
namespace {

bool may_delete(std::string_view topic, const Access& access) {
  return access.allows(security::AclOperation::kDelete, security::ResourceType::kTopic, topic);
}

Outcome<Offset> delete_before(std::string_view topic, int32_t index, Offset offset, const LogUses& uses) {
  const TopicImage* known = uses.image.topics().find(topic);
  bool exists = known != nullptr && known->partition(index) != nullptr;
  if (exists && is_internal_topic(topic)) return Error{ErrorCode::kInvalidTopicException};
  auto partition = held_partition(uses, topic, index);
  if (!partition) return Error{partition.error()};
  if (ErrorCode code = (*partition)->check_leader(std::nullopt); code != ErrorCode::kNone) return Error{code};
  auto config = (*partition)->config();
  // Kafka refuses what compaction alone may remove.
  if (config->compacts && !config->deletes) return Error{ErrorCode::kPolicyViolation};
  return (*partition)->delete_records_before(offset);
}

}  // namespace

protocol::DeleteRecordsResponse delete_records(const protocol::DeleteRecordsRequest& request,
                                               const LogUses& uses) {
  std::map<std::string_view, std::map<int32_t, Offset>> wanted;
  for (const auto& topic : request.topics) {
    for (const auto& asked : topic.partitions) wanted[topic.name][asked.partition_index] = {asked.offset};
  }
  protocol::DeleteRecordsResponse response;
  for (const auto& [topic, offsets] : wanted) {
    auto& results = response.topics.emplace_back();
    results.name = topic;
    const bool allowed = may_delete(topic, uses.access);
    for (const auto& [index, offset] : offsets) {
      auto& result = results.partitions.emplace_back();
      result.partition_index = index;
      Outcome<Offset> start = Error{ErrorCode::kTopicAuthorizationFailed};
      if (allowed) start = delete_before(topic, index, offset, uses);
      result.low_watermark = start ? start->value : -1;
      if (!start) result.error_code = protocol::wire_value(start.error());
    }
  }
  return response;
}

}  // namespace klamm::broker
