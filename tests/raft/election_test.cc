// How a replica comes to lead, and how it learns who does.
#include "tests/testing.h"

#include "tests/raft/describe.h"
#include "tests/raft/replica.h"

using namespace klamm;
using namespace klamm::raft;
using protocol::ErrorCode;

namespace {

VoteResponse granted(Epoch epoch) { return {.epoch = epoch, .granted = true}; }
VoteResponse refused(Epoch epoch) { return {.epoch = epoch, .granted = false}; }

}  // namespace

TEST_CASE_METHOD(Replica, "a voter that hears of no leader asks first whether it would win") {
  start();
  sent();
  at(1000);
  REQUIRE(sent() == "2: PreVote epoch 0 end 0@0\n3: PreVote epoch 0 end 0@0\n");
  REQUIRE(raft().epoch() == Epoch{0});
}

TEST_CASE_METHOD(Replica,
                 "with a majority of pre-votes it stands, in a new epoch and with its own vote on disk") {
  become_prospective();
  done();
  answer({2}, granted(Epoch{0}));
  REQUIRE(done() ==
          "remember epoch 1 vote 1\n"
          "-> 2 Vote epoch 1 end 0@0\n"
          "-> 3 Vote epoch 1 end 0@0\n"
          "announce epoch 1\n");
}

TEST_CASE_METHOD(Replica, "with a majority of votes it leads, and its first record says so") {
  become_candidate();
  done();
  answer({3}, granted(Epoch{1}));
  REQUIRE(done() ==
          "remember epoch 1 leader 1\n"
          "append 0@1 LEADER_CHANGE\n"
          "sync to 1\n"
          "-> 2 BeginQuorumEpoch epoch 1 leader 1\n"
          "-> 3 BeginQuorumEpoch epoch 1 leader 1\n");
}

TEST_CASE_METHOD(Replica, "a voter's answer counts once") {
  config.request_timeout_ms = 10;
  voters = Voters::of_ids({{1}, {2}, {3}, {4}, {5}});
  become_prospective();
  answer({2}, granted(Epoch{0}));
  at(1010);
  REQUIRE_FALSE(answer({9}, granted(Epoch{0})));
  answer({2}, granted(Epoch{0}));
  REQUIRE(role() == RoleKind::kProspective);
}

TEST_CASE_METHOD(Replica, "a pre-vote that is lost ends at once, and the epoch stays") {
  become_prospective();
  answer({2}, refused(Epoch{0}));
  REQUIRE(role() == RoleKind::kProspective);
  answer({3}, refused(Epoch{0}));
  REQUIRE(role() == RoleKind::kUnattached);
  REQUIRE(raft().epoch() == Epoch{0});
}

TEST_CASE_METHOD(Replica, "who loses a pre-vote goes back to the leader that it knows") {
  become_follower({3}, Epoch{2});
  at(2000);
  REQUIRE(role() == RoleKind::kProspective);
  answer({2}, refused(Epoch{2}));
  answer({3}, refused(Epoch{2}));
  REQUIRE(role() == RoleKind::kFollower);
  REQUIRE(raft().leader() == NodeId{3});
}

TEST_CASE_METHOD(Replica, "a candidate that has lost waits for its timeout before it asks again") {
  become_candidate();
  int64_t deadline = now() + 1000;
  answer({2}, refused(Epoch{1}));
  answer({3}, refused(Epoch{1}));
  at(deadline - 1);
  REQUIRE(role() == RoleKind::kCandidate);
  at(deadline);
  REQUIRE(role() == RoleKind::kProspective);
  REQUIRE(raft().epoch() == Epoch{1});
}

TEST_CASE_METHOD(Replica, "a voter that knows no pre-vote is taken as a reason to do without") {
  become_prospective();
  answer({2}, VoteResponse{.error = ErrorCode::kUnsupportedVersion});
  REQUIRE(role() == RoleKind::kCandidate);
  REQUIRE(raft().epoch() == Epoch{1});
}

TEST_CASE_METHOD(Replica, "a candidate that hears of a higher epoch gives up") {
  become_candidate();
  answer({2}, VoteResponse{.error = ErrorCode::kFencedLeaderEpoch, .epoch = Epoch{7}});
  REQUIRE(role() == RoleKind::kUnattached);
  REQUIRE(raft().epoch() == Epoch{7});
}

TEST_CASE_METHOD(Replica, "whoever hears of a higher epoch and its leader follows") {
  become_candidate();
  answer({2}, VoteResponse{.error = ErrorCode::kFencedLeaderEpoch, .leader = {3}, .epoch = Epoch{7}});
  REQUIRE(role() == RoleKind::kFollower);
  REQUIRE(raft().leader() == NodeId{3});
}

TEST_CASE_METHOD(Replica, "an answer to a request that is no longer waited for changes nothing") {
  become_candidate();
  become_follower({3}, Epoch{2});
  answer({2}, granted(Epoch{2}));
  REQUIRE(role() == RoleKind::kFollower);
}

TEST_CASE_METHOD(Replica, "the only voter leads at once, without a word to anyone") {
  voters = Voters::of_ids({{1}});
  start();
  REQUIRE(done() ==
          "remember epoch 1 leader 1\n"
          "append 0@1 LEADER_CHANGE\n"
          "sync to 1\n"
          "announce epoch 1\n"
          "commit to 1\n"
          "announce epoch 1 leader 1\n");
}

TEST_CASE_METHOD(Replica, "the only voter stays leader, however long nobody fetches") {
  voters = Voters::of_ids({{1}});
  at(1'000'000);
  REQUIRE(role() == RoleKind::kLeader);
  REQUIRE(raft().epoch() == Epoch{1});
  REQUIRE(raft().next_deadline() == INT64_MAX);
}

TEST_CASE_METHOD(Replica, "who is no voter never stands") {
  id = {4};
  at(1'000'000);
  REQUIRE(role() == RoleKind::kUnattached);
  become_follower({3}, Epoch{2});
  at(2'000'000);
  REQUIRE(role() == RoleKind::kFollower);
}

TEST_CASE_METHOD(Replica, "a node whose disk was replaced is no voter") {
  voters = Voters({{.key = {{1}, Uuid::of(9, 9)}}, {.key = {{2}, Uuid::of(7, 2)}}});
  at(1'000'000);
  REQUIRE(role() == RoleKind::kUnattached);
}

// --- beginnings and ends of epochs ---

TEST_CASE_METHOD(Replica, "BeginQuorumEpoch of the current or a higher epoch makes a follower") {
  auto begin = [&](int32_t epoch, int32_t leader) {
    return describe(ask(BeginQuorumEpochRequest{"klamm-test", std::nullopt, {leader}, {epoch}}));
  };
  REQUIRE(begin(3, 2) == "begun epoch 3 leader 2");
  REQUIRE(role() == RoleKind::kFollower);
  REQUIRE(begin(2, 3) == "begun FENCED_LEADER_EPOCH epoch 3 leader 2");
  REQUIRE(begin(3, 3) == "begun INVALID_REQUEST epoch 3 leader 2");
  REQUIRE(begin(4, -1) == "begun INVALID_REQUEST epoch 3 leader 2");
  REQUIRE(begin(3, 2) == "begun epoch 3 leader 2");
}

TEST_CASE_METHOD(Replica, "BeginQuorumEpoch of another cluster is refused") {
  BeginQuorumEpochRequest begin{"another", std::nullopt, {2}, Epoch{3}};
  REQUIRE(describe(ask(begin)) == "begun INCONSISTENT_CLUSTER_ID");
  REQUIRE(raft().epoch() == Epoch{0});
}

TEST_CASE_METHOD(Replica, "BeginQuorumEpoch to another disk is refused, but believed") {
  BeginQuorumEpochRequest begin{"klamm-test", ReplicaKey{{1}, Uuid::of(9, 9)}, {2}, Epoch{3}};
  REQUIRE(describe(ask(begin)) == "begun INVALID_VOTER_KEY epoch 3 leader 2");
}

TEST_CASE_METHOD(Replica, "the most caught-up voter stands as soon as the leader resigns") {
  become_follower({3}, Epoch{2});
  ask(EndQuorumEpochRequest{"klamm-test", {3}, Epoch{2}, {{{1}, {}}, {{2}, {}}}}, {3});
  REQUIRE(role() == RoleKind::kProspective);
}

TEST_CASE_METHOD(Replica, "the others wait longer, each twice as long as the one before") {
  become_follower({4}, Epoch{2});
  auto wait_at_position = [&](int position) {
    std::vector<ReplicaKey> preferred;
    for (int i = 0; i < 4; ++i) preferred.push_back({{i == position ? 1 : 10 + i}, {}});
    ask(EndQuorumEpochRequest{"klamm-test", {4}, Epoch{2}, preferred}, {4});
    return raft().next_deadline() - now();
  };
  REQUIRE(wait_at_position(3) == 500);
  REQUIRE(wait_at_position(2) == 250);
  REQUIRE(wait_at_position(1) == 125);
}

TEST_CASE_METHOD(Replica, "who is not in the list waits the longest backoff") {
  become_follower({3}, Epoch{2});
  ask(EndQuorumEpochRequest{"klamm-test", {3}, Epoch{2}, {{{2}, {}}}}, {3});
  REQUIRE(raft().next_deadline() - now() == 1000);
}

TEST_CASE_METHOD(Replica, "a leader that resigns tells the others who should follow it") {
  become_leader();
  answer({3}, BeginQuorumEpochResponse{.leader = {1}, .epoch = Epoch{1}});
  answer({2}, BeginQuorumEpochResponse{.leader = {1}, .epoch = Epoch{1}});
  send(fetch_of({3}, Offset{1}, Epoch{1}), {3}, 1);
  send(fetch_of({3}, Offset{1}, Epoch{1}), {3}, 2);
  sent();
  call([](Raft& raft, int64_t now) { raft.resign(Epoch{1}, now); });
  REQUIRE(sent() ==
          "3: fetched NOT_LEADER_OR_FOLLOWER epoch 1 leader 1\n"
          "3: EndQuorumEpoch epoch 1 leader 1 preferred [3,2]\n"
          "2: EndQuorumEpoch epoch 1 leader 1 preferred [3,2]\n");
}

TEST_CASE_METHOD(Replica, "a resignation that was acknowledged is not sent again") {
  become_leader();
  call([](Raft& raft, int64_t now) { raft.resign(Epoch{1}, now); });
  answer({2}, EndQuorumEpochResponse{.leader = {1}, .epoch = Epoch{1}});
  sent();
  call([](Raft& raft, int64_t now) { raft.disconnected({3}, now); });
  at(now() + 20);
  REQUIRE(sent() == "3: EndQuorumEpoch epoch 1 leader 1 preferred [2,3]\n");
}

TEST_CASE_METHOD(Replica, "after an election timeout who has resigned begins anew in the next epoch") {
  become_leader();
  call([](Raft& raft, int64_t now) { raft.resign(Epoch{1}, now); });
  at(now() + 1000);
  REQUIRE(raft().epoch() == Epoch{2});
  REQUIRE(raft().leader() == kNoNode);
}

TEST_CASE_METHOD(Replica, "a resignation of an epoch that is over means nothing") {
  become_leader();
  call([](Raft& raft, int64_t now) { raft.resign(Epoch{0}, now); });
  REQUIRE(role() == RoleKind::kLeader);
}

TEST_CASE_METHOD(Replica, "a resigned leader is not announced as leader") {
  become_leader();
  send(fetch_of({3}, Offset{1}, Epoch{1}), {3}, 1);
  REQUIRE(done().find("announce epoch 1 leader 1") != std::string::npos);
  call([](Raft& raft, int64_t now) { raft.resign(Epoch{1}, now); });
  REQUIRE(done().find("announce epoch 1\n") != std::string::npos);
}

TEST_CASE_METHOD(Replica, "a leader that is shut down hands over, and is done when another one leads") {
  become_leader();
  call([](Raft& raft, int64_t now) { raft.begin_shutdown(now); });
  REQUIRE(role() == RoleKind::kResigned);
  REQUIRE_FALSE(raft().shutdown_done());
  at(now() + 100'000);
  REQUIRE(role() == RoleKind::kResigned);
  become_follower({2}, Epoch{2});
  REQUIRE(raft().shutdown_done());
}

TEST_CASE_METHOD(Replica, "a follower that is shut down is done at once, and stands for nothing any more") {
  become_follower({2}, Epoch{2});
  call([](Raft& raft, int64_t now) { raft.begin_shutdown(now); });
  REQUIRE(raft().shutdown_done());
  at(now() + 100'000);
  REQUIRE(role() == RoleKind::kFollower);
}

// --- a leader's process dies ---

TEST_CASE_METHOD(Replica, "a follower whose leader hangs up looks for another one within a second") {
  become_follower({3}, Epoch{2});
  answer({3}, fetched({}, Offset{0}));
  disconnected({3});
  at(now() + 250);
  REQUIRE(role() == RoleKind::kProspective);
}

TEST_CASE_METHOD(Replica, "a leader that hangs up and answers again is followed on") {
  become_follower({3}, Epoch{2});
  disconnected({3});
  at(now() + 20);
  answer({3}, fetched({}, Offset{0}));
  at(now() + 1000);
  REQUIRE(role() == RoleKind::kFollower);
}

TEST_CASE_METHOD(Replica, "another voter that hangs up is no reason to doubt the leader") {
  become_follower({3}, Epoch{2});
  disconnected({2});
  at(now() + 1000);
  REQUIRE(role() == RoleKind::kFollower);
}

TEST_CASE_METHOD(Replica, "an election timeout of nothing is a short one") {
  config.election_timeout_ms = 0;
  config.first_election_timeout_ms = 0;
  start();
  at(1);
  REQUIRE(role() == RoleKind::kProspective);
  REQUIRE(sent(NodeId{3}) == "3: PreVote epoch 0 end 0@0\n");
}
