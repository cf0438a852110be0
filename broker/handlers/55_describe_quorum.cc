// DescribeQuorum, versions 0-2 (KIP-595; v1: KIP-836 times; v2: KIP-853 directories and nodes): the voters
// and observers of the metadata quorum, as its leader sees them.

#include "broker/handlers/quorum.h"

#include "broker/metadata/refusal.h"

namespace klamm::broker {
namespace {

using protocol::DescribeQuorumResponse;
using protocol::ErrorCode;

constexpr std::string_view kTopic = "__cluster_metadata";

// The machine's times are monotonic; the protocol's are of the wall clock.
int64_t wall_time(int64_t monotonic_ms, const Clock& clock) {
  return monotonic_ms < 0 ? -1 : clock.wall_ms() - (clock.monotonic_ms() - monotonic_ms);
}

std::vector<DescribeQuorumResponse::ReplicaState> states_of(
    const std::vector<raft::ReplicaDescription>& replicas, const Clock& clock) {
  std::vector<DescribeQuorumResponse::ReplicaState> states;
  for (const raft::ReplicaDescription& replica : replicas) {
    states.push_back({.replica_id = replica.key.id.value,
                      .replica_directory_id = replica.key.directory_id,
                      .log_end_offset = replica.log_end.value,
                      .last_fetch_timestamp = wall_time(replica.last_fetch_ms, clock),
                      .last_caught_up_timestamp = wall_time(replica.last_caught_up_ms, clock)});
  }
  return states;
}

}  // namespace

DescribeQuorumResponse describe_quorum(const protocol::DescribeQuorumRequest& request, const Access& access,
                                       const protocol::Outcome<raft::QuorumDescription>& quorum,
                                       const Clock& clock, const std::vector<raft::Voter>& voters) {
  DescribeQuorumResponse response;
  if (!access.allows_cluster(security::AclOperation::kDescribe)) {
    const ErrorCode refusal = ErrorCode::kClusterAuthorizationFailed;
    response.error_code = protocol::wire_value(refusal);
    response.error_message = refusal_text(refusal);
    return response;
  }
  bool only_metadata = request.topics.size() == 1 && request.topics[0].topic_name == kTopic &&
                       request.topics[0].partitions.size() == 1 &&
                       request.topics[0].partitions[0].partition_index == 0;
  for (const auto& topic : request.topics) {
    auto& described = response.topics.emplace_back();
    described.topic_name = topic.topic_name;
    for (const auto& asked : topic.partitions) {
      auto& partition = described.partitions.emplace_back();
      partition.partition_index = asked.partition_index;
      if (!only_metadata) {
        partition.error_code = protocol::wire_value(ErrorCode::kUnknownTopicOrPartition);
      } else if (!quorum) {
        partition.error_code = protocol::wire_value(quorum.error());
      } else {
        partition.leader_id = quorum->leader.value;
        partition.leader_epoch = quorum->epoch.value;
        partition.high_watermark = quorum->high_watermark.value;
        partition.current_voters = states_of(quorum->voters, clock);
        partition.observers = states_of(quorum->observers, clock);
      }
    }
  }
  if (!only_metadata || !quorum) return response;
  for (const raft::Voter& voter : voters) {
    auto& node = response.nodes.emplace_back();
    node.node_id = voter.key.id.value;
    for (const raft::Endpoint& endpoint : voter.endpoints)
      node.listeners.push_back({endpoint.listener, endpoint.host, endpoint.port});
  }
  return response;
}

}  // namespace klamm::broker
