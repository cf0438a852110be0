// Handlers that ask the logs of this node's partitions, or change them, outside of the data path. Those that
// may have to wait for a disk are run on the workers by whoever calls them.
#pragma once

#include "broker/handlers/topics.h"
#include "broker/replica/partitions.h"
#include "broker/replica/replica_manager.h"
#include "protocol/messages/delete_records_request.h"
#include "protocol/messages/delete_records_response.h"
#include "protocol/messages/describe_log_dirs_request.h"
#include "protocol/messages/describe_log_dirs_response.h"
#include "protocol/messages/describe_producers_request.h"
#include "protocol/messages/describe_producers_response.h"
#include "protocol/messages/list_offsets_request.h"
#include "protocol/messages/list_offsets_response.h"
#include "protocol/messages/offset_for_leader_epoch_request.h"
#include "protocol/messages/offset_for_leader_epoch_response.h"

namespace klamm::broker {

struct LogUses {
  const ClusterImage& image;
  const Partitions& partitions;
  const Access& access;
};

// The partition if this node holds it, and otherwise Kafka's error for one that is elsewhere or nowhere.
Outcome<std::shared_ptr<Partition>> held_partition(const LogUses& uses, std::string_view topic,
                                                   int32_t partition);

protocol::ListOffsetsResponse list_offsets(const protocol::ListOffsetsRequest& request, int16_t version,
                                           const LogUses& uses);
protocol::OffsetForLeaderEpochResponse offset_for_leader_epoch(
    const protocol::OffsetForLeaderEpochRequest& request, const LogUses& uses);
// What was deleted here, and where followers have yet to do so too.
struct DeletedRecords {
  struct Awaited {
    size_t topic;  // in the response, as is the partition
    size_t partition;
    std::shared_ptr<Partition> log;
    Offset start;  // which the low watermark is to reach
  };
  // What is awaited counts as timed out.
  protocol::DeleteRecordsResponse response;
  std::vector<Awaited> awaited;
};
DeletedRecords delete_records(const protocol::DeleteRecordsRequest& request, const LogUses& uses);
// On a worker. The answer is given when all live followers have followed, or the request's time is over.
void handle_delete_records(Request request, Reply reply, const LogUses& uses);
protocol::DescribeProducersResponse describe_producers(const protocol::DescribeProducersRequest& request,
                                                       const LogUses& uses);
// Views into `reports`.
protocol::DescribeLogDirsResponse describe_log_dirs(
    const protocol::DescribeLogDirsRequest& request, const Access& access,
    const std::vector<ReplicaManager::DirectoryReport>& reports);

}  // namespace klamm::broker
