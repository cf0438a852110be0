// OffsetForLeaderEpoch, versions 2-4 (KIP-320): where a leader epoch ended in this leader's log.

#include "broker/handlers/logs.h"

namespace klamm::broker {

Outcome<std::shared_ptr<Partition>> held_partition(const LogUses& uses, std::string_view topic,
                                                   int32_t partition) {
  const TopicImage* known = uses.image.topics().find(topic);
  if (known == nullptr || known->partition(partition) == nullptr)
    return Error{ErrorCode::kUnknownTopicOrPartition};
  auto held = uses.partitions.find(known->id, partition);
  if (held == nullptr) return Error{ErrorCode::kNotLeaderOrFollower};
  return held;
}

protocol::OffsetForLeaderEpochResponse offset_for_leader_epoch(
    const protocol::OffsetForLeaderEpochRequest& request, const LogUses& uses) {
  using security::AclOperation;
  protocol::OffsetForLeaderEpochResponse response;
  const bool is_replica = uses.access.allows_cluster(AclOperation::kClusterAction, IfDenied::kUnsaid);
  for (const auto& topic : request.topics) {
    auto& results = response.topics.emplace_back();
    results.topic = topic.topic;
    const bool allowed = is_replica || uses.access.allows(AclOperation::kDescribe,
                                                          security::ResourceType::kTopic, topic.topic);
    for (const auto& asked : topic.partitions) {
      auto& result = results.partitions.emplace_back();
      result.partition = asked.partition;
      if (!allowed) {
        result.error_code = protocol::wire_value(ErrorCode::kTopicAuthorizationFailed);
        continue;
      }
      auto partition = held_partition(uses, topic.topic, asked.partition);
      std::optional<Epoch> epoch;
      if (asked.current_leader_epoch >= 0) epoch = Epoch{asked.current_leader_epoch};
      ErrorCode code = partition ? (*partition)->check_leader(epoch) : partition.error();
      result.error_code = protocol::wire_value(code);
      if (code != ErrorCode::kNone) continue;
      Partition::State state = (*partition)->state();
      storage::EpochEnd end = state.view->epoch_end_offset({asked.leader_epoch}, state.end.offset);
      result.leader_epoch = end.epoch.value;
      result.end_offset = end.end.value;
    }
  }
  return response;
}

}  // namespace klamm::broker
