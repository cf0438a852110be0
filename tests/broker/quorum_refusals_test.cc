#include "tests/testing.h"

#include "broker/quorum_refusals.h"

using namespace klamm;
using namespace klamm::broker;
using raft::ErrorCode;

namespace {

struct Refusals {
  QuorumRefusals refusals{NodeId{2}};

  // "W text" of the line; "" when there is none.
  std::string told(int32_t replica, ErrorCode error) {
    const auto line = refusals.on_answer(NodeId{replica}, raft::VoteResponse{.error = error});
    if (!line) return "";
    return (line->level == LogLevel::kWarn ? "W " : "I ") + line->text;
  }
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
