// Responses on their way out.
#include "broker/quorum_responses.h"

#include <utility>

#include "protocol/messages/begin_quorum_epoch_response.h"
#include "protocol/messages/end_quorum_epoch_response.h"
#include "protocol/messages/fetch_response.h"
#include "protocol/messages/fetch_snapshot_response.h"
#include "protocol/messages/vote_response.h"

namespace klamm::broker {
namespace {

using protocol::wire_value;
using raft::ErrorCode;

constexpr int16_t kFirstFetchWithLeaders = 17;

NodeId leader_of(const raft::Response& response) {
  return std::visit([](const auto& known) { return known.leader; }, response);
}

// What stands beside the response itself.
struct Beside {
  std::optional<NodeAddress> leader_address{};
  protocol::Records records{};
  std::optional<std::pair<std::string_view, int32_t>> unknown{};
};

template <class Response>
bool stands_at_top(const Response& response) {
  return response.error != ErrorCode::kNone && response.epoch == kNoEpoch;
}

template <class Message>
void set_leader_address(Message& message, NodeId leader, const Beside& beside) {
  if (!beside.leader_address) return;
  auto& node = message.node_endpoints.emplace_back();
  node.node_id = leader.value;
  node.host = beside.leader_address->host;
  node.port = beside.leader_address->port;
}

// Vote, BeginQuorumEpoch and EndQuorumEpoch are answered alike.
template <class Message, class Response>
Message voters_message(const Response& response, const Beside& beside) {
  Message message;
  if (stands_at_top(response)) {
    message.error_code = wire_value(response.error);
    return message;
  }
  auto& topic = message.topics.emplace_back();
  topic.topic_name = kMetadataTopic;
  auto& partition = topic.partitions.emplace_back();
  partition.error_code = wire_value(response.error);
  partition.leader_id = response.leader.value;
  partition.leader_epoch = response.epoch.value;
  if constexpr (requires { partition.vote_granted; }) partition.vote_granted = response.granted;
  set_leader_address(message, response.leader, beside);
  return message;
}

protocol::VoteResponse message_of(const raft::VoteResponse& response, const Beside& beside, int16_t) {
  return voters_message<protocol::VoteResponse>(response, beside);
}
protocol::BeginQuorumEpochResponse message_of(const raft::BeginQuorumEpochResponse& response,
                                              const Beside& beside, int16_t) {
  return voters_message<protocol::BeginQuorumEpochResponse>(response, beside);
}
protocol::EndQuorumEpochResponse message_of(const raft::EndQuorumEpochResponse& response,
                                            const Beside& beside, int16_t) {
  return voters_message<protocol::EndQuorumEpochResponse>(response, beside);
}

// The last stable offset stays unsaid, as by Kafka's quorum: metadata has transactions of another kind.
protocol::FetchResponse message_of(const raft::FetchResponse& response, const Beside& beside,
                                   int16_t version) {
  protocol::FetchResponse message;
  if (stands_at_top(response)) {
    message.error_code = wire_value(response.error);
    return message;
  }
  auto& topic = message.responses.emplace_back();
  topic.topic = kMetadataTopic;
  topic.topic_id = metadata_topic_id();
  auto& partition = topic.partitions.emplace_back();
  partition.error_code = wire_value(response.error);
  partition.high_watermark = response.high_watermark.value;
  partition.log_start_offset = response.log_start.value;
  partition.current_leader = {response.leader.value, response.epoch.value};
  if (response.diverging)
    partition.diverging_epoch = {response.diverging->epoch.value, response.diverging->offset.value};
  if (response.snapshot)
    partition.snapshot_id = {response.snapshot->offset.value, response.snapshot->epoch.value};
  partition.records = beside.records;
  // The field has been there since KIP-951, but for clients.
  if (version >= kFirstFetchWithLeaders) set_leader_address(message, response.leader, beside);
  return message;
}

protocol::FetchSnapshotResponse message_of(const raft::FetchSnapshotResponse& response, const Beside& beside,
                                           int16_t) {
  protocol::FetchSnapshotResponse message;
  if (stands_at_top(response) && !beside.unknown) {
    message.error_code = wire_value(response.error);
    return message;
  }
  auto& topic = message.topics.emplace_back();
  topic.name = beside.unknown ? beside.unknown->first : kMetadataTopic;
  auto& partition = topic.partitions.emplace_back();
  partition.index = beside.unknown ? beside.unknown->second : 0;
  partition.error_code = wire_value(response.error);
  if (!beside.unknown) partition.current_leader = {response.leader.value, response.epoch.value};
  partition.unaligned_records = beside.records;
  set_leader_address(message, response.leader, beside);
  if (response.error != ErrorCode::kNone) return message;
  partition.snapshot_id = {response.snapshot.offset.value, response.snapshot.epoch.value};
  partition.size = response.size;
  partition.position = response.position;
  return message;
}

}  // namespace

QuorumAnswer::QuorumAnswer(raft::Response response, const EndpointOf& endpoint_of, protocol::Records records)
    : response_(std::move(response)), records_(records) {
  const NodeId leader = leader_of(response_);
  if (leader >= NodeId{0}) leader_address_ = endpoint_of(leader);
}

QuorumAnswer QuorumAnswer::unknown_partition(std::string_view topic, int32_t partition) {
  QuorumAnswer answer(raft::FetchSnapshotResponse{.error = ErrorCode::kUnknownTopicOrPartition, .bytes = {}});
  answer.unknown_ = Place{std::string(topic), partition};
  return answer;
}

void QuorumAnswer::write(protocol::Writer& writer, int16_t version) const {
  Beside beside{.leader_address = leader_address_, .records = records_};
  if (unknown_) beside.unknown.emplace(unknown_->topic, unknown_->partition);
  std::visit([&](const auto& known) { message_of(known, beside, version).write(writer, version); },
             response_);
}

}  // namespace klamm::broker
