// The rules by which votes are given: KIP-595, KIP-996, KIP-853.
#include "tests/testing.h"

#include "tests/raft/describe.h"
#include "tests/raft/replica.h"

using namespace klamm;
using namespace klamm::raft;
using protocol::ErrorCode;

namespace {

struct Voting : Replica {
  VoteRequest vote{.cluster_id = "klamm-test",
                   .epoch = Epoch{5},
                   .candidate = {{2}, Uuid::of(7, 2)},
                   .log_end = {Epoch{3}, Offset{10}}};

  VoteResponse asked(NodeId from = {2}) {
    vote.candidate = {from, Uuid::of(7, static_cast<uint64_t>(from.value))};
    return std::get<VoteResponse>(ask(vote, from));
  }
  bool grants(NodeId from = {2}) { return asked(from).granted; }
  bool grants_pre_vote(NodeId from = {2}) {
    vote.pre_vote = true;
    return grants(from);
  }
  ErrorCode refuses() { return asked().error; }
};

}  // namespace

TEST_CASE_METHOD(Voting, "a vote is on disk before it is answered") {
  start();
  done();
  REQUIRE(grants());
  REQUIRE(done() ==
          "remember epoch 5 vote 2\n-> 2 vote epoch 5: granted\n-> 2 Fetch epoch 5 from 0@0 hw 0\nannounce "
          "epoch 5\n");
}

TEST_CASE_METHOD(Voting, "a voter votes for one candidate in an epoch") {
  REQUIRE(grants({2}));
  REQUIRE_FALSE(grants({3}));
}

TEST_CASE_METHOD(Voting, "a vote that is asked for again is given again") {
  REQUIRE(grants({2}));
  REQUIRE(grants({2}));
}

TEST_CASE_METHOD(Voting, "a vote survives a restart") {
  REQUIRE(grants({2}));
  start();
  REQUIRE_FALSE(grants({3}));
  REQUIRE(grants({2}));
}

TEST_CASE_METHOD(Voting, "a vote is for a disk, not only for a node") {
  REQUIRE(grants());
  vote.candidate.directory_id = Uuid::of(8, 8);
  REQUIRE_FALSE(std::get<VoteResponse>(ask(vote)).granted);
}

TEST_CASE_METHOD(Voting, "a candidate whose last epoch is older gets no vote, however long its log") {
  with_records(Epoch{4}, 2);
  vote.log_end = {Epoch{3}, Offset{1000}};
  REQUIRE_FALSE(grants());
}

TEST_CASE_METHOD(Voting, "a candidate whose log is shorter in the same epoch gets no vote") {
  with_records(Epoch{3}, 11);
  REQUIRE_FALSE(grants());
}

TEST_CASE_METHOD(Voting, "a candidate whose log is as long as ours gets the vote") {
  with_records(Epoch{3}, 10);
  REQUIRE(grants());
}

TEST_CASE_METHOD(Voting, "a refused candidate's higher epoch is adopted all the same") {
  with_records(Epoch{4}, 2);
  REQUIRE_FALSE(grants());
  REQUIRE(raft().epoch() == Epoch{5});
}

TEST_CASE_METHOD(Voting, "an older epoch is fenced, and told the current leader and epoch") {
  become_follower({3}, Epoch{6});
  REQUIRE(describe(ask(vote)) == "vote FENCED_LEADER_EPOCH epoch 6 leader 3: refused");
}

TEST_CASE_METHOD(Voting, "no vote is given in an epoch whose leader is known") {
  become_follower({3}, Epoch{5});
  REQUIRE_FALSE(grants());
}

TEST_CASE_METHOD(Voting, "a prospective voter gives its vote and waits anew") {
  become_follower({3}, Epoch{4});
  at(2000);
  REQUIRE(role() == RoleKind::kProspective);
  REQUIRE(grants());
  REQUIRE(role() == RoleKind::kUnattached);
  REQUIRE(raft().next_deadline() == 3000);
}

TEST_CASE_METHOD(Voting, "a candidate gives its vote to nobody else") {
  become_candidate();
  vote.epoch = raft().epoch();
  vote.log_end = {Epoch{0}, Offset{10}};
  REQUIRE_FALSE(grants());
}

TEST_CASE_METHOD(Voting, "another cluster's vote request changes nothing") {
  vote.cluster_id = "another";
  REQUIRE(describe(ask(vote)) == "vote INCONSISTENT_CLUSTER_ID: refused");
  REQUIRE(raft().epoch() == Epoch{0});
}

TEST_CASE_METHOD(Voting, "a vote request without a cluster id is accepted") {
  vote.cluster_id.reset();
  REQUIRE(grants());
}

TEST_CASE_METHOD(Voting, "a vote request meant for another node or disk is refused") {
  vote.voter = ReplicaKey{{3}, {}};
  REQUIRE(refuses() == ErrorCode::kInvalidVoterKey);
  vote.voter = ReplicaKey{{1}, Uuid::of(9, 9)};
  REQUIRE(refuses() == ErrorCode::kInvalidVoterKey);
}

TEST_CASE_METHOD(Voting, "a vote request that names nobody is meant for whoever gets it") {
  vote.voter = ReplicaKey{{-1}, {}};
  REQUIRE(grants());
}

TEST_CASE_METHOD(Voting, "a candidate cannot have records of the epoch that it stands in") {
  vote.log_end.epoch = vote.epoch;
  REQUIRE(refuses() == ErrorCode::kInvalidRequest);
  REQUIRE(raft().epoch() == Epoch{0});
}

TEST_CASE_METHOD(Voting, "a pre-vote may come from the log's own epoch, but not from an older one") {
  vote.log_end.epoch = vote.epoch;
  REQUIRE(grants_pre_vote());
  vote.log_end.epoch = vote.epoch.next();
  REQUIRE(refuses() == ErrorCode::kInvalidRequest);
}

TEST_CASE_METHOD(Voting, "a negative end of log is refused") {
  vote.log_end.offset = Offset{-1};
  REQUIRE(refuses() == ErrorCode::kInvalidRequest);
}

TEST_CASE_METHOD(Voting, "candidates need not be in our voter set") { REQUIRE(grants({9})); }

TEST_CASE_METHOD(Voting, "a node does not vote for another process under its own id") {
  vote.candidate = {{1}, Uuid::of(8, 8)};
  REQUIRE_FALSE(std::get<VoteResponse>(ask(vote)).granted);
}

// --- pre-vote ---

TEST_CASE_METHOD(Voting, "a pre-vote leaves vote and memory alone") {
  vote.epoch = Epoch{0};
  vote.log_end = {Epoch{0}, Offset{0}};
  start();
  done();
  REQUIRE(grants_pre_vote());
  REQUIRE(done() == "-> 2 vote epoch 0: granted\n");
}

TEST_CASE_METHOD(Voting, "a pre-vote is granted beside the vote that another one got") {
  REQUIRE(grants({3}));
  REQUIRE(grants_pre_vote({2}));
}

TEST_CASE_METHOD(Voting, "a pre-vote of a higher epoch moves the epoch") {
  REQUIRE(grants_pre_vote());
  REQUIRE(raft().epoch() == Epoch{5});
}

TEST_CASE_METHOD(Voting, "a pre-vote needs a log that is up to date") {
  with_records(Epoch{3}, 11);
  REQUIRE_FALSE(grants_pre_vote());
}

TEST_CASE_METHOD(Voting, "a follower that has fetched from its leader stands by it") {
  become_follower({3}, Epoch{5});
  REQUIRE(grants_pre_vote());
  answer({3}, fetched({}, Offset{0}));
  REQUIRE_FALSE(grants_pre_vote());
}

TEST_CASE_METHOD(Voting, "a leader grants no pre-vote") {
  become_leader();
  vote.epoch = raft().epoch();
  vote.log_end = {Epoch{1}, Offset{10}};
  REQUIRE_FALSE(grants_pre_vote());
}

TEST_CASE_METHOD(Voting, "candidates and those who have resigned grant pre-votes") {
  vote.log_end = {Epoch{1}, Offset{10}};
  vote.epoch = Epoch{1};
  become_candidate();
  REQUIRE(grants_pre_vote());
  answer({3}, VoteResponse{.epoch = Epoch{1}, .granted = true});
  call([](Raft& raft, int64_t now) { raft.resign(Epoch{1}, now); });
  REQUIRE(role() == RoleKind::kResigned);
  REQUIRE(grants_pre_vote());
}
