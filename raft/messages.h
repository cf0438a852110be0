// What replicas of the quorum say to each other: the part of Kafka's requests and responses that Raft decides
// on. The driver maps them to and from protocol messages, fills in record and snapshot bytes on the way out,
// and has checked framing, topic, partition and checksums on the way in.
//
// Errors: `error` is the partition's error, but for INCONSISTENT_CLUSTER_ID, UNSUPPORTED_VERSION,
// CLUSTER_AUTHORIZATION_FAILED and INVALID_REQUEST without an epoch, which stand at the top of a response. In
// a response that carries no epoch, `epoch` is kNoEpoch. `leader` is kNoNode when the sender knows none; the
// driver also sets it so when it cannot tell the leader's endpoint, because a leader that cannot be reached
// is not followed.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "protocol/errors.h"
#include "raft/batch.h"
#include "raft/replica_key.h"

namespace klamm::raft {

using protocol::ErrorCode;

// KIP-595, KIP-996. `voter` is who the sender means to talk to; absent before version 1.
struct VoteRequest {
  std::optional<std::string> cluster_id{};
  std::optional<ReplicaKey> voter{};
  Epoch epoch{};
  ReplicaKey candidate{};
  LogPoint log_end{};
  bool pre_vote = false;
};
struct VoteResponse {
  ErrorCode error = ErrorCode::kNone;
  NodeId leader = kNoNode;
  Epoch epoch = kNoEpoch;
  bool granted = false;
};

struct BeginQuorumEpochRequest {
  std::optional<std::string> cluster_id{};
  std::optional<ReplicaKey> voter{};
  NodeId leader{};
  Epoch epoch{};
};
struct BeginQuorumEpochResponse {
  ErrorCode error = ErrorCode::kNone;
  NodeId leader = kNoNode;
  Epoch epoch = kNoEpoch;
};

struct EndQuorumEpochRequest {
  std::optional<std::string> cluster_id{};
  NodeId leader{};
  Epoch epoch{};
  std::vector<ReplicaKey> preferred_candidates{};  // most caught up first
};
struct EndQuorumEpochResponse {
  ErrorCode error = ErrorCode::kNone;
  NodeId leader = kNoNode;
  Epoch epoch = kNoEpoch;
};

struct FetchRequest {
  std::optional<std::string> cluster_id{};
  ReplicaKey replica{};  // id < 0: not a replica
  Epoch current_leader_epoch{};
  Offset fetch_offset{};
  Epoch last_fetched_epoch{};
  Offset high_watermark{};  // as far as the fetcher knows; INT64_MAX before version 18
  int32_t max_wait_ms = 0;
  int32_t max_bytes = 0;
};
// Records to send: whole batches from `from` up to the log's end, at most `max_bytes` but at least one batch.
struct ReadSpan {
  Offset from{};
  int32_t max_bytes = 0;

  friend bool operator==(const ReadSpan&, const ReadSpan&) = default;
};
struct FetchResponse {
  ErrorCode error = ErrorCode::kNone;
  NodeId leader = kNoNode;
  Epoch epoch = kNoEpoch;
  Offset high_watermark = kNoOffset;  // also the last stable offset
  Offset log_start = kNoOffset;
  std::optional<LogPoint> diverging{};
  std::optional<SnapshotId> snapshot{};
  std::optional<ReadSpan> read{};  // going out: what the driver shall put in
  std::vector<Batch> batches{};    // coming in: what was in it
};

struct FetchSnapshotRequest {
  std::optional<std::string> cluster_id{};
  ReplicaKey replica{};
  Epoch current_leader_epoch{};
  SnapshotId snapshot{};
  int64_t position = 0;
  int32_t max_bytes = 0;
};
struct FetchSnapshotResponse {
  ErrorCode error = ErrorCode::kNone;
  NodeId leader = kNoNode;
  Epoch epoch = kNoEpoch;
  SnapshotId snapshot{kNoEpoch, kNoOffset};
  int64_t size = 0;       // of the whole snapshot
  int64_t position = 0;   // of the bytes in this response
  int32_t read_size = 0;  // going out: how many bytes the driver shall put in
  Payload bytes{};        // coming in: what was in it
};

using Request = std::variant<VoteRequest, BeginQuorumEpochRequest, EndQuorumEpochRequest, FetchRequest,
                             FetchSnapshotRequest>;
using Response = std::variant<VoteResponse, BeginQuorumEpochResponse, EndQuorumEpochResponse, FetchResponse,
                              FetchSnapshotResponse>;

// A response goes back to the `from` of its request under the same correlation. For requests that come in,
// both are the driver's: any pair that finds the waiting caller again (a broker has no place in the voter
// set). For requests that go out, `to` is a voter or a bootstrap server and the correlation is Raft's.
struct Message {
  NodeId from{};
  NodeId to{};
  int64_t correlation = 0;
  std::variant<Request, Response> body{};
};

}  // namespace klamm::raft
