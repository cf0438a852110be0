// DeleteRecords, versions 0-2 (KIP-107): moves the start of a partition's log forward. -1 stands for its end.

#include "broker/handlers/logs.h"

namespace klamm::broker {

protocol::DeleteRecordsResponse delete_records(const protocol::DeleteRecordsRequest& request,
                                               const LogUses& uses) {
  protocol::DeleteRecordsResponse response;
  for (const auto& topic : request.topics) {
    auto& results = response.topics.emplace_back();
    results.name = topic.name;
    for (const auto& asked : topic.partitions) {
      auto& result = results.partitions.emplace_back();
      result.partition_index = asked.partition_index;
      result.low_watermark = -1;
      auto partition = held_partition(uses, topic.name, asked.partition_index);
      if (!partition) {
        result.error_code = protocol::wire_value(partition.error());
        continue;
      }
      auto config = (*partition)->config();
      // Kafka refuses what compaction alone may remove.
      if (config->compacts && !config->deletes) {
        result.error_code = protocol::wire_value(ErrorCode::kPolicyViolation);
        continue;
      }
      auto start = (*partition)->delete_records_before({asked.offset});
      if (start) {
        result.low_watermark = start->value;
      } else {
        result.error_code = protocol::wire_value(start.error());
      }
    }
  }
  return response;
}

}  // namespace klamm::broker
