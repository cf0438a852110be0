// Requests on their way in.
#include "broker/quorum_requests.h"

#include <algorithm>
#include <utility>

#include "protocol/messages/begin_quorum_epoch_request.h"
#include "protocol/messages/end_quorum_epoch_request.h"
#include "protocol/messages/fetch_request.h"
#include "protocol/messages/fetch_snapshot_request.h"
#include "protocol/messages/vote_request.h"

namespace klamm::broker {
namespace {

using raft::ErrorCode;
using Decoded = Result<QuorumRequest, RefusedRequest>;

Error<RefusedRequest> unreadable() { return {{"its bytes are no such request", std::nullopt}}; }

bool is_strangers(const std::optional<std::string_view>& cluster_id, std::string_view own) {
  return cluster_id && *cluster_id != own;
}

// An error of the whole request.
template <class Answer>
Error<RefusedRequest> refused(const std::optional<std::string_view>& cluster_id, std::string_view own,
                              std::string why) {
  Answer answer{};
  answer.error =
      is_strangers(cluster_id, own) ? ErrorCode::kInconsistentClusterId : ErrorCode::kInvalidRequest;
  return {{std::move(why), QuorumAnswer(std::move(answer))}};
}

std::string names_another() { return "it is about something else than __cluster_metadata-0 alone"; }
std::string is_last_epoch() { return "no epoch can follow the one that it says"; }

std::optional<std::string> owned(const std::optional<std::string_view>& text) {
  return text ? std::optional<std::string>(*text) : std::nullopt;
}

// Nobody is meant in particular where the id is negative (RaftUtil.voteRequestVoterKey).
std::optional<raft::ReplicaKey> voter_key(int32_t id, const Uuid& directory_id) {
  if (id < 0) return std::nullopt;
  return raft::ReplicaKey{{id}, directory_id};
}

template <class Endpoints>
std::vector<raft::Endpoint> endpoints_of(const Endpoints& told) {
  std::vector<raft::Endpoint> endpoints;
  for (const auto& endpoint : told) {
    auto address = usable_address(endpoint.host, endpoint.port);
    if (!address) continue;
    std::string listener(endpoint.name);
    for (char& c : listener) c = 'a' <= c && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
    endpoints.push_back({std::move(listener), std::move(address->host), address->port});
  }
  return endpoints;
}

Decoded decode(const protocol::VoteRequest& message, std::string_view own_cluster) {
  auto* partition = only_metadata_partition(message.topics);
  if (!partition) return refused<raft::VoteResponse>(message.cluster_id, own_cluster, names_another());
  if (Epoch{partition->replica_epoch} >= kLastEpoch)
    return refused<raft::VoteResponse>(message.cluster_id, own_cluster, is_last_epoch());
  return QuorumRequest{
      .request = raft::VoteRequest{
          .cluster_id = owned(message.cluster_id),
          .voter = voter_key(message.voter_id, partition->voter_directory_id),
          .epoch = {partition->replica_epoch},
          .candidate = {{partition->replica_id}, partition->replica_directory_id},
          .log_end = {.epoch = {partition->last_offset_epoch}, .offset = {partition->last_offset}},
          .pre_vote = partition->pre_vote}};
}

Decoded decode(const protocol::BeginQuorumEpochRequest& message, std::string_view own_cluster) {
  using Answer = raft::BeginQuorumEpochResponse;
  auto* partition = only_metadata_partition(message.topics);
  if (!partition) return refused<Answer>(message.cluster_id, own_cluster, names_another());
  if (Epoch{partition->leader_epoch} >= kLastEpoch)
    return refused<Answer>(message.cluster_id, own_cluster, is_last_epoch());
  return QuorumRequest{
      .request =
          raft::BeginQuorumEpochRequest{.cluster_id = owned(message.cluster_id),
                                        .voter = voter_key(message.voter_id, partition->voter_directory_id),
                                        .leader = {partition->leader_id},
                                        .epoch = {partition->leader_epoch}},
      .leader_endpoints = endpoints_of(message.leader_endpoints)};
}

Decoded decode(const protocol::EndQuorumEpochRequest& message, std::string_view own_cluster) {
  using Answer = raft::EndQuorumEpochResponse;
  auto* partition = only_metadata_partition(message.topics);
  if (!partition) return refused<Answer>(message.cluster_id, own_cluster, names_another());
  if (Epoch{partition->leader_epoch} >= kLastEpoch)
    return refused<Answer>(message.cluster_id, own_cluster, is_last_epoch());
  raft::EndQuorumEpochRequest request{.cluster_id = owned(message.cluster_id),
                                      .leader = {partition->leader_id},
                                      .epoch = {partition->leader_epoch}};
  // One of the two is there: which one is a matter of the version.
  for (int32_t id : partition->preferred_successors) request.preferred_candidates.push_back({{id}, {}});
  for (const auto& candidate : partition->preferred_candidates) {
    request.preferred_candidates.push_back({{candidate.candidate_id}, candidate.candidate_directory_id});
  }
  return QuorumRequest{.request = std::move(request),
                       .leader_endpoints = endpoints_of(message.leader_endpoints)};
}

Decoded decode(const protocol::FetchRequest& message, std::string_view own_cluster) {
  auto* partition = only_metadata_partition(message.topics);
  if (!partition) return refused<raft::FetchResponse>(message.cluster_id, own_cluster, names_another());
  const int32_t replica = message.replica_id != -1 ? message.replica_id : message.replica_state.replica_id;
  return QuorumRequest{.request =
                           raft::FetchRequest{.cluster_id = owned(message.cluster_id),
                                              .replica = {{replica}, partition->replica_directory_id},
                                              .current_leader_epoch = {partition->current_leader_epoch},
                                              .fetch_offset = {partition->fetch_offset},
                                              .last_fetched_epoch = {partition->last_fetched_epoch},
                                              .high_watermark = {partition->high_watermark},
                                              .max_wait_ms = message.max_wait_ms,
                                              .max_bytes = std::max(message.max_bytes, 0)}};
}

const protocol::FetchSnapshotRequest::PartitionSnapshot* find_metadata_partition(
    const protocol::FetchSnapshotRequest& message) {
  for (const auto& topic : message.topics) {
    if (!is_metadata_topic(topic)) continue;
    for (const auto& partition : topic.partitions) {
      if (partition.partition == 0) return &partition;
    }
  }
  return nullptr;
}

// The one request that may name other partitions beside ours, and the one whose error then stands at the
// partition that it names first (KafkaRaftClient.handleFetchSnapshotRequest).
Decoded decode(const protocol::FetchSnapshotRequest& message, std::string_view own_cluster) {
  using Answer = raft::FetchSnapshotResponse;
  const bool is_empty = message.topics.empty() || message.topics[0].partitions.empty();
  if (is_empty || (message.topics.size() != 1 && message.topics[0].partitions.size() != 1)) {
    return refused<Answer>(message.cluster_id, own_cluster, names_another());
  }
  auto* partition = find_metadata_partition(message);
  if (!partition) {
    if (is_strangers(message.cluster_id, own_cluster)) {
      return refused<Answer>(message.cluster_id, own_cluster, names_another());
    }
    const auto& asked = message.topics[0];
    return Error{RefusedRequest{names_another(),
                                QuorumAnswer::unknown_partition(asked.name, asked.partitions[0].partition)}};
  }
  return QuorumRequest{.request = raft::FetchSnapshotRequest{
                           .cluster_id = owned(message.cluster_id),
                           .replica = {{message.replica_id}, partition->replica_directory_id},
                           .current_leader_epoch = {partition->current_leader_epoch},
                           .snapshot = {.epoch = {partition->snapshot_id.epoch},
                                        .offset = {partition->snapshot_id.end_offset}},
                           .position = partition->position,
                           .max_bytes = message.max_bytes}};
}

template <class Message>
Decoded read(int16_t version, ByteView body, std::string_view own_cluster) {
  if (version < Message::kVersionMin || version > Message::kVersionMax) return unreadable();
  protocol::Reader reader(body);
  Message message;
  message.read(reader, version);
  if (!reader.ok()) return unreadable();
  return decode(message, own_cluster);
}

}  // namespace

Result<QuorumRequest, RefusedRequest> decode_quorum_request(int16_t key, int16_t version, ByteView body,
                                                            std::string_view cluster_id) {
  switch (key) {
    case protocol::VoteRequest::kKey:
      return read<protocol::VoteRequest>(version, body, cluster_id);
    case protocol::BeginQuorumEpochRequest::kKey:
      return read<protocol::BeginQuorumEpochRequest>(version, body, cluster_id);
    case protocol::EndQuorumEpochRequest::kKey:
      return read<protocol::EndQuorumEpochRequest>(version, body, cluster_id);
    case protocol::FetchRequest::kKey:
      return read<protocol::FetchRequest>(version, body, cluster_id);
    case protocol::FetchSnapshotRequest::kKey:
      return read<protocol::FetchSnapshotRequest>(version, body, cluster_id);
    default:
      return unreadable();
  }
}

}  // namespace klamm::broker
