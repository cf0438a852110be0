// Responses on their way in. Everything is remote input: what is not as it must be is a Failure, and the
// machine gets nothing that it would have to do sums with first.
#include <fmt/core.h>

#include <utility>

#include "broker/fetched_batches.h"
#include "broker/quorum_responses.h"
#include "protocol/messages/begin_quorum_epoch_response.h"
#include "protocol/messages/end_quorum_epoch_response.h"
#include "protocol/messages/fetch_response.h"
#include "protocol/messages/fetch_snapshot_response.h"
#include "protocol/messages/vote_response.h"

namespace klamm::broker {
namespace {

using raft::ErrorCode;
using Decoded = Result<QuorumResponse, Failure>;

Error<Failure> malformed(std::string_view what) {
  return {{fmt::format("the response cannot be right: {}", what)}};
}

Error<Failure> names_another() {
  return malformed("it is about something else than __cluster_metadata-0 alone");
}

// A code of a Kafka that is newer than ours is some error (Errors.forCode).
ErrorCode error_of(int16_t code) {
  const bool is_known = code >= protocol::wire_value(ErrorCode::kUnknownServerError) &&
                        code <= protocol::wire_value(ErrorCode::kShareSessionLimitReached);
  return is_known ? ErrorCode{code} : ErrorCode::kUnknownServerError;
}

// What every response tells of its partition. A negative epoch goes with an error only, and a leader only
// with an epoch.
struct Told {
  ErrorCode error = ErrorCode::kNone;
  NodeId leader = kNoNode;
  Epoch epoch = kNoEpoch;
};

Result<Told, Failure> told(int16_t code, int32_t leader, int32_t epoch) {
  Told told{.error = error_of(code)};
  if (Epoch{epoch} >= kLastEpoch) return malformed("no epoch can follow the one that it says");
  if (epoch < 0 && told.error == ErrorCode::kNone) return malformed("it says no epoch");
  if (epoch < 0) return told;
  told.epoch = Epoch{epoch};
  if (leader >= 0) told.leader = NodeId{leader};
  return told;
}

template <class Nodes>
std::optional<NodeAddress> address_of(const Nodes& nodes, NodeId leader) {
  if (leader == kNoNode) return std::nullopt;
  for (const auto& node : nodes) {
    if (node.node_id == leader.value) return usable_address(node.host, node.port);
  }
  return std::nullopt;
}

template <class Answer>
QuorumResponse error_at_top(int16_t code) {
  Answer answer{};
  answer.error = error_of(code);
  return {.response = std::move(answer)};
}

// Vote, BeginQuorumEpoch and EndQuorumEpoch.
template <class Answer, class Message>
Decoded decode_voters(const Message& message) {
  if (message.error_code != 0) return error_at_top<Answer>(message.error_code);
  auto* partition = only_metadata_partition(message.topics);
  if (!partition) return names_another();
  auto said = told(partition->error_code, partition->leader_id, partition->leader_epoch);
  if (!said) return Error{said.error()};
  Answer answer{};
  answer.error = said->error;
  answer.leader = said->leader;
  answer.epoch = said->epoch;
  if constexpr (requires { answer.granted; }) answer.granted = partition->vote_granted;
  return QuorumResponse{.response = std::move(answer),
                        .leader_address = address_of(message.node_endpoints, said->leader)};
}

Decoded decode(const protocol::VoteResponse& message, const raft::Payload&) {
  return decode_voters<raft::VoteResponse>(message);
}
Decoded decode(const protocol::BeginQuorumEpochResponse& message, const raft::Payload&) {
  return decode_voters<raft::BeginQuorumEpochResponse>(message);
}
Decoded decode(const protocol::EndQuorumEpochResponse& message, const raft::Payload&) {
  return decode_voters<raft::EndQuorumEpochResponse>(message);
}

// At most one of: where the logs part, a snapshot, records; looked for in this order, as Kafka does.
Result<void, Failure> read_contents(const protocol::FetchResponse::PartitionData& partition,
                                    const raft::Payload& body, raft::FetchResponse& answer) {
  const auto& diverging = partition.diverging_epoch;
  const auto& snapshot = partition.snapshot_id;
  if (diverging.epoch >= 0) {
    if (diverging.end_offset < 0) return malformed("the logs part in an epoch without an end");
    answer.diverging = raft::LogPoint{{diverging.epoch}, {diverging.end_offset}};
    return {};
  }
  if (snapshot.epoch >= 0 || snapshot.end_offset >= 0) {
    if (snapshot.epoch < 0 || snapshot.end_offset < 0) return malformed("a snapshot lacks half of its id");
    answer.snapshot = raft::SnapshotId{{snapshot.epoch}, {snapshot.end_offset}};
    return {};
  }
  if (!partition.records) return {};
  auto batches = fetched_batches({body.owner, partition.records->bytes});
  if (!batches) return Error{batches.error()};
  answer.batches = std::move(*batches);
  return {};
}

Decoded decode(const protocol::FetchResponse& message, const raft::Payload& body) {
  if (message.error_code != 0) return error_at_top<raft::FetchResponse>(message.error_code);
  auto* partition = only_metadata_partition(message.responses);
  if (!partition) return names_another();
  const auto& leader = partition->current_leader;
  auto said = told(partition->error_code, leader.leader_id, leader.leader_epoch);
  if (!said) return Error{said.error()};
  raft::FetchResponse answer{.error = said->error, .leader = said->leader, .epoch = said->epoch};
  if (answer.error == ErrorCode::kNone) {
    if (partition->high_watermark >= 0) answer.high_watermark = {partition->high_watermark};
    if (partition->log_start_offset >= 0) answer.log_start = {partition->log_start_offset};
    if (auto read = read_contents(*partition, body, answer); !read) return Error{read.error()};
  }
  return QuorumResponse{.response = std::move(answer),
                        .leader_address = address_of(message.node_endpoints, said->leader)};
}

Decoded decode(const protocol::FetchSnapshotResponse& message, const raft::Payload& body) {
  if (message.error_code != 0) return error_at_top<raft::FetchSnapshotResponse>(message.error_code);
  auto* partition = only_metadata_partition(message.topics);
  if (!partition) return names_another();
  const auto& leader = partition->current_leader;
  auto said = told(partition->error_code, leader.leader_id, leader.leader_epoch);
  if (!said) return Error{said.error()};
  raft::FetchSnapshotResponse answer{
      .error = said->error, .leader = said->leader, .epoch = said->epoch, .bytes = {}};
  const auto& id = partition->snapshot_id;
  const bool is_named = id.epoch >= 0 && id.end_offset >= 0;
  if (answer.error == ErrorCode::kNone && !is_named) {
    // To Kafka's followers this is the same.
    answer.error = ErrorCode::kSnapshotNotFound;
  } else if (answer.error == ErrorCode::kNone) {
    const ByteView bytes = partition->unaligned_records.value_or(protocol::Records{}).bytes;
    const bool lies_within = partition->size >= 0 && partition->position >= 0 &&
                             static_cast<int64_t>(bytes.size()) <= partition->size - partition->position;
    if (!lies_within) return malformed("its bytes lie outside of the snapshot");
    answer.snapshot = {.epoch = {id.epoch}, .offset = {id.end_offset}};
    answer.size = partition->size;
    answer.position = partition->position;
    answer.bytes = {body.owner, bytes};
  }
  return QuorumResponse{.response = std::move(answer),
                        .leader_address = address_of(message.node_endpoints, said->leader)};
}

template <class Message>
Decoded read(int16_t version, const raft::Payload& body) {
  if (version < Message::kVersionMin || version > Message::kVersionMax) {
    return malformed(fmt::format("there is no version {} of it", version));
  }
  protocol::Reader reader(body.bytes);
  Message message;
  message.read(reader, version);
  if (!reader.ok()) return malformed("its bytes are no such message");
  return decode(message, body);
}

}  // namespace

Result<QuorumResponse, Failure> decode_quorum_response(int16_t key, int16_t version,
                                                       const raft::Payload& body) {
  switch (key) {
    case protocol::VoteResponse::kKey:
      return read<protocol::VoteResponse>(version, body);
    case protocol::BeginQuorumEpochResponse::kKey:
      return read<protocol::BeginQuorumEpochResponse>(version, body);
    case protocol::EndQuorumEpochResponse::kKey:
      return read<protocol::EndQuorumEpochResponse>(version, body);
    case protocol::FetchResponse::kKey:
      return read<protocol::FetchResponse>(version, body);
    case protocol::FetchSnapshotResponse::kKey:
      return read<protocol::FetchSnapshotResponse>(version, body);
    default:
      return malformed(fmt::format("the quorum has no request with key {}", key));
  }
}

}  // namespace klamm::broker
