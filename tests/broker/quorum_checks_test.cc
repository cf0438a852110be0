// What comes in of the metadata quorum's messages and is not as it must be.
#include "tests/testing.h"

#include "protocol/messages/fetch_request.h"
#include "protocol/messages/fetch_response.h"
#include "protocol/messages/fetch_snapshot_request.h"
#include "protocol/messages/fetch_snapshot_response.h"
#include "protocol/messages/vote_request.h"
#include "protocol/messages/vote_response.h"
#include "tests/broker/hex.h"
#include "tests/broker/quorum_messages.h"

namespace klamm::broker {
namespace {

using namespace testing;
using raft::ErrorCode;

template <class Message>
Bytes bytes_of(const Message& message, int16_t version) {
  Bytes bytes;
  protocol::Writer writer(bytes);
  message.write(writer, version);
  return bytes;
}

// The error that stands at the top of the answer to a refused request, or the partition's.
template <class Answer>
ErrorCode refusal_of(const Result<QuorumRequest, RefusedRequest>& decoded) {
  REQUIRE_FALSE(decoded.ok());
  REQUIRE(decoded.error().answer.has_value());
  return std::get<Answer>(decoded.error().answer->response()).error;
}

// --- requests ---

protocol::VoteRequest vote_message() {
  protocol::VoteRequest message;
  message.cluster_id = kCluster;
  message.topics.push_back({kMetadataTopic, {{}}});
  message.topics[0].partitions[0].replica_epoch = 1;
  return message;
}

ErrorCode vote_refusal(const protocol::VoteRequest& message) {
  return refusal_of<raft::VoteResponse>(decoded_request(0, 2, bytes_of(message, 2)));
}

TEST_CASE("A request about another topic is invalid") {
  protocol::VoteRequest message = vote_message();
  message.topics[0].topic_name = "t";
  REQUIRE(vote_refusal(message) == ErrorCode::kInvalidRequest);
}

TEST_CASE("A request about another partition is invalid") {
  protocol::VoteRequest message = vote_message();
  message.topics[0].partitions[0].partition_index = 1;
  REQUIRE(vote_refusal(message) == ErrorCode::kInvalidRequest);
}

TEST_CASE("A request about nothing, or about the partition twice, is invalid") {
  protocol::VoteRequest nothing = vote_message(), topics = vote_message(), partitions = vote_message();
  nothing.topics.clear();
  topics.topics.push_back(topics.topics[0]);
  partitions.topics[0].partitions.resize(2);
  REQUIRE(vote_refusal(nothing) == ErrorCode::kInvalidRequest);
  REQUIRE(vote_refusal(topics) == ErrorCode::kInvalidRequest);
  REQUIRE(vote_refusal(partitions) == ErrorCode::kInvalidRequest);
}

TEST_CASE("A stranger's invalid request is a stranger's first") {
  protocol::VoteRequest message = vote_message();
  message.topics.clear();
  message.cluster_id = "c2";
  REQUIRE(vote_refusal(message) == ErrorCode::kInconsistentClusterId);
}

TEST_CASE("A stranger's valid request is left to Raft") {
  protocol::VoteRequest message = vote_message();
  message.cluster_id = "c2";
  REQUIRE(decoded_request(0, 2, bytes_of(message, 2)).ok());
}

TEST_CASE("Nobody leads the quorum into an epoch that none can follow") {
  protocol::VoteRequest message = vote_message();
  message.topics[0].partitions[0].replica_epoch = INT32_MAX;
  REQUIRE(vote_refusal(message) == ErrorCode::kInvalidRequest);
}

TEST_CASE("An invalid request is answered at the top of the response") {
  protocol::VoteRequest message = vote_message();
  message.topics.clear();
  auto decoded = decoded_request(0, 2, bytes_of(message, 2));
  REQUIRE(hex(encoded(*decoded.error().answer, 2)) == "002a0100");
}

protocol::FetchRequest fetch_message() {
  protocol::FetchRequest message;
  message.topics.push_back({kMetadataTopic, metadata_topic_id(), {{}}});
  return message;
}

TEST_CASE("A Fetch that names the topic is invalid, as the quorum knows it by its id") {
  const auto version = static_cast<int16_t>(GENERATE(range(4, 13)));
  auto decoded = decoded_request(3, version, bytes_of(fetch_message(), version));
  REQUIRE(refusal_of<raft::FetchResponse>(decoded) == ErrorCode::kInvalidRequest);
  REQUIRE_FALSE(encoded(*decoded.error().answer, version).empty());
}

TEST_CASE("A Fetch with another topic's id is invalid") {
  protocol::FetchRequest message = fetch_message();
  message.topics[0].topic_id = Uuid::of(0, 2);
  auto decoded = decoded_request(3, 18, bytes_of(message, 18));
  REQUIRE(refusal_of<raft::FetchResponse>(decoded) == ErrorCode::kInvalidRequest);
}

TEST_CASE("A Fetch for less than nothing is for one batch") {
  protocol::FetchRequest message = fetch_message();
  message.max_bytes = -1;
  auto decoded = decoded_request(3, 18, bytes_of(message, 18));
  REQUIRE(std::get<raft::FetchRequest>(decoded->request).max_bytes == 0);
}

protocol::FetchSnapshotRequest snapshot_message(std::string_view topic, int32_t partition) {
  protocol::FetchSnapshotRequest message;
  message.topics.push_back({topic, {{}}});
  message.topics[0].partitions[0].partition = partition;
  return message;
}

TEST_CASE("A FetchSnapshot of another partition is told that it is unknown") {
  auto decoded = decoded_request(4, 1, bytes_of(snapshot_message("t", 7), 1));
  REQUIRE(refusal_of<raft::FetchSnapshotResponse>(decoded) == ErrorCode::kUnknownTopicOrPartition);
  REQUIRE(hex(encoded(*decoded.error().answer, 1)) ==
          hex(bytes_of_hex("00000000 0000 02 02 74 02 00000007 0003 0000000000000000 00000000 00"
                           "0000000000000000 0000000000000000 01 00 00 00")));
}

TEST_CASE("A FetchSnapshot may name other partitions beside") {
  protocol::FetchSnapshotRequest message = snapshot_message("t", 7);
  message.topics.push_back({kMetadataTopic, {{}}});
  message.topics[1].partitions[0].position = 5;
  auto decoded = decoded_request(4, 1, bytes_of(message, 1));
  REQUIRE(std::get<raft::FetchSnapshotRequest>(decoded->request).position == 5);
}

TEST_CASE("A FetchSnapshot of nothing is invalid") {
  protocol::FetchSnapshotRequest message = snapshot_message("t", 7);
  message.topics[0].partitions.clear();
  auto decoded = decoded_request(4, 1, bytes_of(message, 1));
  REQUIRE(refusal_of<raft::FetchSnapshotResponse>(decoded) == ErrorCode::kInvalidRequest);
}

TEST_CASE("A stranger's FetchSnapshot of another partition is a stranger's") {
  protocol::FetchSnapshotRequest message = snapshot_message("t", 7);
  message.cluster_id = "c2";
  auto decoded = decoded_request(4, 1, bytes_of(message, 1));
  REQUIRE(refusal_of<raft::FetchSnapshotResponse>(decoded) == ErrorCode::kInconsistentClusterId);
}

TEST_CASE("A leader's endpoints are learned with their listeners in capitals, usable ones alone") {
  const raft::BeginQuorumEpochRequest begin{.leader = {1}, .epoch = {5}};
  Bytes bytes;
  encode_quorum_request(begin, {{"controller", "h", 9093}, {"other", "", 9094}, {"third", "h", 0}}, 1, bytes);
  auto decoded = decoded_request(1, 1, bytes);
  REQUIRE(decoded->leader_endpoints == std::vector<raft::Endpoint>{{"CONTROLLER", "h", 9093}});
}

TEST_CASE("Bytes that are no request get no answer") {
  REQUIRE_FALSE(decoded_request(0, 2, bytes_of_hex("03 6331")).error().answer.has_value());
  REQUIRE_FALSE(decoded_request(0, 3, bytes_of(vote_message(), 2)).error().answer.has_value());
  REQUIRE_FALSE(decode_quorum_request(2, 0, {}, kCluster).error().answer.has_value());
}

TEST_CASE("An array that says more elements than it has bytes is not believed") {
  const Bytes bytes = bytes_of_hex("00 00000002 ffffffff0f");
  REQUIRE_FALSE(decoded_request(0, 2, bytes).error().answer.has_value());
  REQUIRE_FALSE(decoded_response(0, 2, bytes_of_hex("0000 ffffffff0f")).ok());
}

// --- responses ---

protocol::VoteResponse voted_message() {
  protocol::VoteResponse message;
  message.topics.push_back({kMetadataTopic, {{}}});
  message.topics[0].partitions[0].leader_id = 3;
  message.topics[0].partitions[0].leader_epoch = 5;
  message.node_endpoints.push_back({3, "h", 9093});
  return message;
}

Result<QuorumResponse, Failure> voted(const protocol::VoteResponse& message) {
  return decoded_response(0, 2, bytes_of(message, 2));
}

raft::VoteResponse vote_in(const protocol::VoteResponse& message) {
  return std::get<raft::VoteResponse>(voted(message)->response);
}

TEST_CASE("A response tells where the leader is reached") {
  REQUIRE(voted(voted_message())->leader_address == NodeAddress{"h", 9093});
}

TEST_CASE("Addresses of other nodes than the leader are nobody's business") {
  protocol::VoteResponse message = voted_message();
  message.node_endpoints[0].node_id = 4;
  REQUIRE_FALSE(voted(message)->leader_address.has_value());
}

TEST_CASE("Of a leader that is named twice, the first address counts") {
  protocol::VoteResponse message = voted_message();
  message.node_endpoints.push_back({3, "other", 9094});
  REQUIRE(voted(message)->leader_address->host == "h");
}

TEST_CASE("A response about another partition is malformed") {
  protocol::VoteResponse topic = voted_message(), partition = voted_message(), nothing = voted_message();
  topic.topics[0].topic_name = "t";
  partition.topics[0].partitions[0].partition_index = 1;
  nothing.topics.clear();
  REQUIRE_FALSE(voted(topic).ok());
  REQUIRE_FALSE(voted(partition).ok());
  REQUIRE_FALSE(voted(nothing).ok());
}

TEST_CASE("A response that tells of the partition twice is malformed") {
  protocol::VoteResponse topics = voted_message(), partitions = voted_message();
  topics.topics.push_back(topics.topics[0]);
  partitions.topics[0].partitions.push_back(partitions.topics[0].partitions[0]);
  REQUIRE_FALSE(voted(topics).ok());
  REQUIRE_FALSE(voted(partitions).ok());
}

TEST_CASE("An error at the top has no epoch, whatever else is there") {
  protocol::VoteResponse message = voted_message();
  message.error_code = 35;
  REQUIRE(vote_in(message).error == ErrorCode::kUnsupportedVersion);
  REQUIRE(vote_in(message).epoch == kNoEpoch);
}

TEST_CASE("An error code of the future is an unknown error") {
  protocol::VoteResponse message = voted_message();
  message.topics[0].partitions[0].error_code = 999;
  REQUIRE(vote_in(message).error == ErrorCode::kUnknownServerError);
}

TEST_CASE("A success without an epoch, or in the last one, is malformed") {
  protocol::VoteResponse none = voted_message(), last = voted_message();
  none.topics[0].partitions[0].leader_epoch = -1;
  last.topics[0].partitions[0].leader_epoch = INT32_MAX;
  REQUIRE_FALSE(voted(none).ok());
  REQUIRE_FALSE(voted(last).ok());
}

TEST_CASE("Any negative leader is none, and any negative epoch of an error") {
  protocol::VoteResponse leader = voted_message(), epoch = voted_message();
  leader.topics[0].partitions[0].leader_id = -7;
  epoch.topics[0].partitions[0].error_code = 74;
  epoch.topics[0].partitions[0].leader_epoch = -7;
  REQUIRE(vote_in(leader).leader == kNoNode);
  REQUIRE(vote_in(epoch).epoch == kNoEpoch);
  REQUIRE(vote_in(epoch).leader == kNoNode);
}

// --- Fetch and FetchSnapshot ---

protocol::FetchResponse fetched_message() {
  protocol::FetchResponse message;
  message.responses.push_back({"", metadata_topic_id(), {{}}});
  message.responses[0].partitions[0].current_leader = {3, 5};
  return message;
}

Result<QuorumResponse, Failure> fetched(const protocol::FetchResponse& message) {
  return decoded_response(3, 18, bytes_of(message, 18));
}

TEST_CASE("A Fetch response that names another topic's id is malformed") {
  protocol::FetchResponse message = fetched_message();
  message.responses[0].topic_id = Uuid::of(0, 2);
  REQUIRE_FALSE(fetched(message).ok());
}

TEST_CASE("Where the logs part comes before snapshots and records") {
  protocol::FetchResponse message = fetched_message();
  auto& partition = message.responses[0].partitions[0];
  partition.diverging_epoch = {4, 6};
  partition.snapshot_id = {6, 4};
  auto decoded = fetched(message);
  const auto& response = std::get<raft::FetchResponse>(decoded->response);
  REQUIRE(response.diverging == raft::LogPoint{{4}, {6}});
  REQUIRE_FALSE(response.snapshot.has_value());
}

TEST_CASE("Half a snapshot id, or an epoch that ends nowhere, is malformed") {
  protocol::FetchResponse epoch = fetched_message(), offset = fetched_message(), end = fetched_message();
  epoch.responses[0].partitions[0].snapshot_id = {-1, 4};
  offset.responses[0].partitions[0].snapshot_id = {6, -1};
  end.responses[0].partitions[0].diverging_epoch = {4, -1};
  REQUIRE_FALSE(fetched(epoch).ok());
  REQUIRE_FALSE(fetched(offset).ok());
  REQUIRE_FALSE(fetched(end).ok());
}

TEST_CASE("A leader's address that is no port is not learned") {
  protocol::FetchResponse message = fetched_message();
  message.node_endpoints.push_back({3, "h", 65536 + 9093, std::nullopt});
  REQUIRE_FALSE(fetched(message)->leader_address.has_value());
}

TEST_CASE("Records beside an error are not looked at") {
  const Bytes garbage(100, 0xff);
  protocol::FetchResponse message = fetched_message();
  message.responses[0].partitions[0].error_code = 6;
  message.responses[0].partitions[0].records = protocol::Records{garbage};
  auto decoded = fetched(message);
  REQUIRE(std::get<raft::FetchResponse>(decoded->response).batches.empty());
}

protocol::FetchSnapshotResponse part_message(ByteView bytes) {
  protocol::FetchSnapshotResponse message;
  message.topics.push_back({kMetadataTopic, {{}}});
  auto& partition = message.topics[0].partitions[0];
  partition.current_leader = {3, 5};
  partition.snapshot_id = {9, 4};
  partition.size = 100;
  partition.unaligned_records = protocol::Records{bytes};
  return message;
}

Result<QuorumResponse, Failure> part(const protocol::FetchSnapshotResponse& message) {
  return decoded_response(4, 1, bytes_of(message, 1));
}

TEST_CASE("A snapshot's bytes up to its end are taken, and not one more") {
  const Bytes bytes(50, 0x5a);
  protocol::FetchSnapshotResponse message = part_message(bytes);
  message.topics[0].partitions[0].position = 50;
  REQUIRE(part(message).ok());
  message.topics[0].partitions[0].position = 51;
  REQUIRE_FALSE(part(message).ok());
}

TEST_CASE("A snapshot of less than no bytes, or a place before its beginning, is malformed") {
  protocol::FetchSnapshotResponse size = part_message({}), position = part_message({});
  size.topics[0].partitions[0].size = INT64_MIN;
  size.topics[0].partitions[0].position = 1;
  position.topics[0].partitions[0].position = -1;
  REQUIRE_FALSE(part(size).ok());
  REQUIRE_FALSE(part(position).ok());
}

TEST_CASE("A snapshot without an id has been deleted") {
  protocol::FetchSnapshotResponse message = part_message({});
  message.topics[0].partitions[0].snapshot_id = {-1, -1};
  REQUIRE(std::get<raft::FetchSnapshotResponse>(part(message)->response).error ==
          ErrorCode::kSnapshotNotFound);
}

}  // namespace
}  // namespace klamm::broker
