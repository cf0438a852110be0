#include "tests/testing.h"

#include "raft/quorum_state.h"

using namespace klamm;
using namespace klamm::raft;

namespace {

const std::string kVersion0 =
    R"({"clusterId":"","leaderId":1,"leaderEpoch":2,"votedId":-1,"appliedOffset":0,)"
    R"("currentVoters":[{"voterId":1}],"data_version":0})";
const std::string kVersion1 =
    R"({"leaderId":1,"leaderEpoch":2,"votedId":-1,)"
    R"("votedDirectoryId":"AAAAAAAAAAAAAAAAAAAAAA","data_version":1})";

bool refuses(std::string_view text) { return !parse_quorum_state(text).ok(); }
std::string complaint(std::string_view text) { return parse_quorum_state(text).error().message; }

}  // namespace

TEST_CASE("quorum-state is written byte for byte as Kafka writes it") {
  ElectionState state{.epoch = Epoch{2}, .leader = {1}, .voter_ids = {{1}}};
  REQUIRE(encode_quorum_state(state, 0) == kVersion0);
  REQUIRE(encode_quorum_state(state, 1) == kVersion1);
}

TEST_CASE("quorum-state of either version is read back") {
  ElectionState state{.epoch = Epoch{7}, .voted = {{3}, Uuid::of(1, 2)}, .voter_ids = {{1}, {2}, {3}}};
  ElectionState with_voters = state;
  with_voters.voted.directory_id = {};
  REQUIRE(parse_quorum_state(encode_quorum_state(state, 0)).value() == with_voters);
  ElectionState with_directory = state;
  with_directory.voter_ids = {};
  REQUIRE(parse_quorum_state(encode_quorum_state(state, 1)).value() == with_directory);
}

TEST_CASE("quorum-state ends at the end of its line") { REQUIRE(parse_quorum_state(kVersion1 + "\n").ok()); }

TEST_CASE("quorum-state of a version to come is refused") {
  std::string future = kVersion1;
  future.replace(future.find(":1}"), 3, ":2}");
  REQUIRE(complaint(future).starts_with("quorum-state: data_version is 2, and this version knows 0 and 1"));
  REQUIRE(refuses(R"({"leaderId":1,"leaderEpoch":2,"votedId":-1,"data_version":-1})"));
}

TEST_CASE("quorum-state without a version is refused") {
  REQUIRE(refuses(R"({"leaderId":1,"leaderEpoch":2,"votedId":-1})"));
}

TEST_CASE("broken quorum-state is refused") {
  REQUIRE(refuses(""));
  REQUIRE(refuses("[]"));
  REQUIRE(refuses("{"));
  REQUIRE(refuses(kVersion0.substr(0, 40)));
  REQUIRE(refuses(R"({"leaderId":"1","leaderEpoch":2,"votedId":-1,"data_version":0})"));
  REQUIRE(refuses(R"({"leaderId":1,"leaderEpoch":99999999999,"votedId":-1,"data_version":0})"));
  REQUIRE(refuses(R"({"leaderId":1,"leaderEpoch":-2,"votedId":-1,"data_version":0})"));
  REQUIRE(refuses(R"({"leaderId":-5,"leaderEpoch":2,"votedId":-1,"data_version":0})"));
  REQUIRE(refuses(R"({"leaderId":1,"leaderEpoch":2,"votedId":-1,"votedDirectoryId":"x","data_version":1})"));
  REQUIRE(refuses(R"({"leaderId":1,"leaderEpoch":2,"votedId":-1,"currentVoters":[1],"data_version":0})"));
}
