// Requests on their way out.
#include "broker/quorum_requests.h"

#include "base/check.h"
#include "protocol/messages/begin_quorum_epoch_request.h"
#include "protocol/messages/end_quorum_epoch_request.h"
#include "protocol/messages/fetch_request.h"
#include "protocol/messages/fetch_snapshot_request.h"
#include "protocol/messages/vote_request.h"

namespace klamm::broker {
namespace {

// The one partition of a message that is being made.
template <class Message>
auto& add_partition(Message& message) {
  auto& topic = message.topics.emplace_back();
  if constexpr (requires { topic.topic_id; }) {
    topic.topic_id = metadata_topic_id();
  } else if constexpr (requires { topic.topic_name; }) {
    topic.topic_name = kMetadataTopic;
  } else {
    topic.name = kMetadataTopic;
  }
  return topic.partitions.emplace_back();
}

template <class Message>
void set_leader_endpoints(Message& message, const std::vector<raft::Endpoint>& endpoints) {
  for (const raft::Endpoint& endpoint : endpoints) {
    message.leader_endpoints.push_back({endpoint.listener, endpoint.host, endpoint.port});
  }
}

protocol::VoteRequest message_of(const raft::VoteRequest& request, const std::vector<raft::Endpoint>&) {
  const raft::ReplicaKey voter = request.voter.value_or(raft::ReplicaKey{});
  protocol::VoteRequest message;
  message.cluster_id = request.cluster_id;
  message.voter_id = voter.id.value;
  auto& partition = add_partition(message);
  partition.replica_epoch = request.epoch.value;
  partition.replica_id = request.candidate.id.value;
  partition.replica_directory_id = request.candidate.directory_id;
  partition.voter_directory_id = voter.directory_id;
  partition.last_offset_epoch = request.log_end.epoch.value;
  partition.last_offset = request.log_end.offset.value;
  partition.pre_vote = request.pre_vote;
  return message;
}

protocol::BeginQuorumEpochRequest message_of(const raft::BeginQuorumEpochRequest& request,
                                             const std::vector<raft::Endpoint>& own_endpoints) {
  const raft::ReplicaKey voter = request.voter.value_or(raft::ReplicaKey{});
  protocol::BeginQuorumEpochRequest message;
  message.cluster_id = request.cluster_id;
  message.voter_id = voter.id.value;
  auto& partition = add_partition(message);
  partition.voter_directory_id = voter.directory_id;
  partition.leader_id = request.leader.value;
  partition.leader_epoch = request.epoch.value;
  set_leader_endpoints(message, own_endpoints);
  return message;
}

// Who resigns need not say where it was reached, and Kafka does not.
protocol::EndQuorumEpochRequest message_of(const raft::EndQuorumEpochRequest& request,
                                           const std::vector<raft::Endpoint>&) {
  protocol::EndQuorumEpochRequest message;
  message.cluster_id = request.cluster_id;
  auto& partition = add_partition(message);
  partition.leader_id = request.leader.value;
  partition.leader_epoch = request.epoch.value;
  for (const raft::ReplicaKey& candidate : request.preferred_candidates) {
    partition.preferred_successors.push_back(candidate.id.value);
    partition.preferred_candidates.push_back({candidate.id.value, candidate.directory_id});
  }
  return message;
}

// What Kafka's own followers leave at its default stays there: min_bytes and partition_max_bytes are 0.
protocol::FetchRequest message_of(const raft::FetchRequest& request, const std::vector<raft::Endpoint>&) {
  protocol::FetchRequest message;
  message.cluster_id = request.cluster_id;
  message.replica_id = request.replica.id.value;
  message.replica_state.replica_id = request.replica.id.value;
  message.max_wait_ms = request.max_wait_ms;
  message.max_bytes = request.max_bytes;
  auto& partition = add_partition(message);
  partition.current_leader_epoch = request.current_leader_epoch.value;
  partition.fetch_offset = request.fetch_offset.value;
  partition.last_fetched_epoch = request.last_fetched_epoch.value;
  partition.replica_directory_id = request.replica.directory_id;
  partition.high_watermark = request.high_watermark.value;
  return message;
}

protocol::FetchSnapshotRequest message_of(const raft::FetchSnapshotRequest& request,
                                          const std::vector<raft::Endpoint>&) {
  protocol::FetchSnapshotRequest message;
  message.cluster_id = request.cluster_id;
  message.replica_id = request.replica.id.value;
  message.max_bytes = request.max_bytes;
  auto& partition = add_partition(message);
  partition.current_leader_epoch = request.current_leader_epoch.value;
  partition.snapshot_id = {request.snapshot.offset.value, request.snapshot.epoch.value};
  partition.position = request.position;
  partition.replica_directory_id = request.replica.directory_id;
  return message;
}

}  // namespace

void encode_quorum_request(const raft::Request& request, const std::vector<raft::Endpoint>& own_endpoints,
                           int16_t version, Bytes& out) {
  const VersionRange range = versions_of(request);
  CHECK(range.min <= version && version <= range.max);
  protocol::Writer writer(out);
  std::visit([&](const auto& known) { message_of(known, own_endpoints).write(writer, version); }, request);
}

}  // namespace klamm::broker
