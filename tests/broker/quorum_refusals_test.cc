#include "tests/testing.h"

#include "broker/quorum_refusals.h"

using namespace klamm;
using namespace klamm::broker;
using raft::ErrorCode;

namespace {

struct Refusals {
  QuorumRefusals refusals{NodeId{2}};

  // "W text" of the line; "" when there is none.
  static std::string text_of(const std::optional<QuorumRefusals::Line>& line) {
    if (!line) return "";
    const char* level = line->level == LogLevel::kInfo ? "I " : line->level == LogLevel::kWarn ? "W " : "E ";
    return level + line->text;
  }
  std::string told(int32_t replica, ErrorCode error) {
    return text_of(refusals.on_answer(NodeId{replica}, raft::VoteResponse{.error = error}, known));
  }
  // The leader of an epoch says that the logs part at an offset.
  std::string parts(int32_t epoch, int64_t offset) {
    raft::FetchResponse response{.leader = NodeId{1}, .epoch = Epoch{epoch}};
    response.diverging = raft::LogPoint{Epoch{2}, Offset{offset}};
    return text_of(refusals.on_answer(NodeId{1}, response, known));
  }

  const QuorumRefusals::Known known{Epoch{5}, Offset{100}};
};

}  // namespace

TEST_CASE_METHOD(Refusals, "who belongs to another cluster is told so with what can be done, once") {
  const std::string line = told(1, ErrorCode::kInconsistentClusterId);
  REQUIRE(line.starts_with("W [RaftManager id=2] node 1 refuses what the metadata quorum asks of it: "
                           "INCONSISTENT_CLUSTER_ID (104). "));
  REQUIRE(line.find("controller.quorum.voters") != std::string::npos);
  REQUIRE(told(1, ErrorCode::kInconsistentClusterId) == "");
  REQUIRE(told(3, ErrorCode::kInconsistentClusterId) != "");
}

TEST_CASE_METHOD(Refusals, "who may not act for the cluster is told where that is allowed") {
  REQUIRE(told(1, ErrorCode::kClusterAuthorizationFailed).find("super.users") != std::string::npos);
}

TEST_CASE_METHOD(Refusals, "a voter whose directory is another one is named") {
  const std::string line = told(3, ErrorCode::kInvalidVoterKey);
  REQUIRE(line.find("node 3 refuses") != std::string::npos);
  REQUIRE(line.find("INVALID_VOTER_KEY (125). ") != std::string::npos);
}

TEST_CASE_METHOD(Refusals, "a bootstrap server has no number that anybody gave it") {
  REQUIRE(told(-1, ErrorCode::kInconsistentClusterId).find("a bootstrap server refuses") !=
          std::string::npos);
}

TEST_CASE_METHOD(Refusals, "another reason is news, and so is the end of it") {
  REQUIRE(told(1, ErrorCode::kInconsistentClusterId) != "");
  REQUIRE(told(1, ErrorCode::kInvalidVoterKey) != "");
  REQUIRE(told(1, ErrorCode::kNone) == "I [RaftManager id=2] node 1 refuses this node no longer");
  REQUIRE(told(1, ErrorCode::kNone) == "");
  REQUIRE(told(1, ErrorCode::kInvalidVoterKey) != "");
}

TEST_CASE_METHOD(Refusals, "what passes by itself is not told") {
  for (ErrorCode code : {ErrorCode::kNone, ErrorCode::kFencedLeaderEpoch, ErrorCode::kNotLeaderOrFollower,
                         ErrorCode::kBrokerNotAvailable, ErrorCode::kUnknownLeaderEpoch}) {
    REQUIRE(told(1, code) == "");
  }
}

TEST_CASE_METHOD(Refusals, "a leader that lacks what is committed here is told of, once in its epoch") {
  const std::string line = parts(5, 99);
  REQUIRE(line.starts_with("E [RaftManager id=2] node 1 leads in epoch 5 with a log that parts"));
  REQUIRE(line.find("at offset 99, though everything below 100 is committed") != std::string::npos);
  REQUIRE(parts(5, 98) == "");
}

TEST_CASE_METHOD(Refusals, "logs that part behind what is committed, or in another epoch, are no news") {
  REQUIRE(parts(5, 100) == "");
  REQUIRE(parts(4, 10) == "");
}
