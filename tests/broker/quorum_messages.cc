#include "tests/broker/quorum_messages.h"

#include <memory>

#include "protocol/record_batch_builder.h"

namespace klamm::broker::testing {
namespace {

using raft::ErrorCode;

int32_t small(Random& random) { return static_cast<int32_t>(random.below(1000)); }

NodeId random_node(Random& random) { return {small(random)}; }
Epoch random_epoch(Random& random) { return {static_cast<int32_t>(random.below(INT32_MAX))}; }
Offset random_offset(Random& random) { return {static_cast<int64_t>(random.below(INT64_MAX))}; }
raft::LogPoint random_point(Random& random) { return {random_epoch(random), random_offset(random)}; }

raft::ReplicaKey random_key(Random& random) {
  return {random_node(random), random.one_in(3) ? Uuid{} : Uuid::of(random.next(), random.next())};
}

std::optional<std::string> random_cluster(Random& random) {
  return random.one_in(4) ? std::nullopt : std::optional(std::string(kCluster));
}

raft::VoteRequest random_vote(Random& random) {
  return {.cluster_id = random_cluster(random),
          .voter = random.one_in(4) ? std::nullopt : std::optional(random_key(random)),
          .epoch = random_epoch(random),
          .candidate = random_key(random),
          .log_end = random_point(random),
          .pre_vote = false};
}

raft::EndQuorumEpochRequest random_end(Random& random) {
  raft::EndQuorumEpochRequest request{
      .cluster_id = random_cluster(random), .leader = random_node(random), .epoch = random_epoch(random)};
  for (uint64_t n = random.below(4); n > 0; --n) request.preferred_candidates.push_back(random_key(random));
  return request;
}

raft::FetchRequest random_fetch(Random& random) {
  return {.cluster_id = random_cluster(random),
          .replica = random_key(random),
          .current_leader_epoch = random_epoch(random),
          .fetch_offset = random_offset(random),
          .last_fetched_epoch = random_epoch(random),
          .high_watermark = random_offset(random),
          .max_wait_ms = small(random),
          .max_bytes = small(random)};
}

// No error, one of the partition's, or one of the whole response.
template <class Response>
Response random_told(Random& random) {
  Response response{};
  if (random.one_in(4)) {
    response.error = ErrorCode::kInconsistentClusterId;
    return response;
  }
  if (random.one_in(4)) response.error = ErrorCode::kFencedLeaderEpoch;
  response.epoch = random_epoch(random);
  if (!random.one_in(3)) response.leader = random_node(random);
  return response;
}

raft::FetchResponse random_fetched(Random& random) {
  auto response = random_told<raft::FetchResponse>(random);
  if (response.error != ErrorCode::kNone) return response;
  response.high_watermark = random.one_in(4) ? kNoOffset : random_offset(random);
  response.log_start = random_offset(random);
  const uint64_t what = random.below(3);
  if (what == 0) response.diverging = random_point(random);
  if (what == 1) response.snapshot = random_point(random);
  if (what == 2) response.read = raft::ReadSpan{};
  return response;
}

raft::FetchSnapshotResponse random_part(Random& random) {
  auto response = random_told<raft::FetchSnapshotResponse>(random);
  if (response.error != ErrorCode::kNone) return response;
  response.snapshot = random_point(random);
  response.position = small(random);
  response.read_size = small(random);
  response.size = response.position + response.read_size + small(random);
  return response;
}

// Some batches that follow each other.
Bytes random_batches(Random& random) {
  Bytes bytes;
  int64_t base = small(random);
  for (uint64_t n = random.below(4); n > 0; --n) {
    const auto count = static_cast<int32_t>(1 + random.below(3));
    const Bytes batch = batch_bytes(base, small(random), count);
    bytes.insert(bytes.end(), batch.begin(), batch.end());
    base += count;
  }
  return bytes;
}

}  // namespace

Bytes batch_bytes(int64_t base_offset, int32_t epoch, int32_t count) {
  protocol::BatchFields fields;
  fields.base_offset = Offset{base_offset};
  fields.leader_epoch = Epoch{epoch};
  protocol::RecordBatchBuilder builder(fields);
  for (int32_t i = 0; i < count; ++i) builder.append(1000, std::nullopt, as_bytes("value"));
  return builder.build();
}

std::optional<NodeAddress> at_h(NodeId) { return NodeAddress{"h", 9093}; }

raft::Request random_request(size_t kind, Random& random) {
  switch (kind) {
    case 0:
      return random_vote(random);
    case 1:
      return raft::BeginQuorumEpochRequest{
          .cluster_id = random_cluster(random),
          .voter = random.one_in(4) ? std::nullopt : std::optional(random_key(random)),
          .leader = random_node(random),
          .epoch = random_epoch(random)};
    case 2:
      return random_end(random);
    case 3:
      return random_fetch(random);
    default:
      return raft::FetchSnapshotRequest{.cluster_id = random_cluster(random),
                                        .replica = random_key(random),
                                        .current_leader_epoch = random_epoch(random),
                                        .snapshot = random_point(random),
                                        .position = small(random),
                                        .max_bytes = small(random)};
  }
}

raft::Response random_response(size_t kind, Random& random) {
  if (kind == 0) {
    auto response = random_told<raft::VoteResponse>(random);
    response.granted = response.error == ErrorCode::kNone && random.one_in(2);
    return response;
  }
  if (kind == 1) return random_told<raft::BeginQuorumEpochResponse>(random);
  if (kind == 2) return random_told<raft::EndQuorumEpochResponse>(random);
  if (kind == 3) return random_fetched(random);
  return random_part(random);
}

Bytes bytes_for(const raft::Response& response, Random& random) {
  auto* fetched = std::get_if<raft::FetchResponse>(&response);
  if (fetched && fetched->read) return random_batches(random);
  auto* part = std::get_if<raft::FetchSnapshotResponse>(&response);
  return Bytes(part ? static_cast<size_t>(part->read_size) : 0, 0x5a);
}

Bytes encoded(const raft::Request& request, int16_t version) {
  Bytes bytes;
  encode_quorum_request(request, {{"CONTROLLER", "h", 9093}}, version, bytes);
  return bytes;
}

Bytes encoded(const QuorumAnswer& answer, int16_t version) {
  Bytes bytes;
  protocol::Writer writer(bytes);
  answer.write(writer, version);
  return bytes;
}

int16_t key_of(size_t kind) {
  SeededRandom random(1);
  return api_key_of(random_request(kind, random));
}

VersionRange versions_of_kind(size_t kind) {
  SeededRandom random(1);
  return versions_of(random_request(kind, random));
}

Result<QuorumRequest, RefusedRequest> decoded_request(size_t kind, int16_t version, ByteView body) {
  return decode_quorum_request(key_of(kind), version, body, kCluster);
}

Result<QuorumResponse, Failure> decoded_response(size_t kind, int16_t version, Bytes body) {
  auto owner = std::make_shared<Bytes>(std::move(body));
  return decode_quorum_response(key_of(kind), version, {owner, *owner});
}

Bytes encoded_again(const QuorumResponse& response, int16_t version) {
  Bytes records;
  auto add = [&](ByteView bytes) { records.insert(records.end(), bytes.begin(), bytes.end()); };
  if (auto* fetched = std::get_if<raft::FetchResponse>(&response.response)) {
    for (const raft::Batch& batch : fetched->batches) add(std::get<raft::Payload>(batch.content).bytes);
  }
  if (auto* part = std::get_if<raft::FetchSnapshotResponse>(&response.response)) add(part->bytes.bytes);
  const EndpointOf told = [&](NodeId) { return response.leader_address; };
  return encoded(QuorumAnswer(response.response, told, {records}), version);
}

}  // namespace klamm::broker::testing
