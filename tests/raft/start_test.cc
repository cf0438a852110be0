// What a replica is when it comes up, from what it remembers.
#include "tests/testing.h"

#include "tests/raft/describe.h"
#include "tests/raft/replica.h"

using namespace klamm;
using namespace klamm::raft;

TEST_CASE_METHOD(Replica, "without a file a voter is unattached in epoch 0") {
  start();
  REQUIRE(role() == RoleKind::kUnattached);
  REQUIRE(raft().epoch() == Epoch{0});
}

TEST_CASE_METHOD(Replica, "a remembered epoch below the log's is replaced by the log's") {
  with_records(Epoch{4}, 2);
  remembered = {.epoch = Epoch{3}, .leader = {2}};
  start();
  REQUIRE(role() == RoleKind::kUnattached);
  REQUIRE(done().starts_with("remember epoch 4\n"));
}

TEST_CASE_METHOD(Replica, "a leader never leads on in the epoch that it led before") {
  remembered = {.epoch = Epoch{3}, .leader = {1}};
  start();
  REQUIRE(role() == RoleKind::kResigned);
  REQUIRE(raft().epoch() == Epoch{3});
  REQUIRE(
      sent() ==
      "2: EndQuorumEpoch epoch 3 leader 1 preferred []\n3: EndQuorumEpoch epoch 3 leader 1 preferred []\n");
}

TEST_CASE_METHOD(Replica, "a leader that comes back gives no vote in its old epoch") {
  remembered = {.epoch = Epoch{3}, .leader = {1}};
  start();
  VoteRequest vote{"klamm-test", std::nullopt, Epoch{3}, {{2}, {}}, {Epoch{2}, Offset{9}}};
  REQUIRE(describe(ask(vote)) == "vote epoch 3 leader 1: refused");
}

TEST_CASE_METHOD(Replica, "who has voted for itself is a candidate again") {
  remembered = {.epoch = Epoch{3}, .voted = {{1}, Uuid::of(7, 1)}};
  start();
  REQUIRE(role() == RoleKind::kCandidate);
  REQUIRE(sent() == "2: Vote epoch 3 end 0@0\n3: Vote epoch 3 end 0@0\n");
}

TEST_CASE_METHOD(Replica, "a vote for this node on another disk is not a vote for itself") {
  remembered = {.epoch = Epoch{3}, .voted = {{1}, Uuid::of(9, 9)}};
  start();
  REQUIRE(role() == RoleKind::kUnattached);
}

TEST_CASE_METHOD(Replica, "a remembered leader is followed") {
  remembered = {.epoch = Epoch{3}, .leader = {2}};
  start();
  REQUIRE(role() == RoleKind::kFollower);
  REQUIRE(sent() == "2: Fetch epoch 3 from 0@0 hw 0\n");
}

TEST_CASE_METHOD(Replica,
                 "a remembered leader that is no voter cannot be reached; no vote is given against it") {
  remembered = {.epoch = Epoch{3}, .leader = {8}};
  start();
  REQUIRE(role() == RoleKind::kUnattached);
  VoteRequest vote{"klamm-test", std::nullopt, Epoch{3}, {{2}, {}}, {Epoch{2}, Offset{9}}};
  REQUIRE(describe(ask(vote)) == "vote epoch 3 leader 8: refused");
  become_follower({8}, Epoch{3});
}

TEST_CASE_METHOD(Replica, "a remembered leader that is no voter is followed once somebody says where it is") {
  id = {4};
  remembered = {.epoch = Epoch{3}, .leader = {8}};
  start();
  REQUIRE(role() == RoleKind::kUnattached);
  answer({1},
         FetchResponse{.error = protocol::ErrorCode::kNotLeaderOrFollower, .leader = {8}, .epoch = Epoch{3}});
  REQUIRE(role() == RoleKind::kFollower);
  REQUIRE(sent(NodeId{8}) == "8: Fetch epoch 3 from 0@0 hw 0\n");
}

TEST_CASE_METHOD(Replica, "a remembered leader that answers itself is followed, and its records are taken") {
  id = {4};
  remembered = {.epoch = Epoch{3}, .leader = {8}};
  start();
  answer({1},
         FetchResponse{
             .leader = {8}, .epoch = Epoch{3}, .high_watermark = Offset{1}, .batches = {batch(0, Epoch{3})}});
  REQUIRE(role() == RoleKind::kFollower);
  REQUIRE(raft().high_watermark() == Offset{1});
}

TEST_CASE_METHOD(Replica, "a voter that is an epoch behind is not asked again at once") {
  remembered = {.epoch = Epoch{3}};
  start();
  sent();
  answer({2}, FetchResponse{.error = protocol::ErrorCode::kUnknownLeaderEpoch, .epoch = Epoch{2}});
  REQUIRE(sent(NodeId{2}) == "");
}

TEST_CASE_METHOD(Replica, "who led and is no voter any more looks for another leader") {
  id = {4};
  remembered = {.epoch = Epoch{3}, .leader = {4}};
  start();
  REQUIRE(role() == RoleKind::kUnattached);
  REQUIRE(raft().epoch() == Epoch{4});
  REQUIRE(sent() == "1: Fetch epoch 4 from 0@0 hw 0\n");
}

TEST_CASE_METHOD(Replica, "a voter that has lost its memory does not vote in an epoch that it led") {
  start();
  answer({2},
         FetchResponse{.error = protocol::ErrorCode::kFencedLeaderEpoch, .leader = {1}, .epoch = Epoch{5}});
  REQUIRE(role() == RoleKind::kUnattached);
  REQUIRE(raft().epoch() == Epoch{5});
  VoteRequest vote{"klamm-test", std::nullopt, Epoch{5}, {{2}, {}}, {Epoch{4}, Offset{9}}};
  REQUIRE(describe(ask(vote)) == "vote epoch 5 leader 1: refused");
  REQUIRE(done().find("leader 1\n") != std::string::npos);
  REQUIRE(done().find("announce epoch 5 leader") == std::string::npos);
}

TEST_CASE_METHOD(Replica, "what the log holds at start counts only when it is synced") {
  with_records(Epoch{2}, 5);
  remembered = {.epoch = Epoch{2}, .leader = {2}};
  syncs_at_once = false;
  start();
  REQUIRE(sent() == "");
  sync();
  REQUIRE(sent() == "2: Fetch epoch 2 from 5@2 hw 0\n");
}

TEST_CASE_METHOD(Replica, "everything below a snapshot is committed") {
  with_records(Epoch{2}, 5).with_snapshot().with_records(Epoch{2}, 2);
  remembered = {.epoch = Epoch{2}};
  start();
  REQUIRE(raft().high_watermark() == Offset{5});
}

TEST_CASE_METHOD(Replica, "a log without its beginning and without a snapshot is refused") {
  with_records(Epoch{2}, 5);
  log.move_start(Offset{3});
  auto verdict = Raft::may_start_from(log);
  REQUIRE_FALSE(verdict.ok());
  REQUIRE(verdict.error().message.starts_with("the metadata log begins at offset 3, and no snapshot"));
}

TEST_CASE_METHOD(Replica, "the only voter leads at once, whatever it remembers") {
  voters = Voters::of_ids({{1}});
  remembered = {.epoch = Epoch{3}, .leader = {1}};
  start();
  REQUIRE(role() == RoleKind::kLeader);
  REQUIRE(raft().epoch() == Epoch{4});
}
