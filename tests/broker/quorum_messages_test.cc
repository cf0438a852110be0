// The messages of the metadata quorum: their bytes, written down by hand from protocol/schema, and that
// nothing is lost on the way.
#include "tests/testing.h"

#include "tests/broker/hex.h"
#include "tests/broker/quorum_messages.h"

namespace klamm::broker {
namespace {

using namespace testing;
using raft::ErrorCode;

const raft::ReplicaKey kCandidate{{1}, Uuid::of(10, 11)};
const raft::ReplicaKey kVoter{{2}, Uuid::of(12, 13)};
const std::string kTopic(kTopicHex);
const std::string kCandidateDirectory = "000000000000000a000000000000000b";
const std::string kVoterDirectory = "000000000000000c000000000000000d";
const std::string kTopicId = "00000000000000000000000000000001";
// Host "h", port 9093.
const std::string kAddress = "0268 2385";

// What the text says, without blanks.
std::string plain(const std::string& text) { return hex(bytes_of_hex(text)); }

raft::VoteRequest vote_of(bool pre_vote) {
  return {.cluster_id = "c1",
          .voter = kVoter,
          .epoch = {5},
          .candidate = kCandidate,
          .log_end = {.epoch = {4}, .offset = {9}},
          .pre_vote = pre_vote};
}

const raft::FetchRequest kFetch{.cluster_id = "c1",
                                .replica = kCandidate,
                                .current_leader_epoch = {5},
                                .fetch_offset = {7},
                                .last_fetched_epoch = {4},
                                .high_watermark = {6},
                                .max_wait_ms = 500,
                                .max_bytes = 1 << 20};

// --- requests ---

TEST_CASE("A pre-vote names both replicas with their directories") {
  REQUIRE(hex(encoded(vote_of(true), 2)) == plain("03 6331 00000002"  // cluster id, voter id
                                                  "02 13" +
                                                  kTopic +
                                                  "02"                          // one topic, one partition
                                                  "00000000 00000005 00000001"  // partition, epoch, candidate
                                                  + kCandidateDirectory + kVoterDirectory +
                                                  "00000004 0000000000000009 01"  // log end, pre-vote
                                                  "00 00 00"));                   // tags
}

TEST_CASE("A vote of version 1 says nothing of pre-votes") {
  REQUIRE(hex(encoded(vote_of(false), 1)) ==
          plain("03 6331 00000002 02 13" + kTopic + "02 00000000 00000005 00000001" + kCandidateDirectory +
                kVoterDirectory + "00000004 0000000000000009 00 00 00"));
}

TEST_CASE("A vote of version 0 knows nodes only") {
  REQUIRE(
      hex(encoded(vote_of(false), 0)) ==
      plain("03 6331 02 13" + kTopic + "02 00000000 00000005 00000001 00000004 0000000000000009 00 00 00"));
}

TEST_CASE("A BeginQuorumEpoch says where the leader is reached") {
  const raft::BeginQuorumEpochRequest begin{.cluster_id = "c1", .voter = kVoter, .leader = {1}, .epoch = {5}};
  REQUIRE(hex(encoded(begin, 1)) ==
          plain("03 6331 00000002 02 13" + kTopic + "02 00000000" + kVoterDirectory +
                "00000001 00000005 00 00"  // leader, epoch, tags
                "02 0b 434f4e54524f4c4c4552" +
                kAddress + "00 00"));  // CONTROLLER at h:9093
  REQUIRE(hex(encoded(begin, 0)) ==
          plain("0002 6331 00000001 0012" + kTopic + "00000001 00000000 00000001 00000005"));
}

TEST_CASE("An EndQuorumEpoch names successors, since version 1 with their directories") {
  const raft::EndQuorumEpochRequest end{
      .cluster_id = "c1", .leader = {1}, .epoch = {5}, .preferred_candidates = {kVoter, {{3}, {}}}};
  REQUIRE(hex(encoded(end, 1)) == plain("03 6331 02 13" + kTopic +
                                        "02 00000000 00000001 00000005"
                                        "03 00000002" +
                                        kVoterDirectory +
                                        "00"
                                        "00000003 00000000000000000000000000000000 00"
                                        "00 00 01 00"));  // tags of partition and topic, no endpoints, tags
  REQUIRE(hex(encoded(end, 0)) == plain("0002 6331 00000001 0012" + kTopic +
                                        "00000001 00000000 00000001 00000005 00000002 00000002 00000003"));
}

TEST_CASE("A Fetch of version 18 tells the high watermark and the directory") {
  REQUIRE(hex(encoded(kFetch, 18)) ==
          plain("000001f4 00000000 00100000 00"  // max wait, min bytes, max bytes, isolation level
                "00000000 ffffffff"              // no session
                "02" +
                kTopicId +
                "02 00000000 00000005 0000000000000007 00000004"
                "ffffffffffffffff 00000000"  // log start, partition's max bytes
                "02 00 10" +
                kCandidateDirectory +
                "01 08 0000000000000006"
                "00 01 01"  // tags of the topic, nothing forgotten, no rack
                "02 00 03 03 6331 01 0d 00000001 ffffffffffffffff 00"));  // cluster id, replica state
}

TEST_CASE("A Fetch of version 17 does not know the high watermark, 15 no directory") {
  const std::string head = "000001f4 00000000 00100000 00 00000000 ffffffff 02" + kTopicId +
                           "02 00000000 00000005 0000000000000007 00000004 ffffffffffffffff 00000000";
  const std::string tail = "00 01 01 02 00 03 03 6331 01 0d 00000001 ffffffffffffffff 00";
  REQUIRE(hex(encoded(kFetch, 17)) == plain(head + "01 00 10" + kCandidateDirectory + tail));
  REQUIRE(hex(encoded(kFetch, 15)) == plain(head + "00" + tail));
}

TEST_CASE("A Fetch of version 13 says the replica first, and the topic by its id") {
  REQUIRE(hex(encoded(kFetch, 13)) ==
          plain("00000001 000001f4 00000000 00100000 00 00000000 ffffffff 02" + kTopicId +
                "02 00000000 00000005 0000000000000007 00000004 ffffffffffffffff 00000000 00"
                "00 01 01 01 00 03 03 6331"));
}

TEST_CASE("A FetchSnapshot asks for a part of a snapshot") {
  const raft::FetchSnapshotRequest part{.cluster_id = "c1",
                                        .replica = kCandidate,
                                        .current_leader_epoch = {5},
                                        .snapshot = {.epoch = {4}, .offset = {9}},
                                        .position = 100,
                                        .max_bytes = 4096};
  const std::string head = "00000001 00001000 02 13" + kTopic +
                           "02 00000000 00000005 0000000000000009 00000004 00 0000000000000064";
  const std::string tail = "00 01 00 03 03 6331";
  REQUIRE(hex(encoded(part, 1)) == plain(head + "01 00 10" + kCandidateDirectory + tail));
  REQUIRE(hex(encoded(part, 0)) == plain(head + "00" + tail));
}

// --- responses ---

std::string sent(raft::Response response, int16_t version, ByteView records = {}) {
  return hex(encoded(QuorumAnswer(std::move(response), at_h, {records}), version));
}

TEST_CASE("A vote is granted, with the leader's address since version 1") {
  const raft::VoteResponse vote{.leader = {3}, .epoch = {5}, .granted = true};
  const std::string body = "0000 02 13" + kTopic + "02 00000000 0000 00000003 00000005 01 00 00";
  REQUIRE(sent(vote, 2) == plain(body + "01 00 0a 02 00000003" + kAddress + "00"));
  REQUIRE(sent(vote, 1) == sent(vote, 2));
  REQUIRE(sent(vote, 0) == plain(body + "00"));
}

TEST_CASE("BeginQuorumEpoch and EndQuorumEpoch are answered alike") {
  const std::string flexible = "0000 02 13" + kTopic +
                               "02 00000000 004a 00000003 00000005 00 00"
                               "01 00 0a 02 00000003" +
                               kAddress + "00";
  const std::string fixed = "0000 00000001 0012" + kTopic + "00000001 00000000 004a 00000003 00000005";
  const raft::BeginQuorumEpochResponse begun{ErrorCode::kFencedLeaderEpoch, {3}, {5}};
  const raft::EndQuorumEpochResponse ended{ErrorCode::kFencedLeaderEpoch, {3}, {5}};
  REQUIRE(sent(begun, 1) == plain(flexible));
  REQUIRE(sent(ended, 1) == plain(flexible));
  REQUIRE(sent(begun, 0) == plain(fixed));
  REQUIRE(sent(ended, 0) == plain(fixed));
}

TEST_CASE("An error without an epoch is all that a response says") {
  REQUIRE(sent(raft::VoteResponse{.error = ErrorCode::kInconsistentClusterId}, 2) == plain("0068 01 00"));
  REQUIRE(sent(raft::BeginQuorumEpochResponse{.error = ErrorCode::kInvalidRequest}, 0) ==
          plain("002a 00000000"));
  REQUIRE(sent(raft::FetchResponse{.error = ErrorCode::kInvalidRequest}, 18) ==
          plain("00000000 002a 00000000 01 00"));
  REQUIRE(sent(raft::FetchSnapshotResponse{.error = ErrorCode::kInvalidRequest, .bytes = {}}, 1) ==
          plain("00000000 002a 01 00"));
}

const raft::FetchResponse kFetched{.leader = {3}, .epoch = {5}, .high_watermark = {8}, .log_start = {2}};
const std::string kFetchedHead = "00000000 0000 00000000 02" + kTopicId +
                                 "02 00000000 0000 0000000000000008 ffffffffffffffff 0000000000000002"
                                 "01 ffffffff";  // no aborted transactions, no preferred replica
const std::string kCurrentLeader = "01 09 00000003 00000005 00";

TEST_CASE("A Fetch is answered with records, and the leader's address since version 17") {
  const Bytes records{0xaa, 0xbb};
  const std::string body = kFetchedHead + "03 aabb 01" + kCurrentLeader + "00";
  REQUIRE(sent(kFetched, 17, records) == plain(body + "01 00 0d 02 00000003 0268 00002385 00 00"));
  REQUIRE(sent(kFetched, 18, records) == sent(kFetched, 17, records));
  REQUIRE(sent(kFetched, 16, records) == plain(body + "00"));
  REQUIRE(sent(kFetched, 13, records) == plain(body + "00"));
}

TEST_CASE("A Fetch is told where the logs part") {
  raft::FetchResponse diverging = kFetched;
  diverging.diverging = raft::LogPoint{{4}, {6}};
  REQUIRE(sent(diverging, 13) ==
          plain(kFetchedHead + "01 02 00 0d 00000004 0000000000000006 00" + kCurrentLeader + "00 00"));
}

TEST_CASE("A Fetch is sent to a snapshot") {
  raft::FetchResponse snapshot = kFetched;
  snapshot.snapshot = raft::SnapshotId{{4}, {6}};
  REQUIRE(sent(snapshot, 13) ==
          plain(kFetchedHead + "01 02" + kCurrentLeader + "02 0d 0000000000000006 00000004 00 00 00"));
}

TEST_CASE("A part of a snapshot says how much there is") {
  const raft::FetchSnapshotResponse part{.leader = {3},
                                         .epoch = {5},
                                         .snapshot = {.epoch = {4}, .offset = {9}},
                                         .size = 100,
                                         .position = 50,
                                         .read_size = 2,
                                         .bytes = {}};
  const std::string body = "00000000 0000 02 13" + kTopic +
                           "02 00000000 0000 0000000000000009 00000004 00"
                           "0000000000000064 0000000000000032 03 aabb 01 00 09 00000003 00000005 00 00";
  const Bytes bytes{0xaa, 0xbb};
  REQUIRE(sent(part, 1, bytes) == plain(body + "01 00 0a 02 00000003" + kAddress + "00"));
  REQUIRE(sent(part, 0, bytes) == plain(body + "00"));
}

TEST_CASE("Records that are slices of files are spliced in") {
  Bytes frame;
  protocol::Writer writer(frame);
  QuorumAnswer(kFetched, at_h, protocol::Records{{}, 300}).write(writer, 18);
  REQUIRE(writer.splices().size() == 1);
  REQUIRE(writer.splices()[0].size == 300);
}

// --- nothing is lost ---

TEST_CASE("Requests of all versions come in as they went out") {
  const size_t kind = GENERATE(range(size_t{0}, kKinds));
  SeededRandom random(kind + 1);
  for (int i = 0; i < 500; ++i) {
    const raft::Request request = random_request(kind, random);
    const VersionRange versions = versions_of(request);
    for (int16_t version = versions.min; version <= versions.max; ++version) {
      const Bytes sent = encoded(request, version);
      auto came = decoded_request(kind, version, sent);
      REQUIRE(came.ok());
      REQUIRE(hex(encoded(came->request, version)) == hex(sent));
    }
  }
}

TEST_CASE("Responses of all versions come in as they went out") {
  const size_t kind = GENERATE(range(size_t{0}, kKinds));
  SeededRandom random(kind + 1);
  const VersionRange versions = versions_of_kind(kind);
  for (int i = 0; i < 500; ++i) {
    const raft::Response response = random_response(kind, random);
    const Bytes records = bytes_for(response, random);
    for (int16_t version = versions.min; version <= versions.max; ++version) {
      const Bytes sent = encoded(QuorumAnswer(response, at_h, {records}), version);
      auto came = decoded_response(kind, version, sent);
      REQUIRE(came.ok());
      REQUIRE(hex(encoded_again(*came, version)) == hex(sent));
    }
  }
}

TEST_CASE("A pre-vote goes out in version 2 alone") {
  REQUIRE(versions_of(vote_of(true)) == VersionRange{2, 2});
  REQUIRE(versions_of(vote_of(false)) == VersionRange{0, 2});
}

TEST_CASE("A Fetch goes out in versions that name topics by id") {
  REQUIRE(versions_of(kFetch) == VersionRange{13, 18});
}

TEST_CASE("Before version 18 a fetcher's high watermark counts as known, so that it waits for records") {
  auto came = decoded_request(3, 17, encoded(kFetch, 17));
  REQUIRE(std::get<raft::FetchRequest>(came->request).high_watermark == Offset{INT64_MAX});
}

TEST_CASE("A vote for nobody in particular has no voter key") {
  raft::VoteRequest vote = vote_of(false);
  vote.voter.reset();
  auto came = decoded_request(0, 2, encoded(vote, 2));
  REQUIRE_FALSE(std::get<raft::VoteRequest>(came->request).voter.has_value());
}

TEST_CASE("What did not come is told as an error without an epoch") {
  const raft::Response response = unanswered(kFetch, ErrorCode::kBrokerNotAvailable);
  const auto& fetched = std::get<raft::FetchResponse>(response);
  REQUIRE(fetched.error == ErrorCode::kBrokerNotAvailable);
  REQUIRE(fetched.epoch == kNoEpoch);
}

}  // namespace
}  // namespace klamm::broker
