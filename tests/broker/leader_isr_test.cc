// How the in-sync replicas change: who is proposed, what the controller's answers do, and later images.
#include "tests/testing.h"

#include "broker/metadata/topics_image.h"
#include "tests/broker/leader_fixture.h"

using namespace klamm;
using namespace klamm::broker;
using namespace klamm::broker::testing;

namespace {

// The leader is alone in sync, and all is committed.
struct Alone : Leading {
  Alone() {
    partition_on({1, 2, 3}, {1});
    lead();
    append_to(10);
  }
};

// All three are in sync at 10, and 3 stops there.
struct ThreeLags : Leading {
  ThreeLags() {
    partition_on({1, 2, 3}, {1, 2, 3});
    lead();
    append_to(10);
    fetch(2, 10);
    fetch(3, 10);
    append_to(20);
    now_ms += kLagMs;
    fetch(2, 20);
  }
};

}  // namespace

// ---- who joins ----

TEST_CASE_METHOD(Alone, "who has all that is committed is proposed, with the epochs of the brokers") {
  REQUIRE(fetch(2, 9) == "");
  REQUIRE(fetch(2, 10) == "propose 1,2:102");
  REQUIRE(proposed->leader_epoch == Epoch{0});
  REQUIRE(proposed->partition_epoch == Epoch{0});
  REQUIRE(proposed->recovery == LeaderRecoveryState::kRecovered);
}

TEST_CASE_METHOD(Leading, "who lacks something from before the leader's epoch does not join") {
  partition_on({1, 2, 3}, {1, 3});
  lead(10, 4);
  REQUIRE(fetch(2, 9) == "");
  REQUIRE(fetch(2, 10) == "propose 1,3,2:102");
}

TEST_CASE_METHOD(Alone, "who has joined is not proposed again") {
  fetch(2, 10);
  accept({{1}, {2}});
  REQUIRE(fetch(2, 10) == "");
}

TEST_CASE_METHOD(Alone, "one proposal at a time") {
  fetch(2, 10);
  REQUIRE(fetch(3, 10) == "");
  REQUIRE(fetch(2, 10) == "");
  accept({{1}, {2}});
  REQUIRE(fetch(3, 10) == "propose 1,2:102,3:103");
}

TEST_CASE_METHOD(Alone, "a fenced replica does not join (KAFKA-13916)") {
  fence(2);
  REQUIRE(fetch(2, 10) == "");
}

TEST_CASE_METHOD(Alone, "a replica that shuts down does not join (KAFKA-14140)") {
  shut_down(2);
  REQUIRE(fetch(2, 10) == "");
}

TEST_CASE_METHOD(Alone, "a replica in an epoch that the metadata does not know yet does not join") {
  auto restarted = fetch_of(2, 10);
  restarted.broker_epoch = 202;
  REQUIRE(fetch(restarted) == "");
  register_in(2, 202);
  REQUIRE(fetch(restarted) == "propose 1,2:202");
}

TEST_CASE_METHOD(Alone, "who joins holds the high watermark from its proposal on") {
  fetch(2, 10);
  REQUIRE(append_to(20) == "");
  REQUIRE(wait(kLagMs + 1) == "");
  REQUIRE(fetch(2, 15) == "hw 15");
}

// ---- who leaves ----

TEST_CASE_METHOD(ThreeLags, "who was not caught up for longer than replica.lag.time.max.ms shall leave") {
  REQUIRE(wait(0) == "");
  REQUIRE(wait(1) == "propose 1,2:102");
}

TEST_CASE_METHOD(ThreeLags, "who leaves holds the high watermark until it has left") {
  wait(1);
  REQUIRE(append_to(30) == "");
  REQUIRE(high_watermark() == 10);
  REQUIRE(accept({{1}, {2}}) == "hw 20, shrunk");
  REQUIRE(isr() == "1,2");
}

TEST_CASE_METHOD(ThreeLags, "who has all of the log stays, however long it has been silent") {
  fetch(3, 20);
  REQUIRE(wait(10 * kLagMs) == "");
}

TEST_CASE_METHOD(Leading, "who is in sync when a term begins has the lag time to fetch") {
  partition_on({1, 2}, {1, 2});
  lead(10);
  REQUIRE(wait(kLagMs) == "");
  REQUIRE(wait(1) == "propose 1");
}

TEST_CASE_METHOD(ThreeLags, "several leave with one proposal, and the leader never does") {
  append_to(30);
  REQUIRE(wait(kLagMs + 1) == "propose 1");
  REQUIRE(wait(1) == "");
}

TEST_CASE_METHOD(ThreeLags, "nobody leaves while a proposal is pending") {
  wait(1);
  append_to(30);
  REQUIRE(wait(kLagMs + 1) == "");
}

// ---- answers ----

TEST_CASE_METHOD(Alone, "a proposal is accepted as the controller says, in the epoch that it says") {
  fetch(2, 10);
  REQUIRE(accept({{1}}, 4) == "expanded");
  REQUIRE(isr() == "1");
  REQUIRE(leader->partition_epoch() == Epoch{4});
  REQUIRE_FALSE(leader->has_pending());
}

TEST_CASE_METHOD(Alone, "an accepted proposal that changed nothing is committed, too") {
  fetch(2, 10);
  REQUIRE(accept({{1}, {2}}, 0) == "expanded");
  REQUIRE_FALSE(leader->has_pending());
}

TEST_CASE_METHOD(Alone, "an answer of another leader epoch leaves the proposal to the metadata") {
  fetch(2, 10);
  REQUIRE(accept({{1}, {2}}, 1, 1) == "failed");
  REQUIRE(isr() == "1");
  REQUIRE(leader->has_pending());
}

TEST_CASE_METHOD(Alone, "an answer of an older partition epoch leaves the proposal to the metadata") {
  change_isr({1});
  fetch(2, 10);
  REQUIRE(accept({{1}, {2}}, 0) == "failed");
  REQUIRE(leader->partition_epoch() == Epoch{1});
  REQUIRE(leader->has_pending());
}

TEST_CASE_METHOD(Alone, "a proposal that was not done is given up, and the next fetch makes another") {
  for (ErrorCode code : {ErrorCode::kIneligibleReplica, ErrorCode::kOperationNotAttempted}) {
    REQUIRE(fetch(2, 10) == "propose 1,2:102");
    REQUIRE(refuse(code) == "failed");
    REQUIRE_FALSE(leader->has_pending());
  }
}

TEST_CASE_METHOD(Alone, "who is not taken in holds the high watermark no longer") {
  fetch(2, 10);
  fence(2);
  REQUIRE(append_to(20) == "");
  REQUIRE(refuse(ErrorCode::kIneligibleReplica) == "hw 20, failed");
}

TEST_CASE_METHOD(Alone, "errors after which the metadata will say more leave the proposal pending") {
  fetch(2, 10);
  for (ErrorCode code :
       {ErrorCode::kUnknownTopicOrPartition, ErrorCode::kUnknownTopicId, ErrorCode::kFencedLeaderEpoch,
        ErrorCode::kInvalidUpdateVersion, ErrorCode::kInvalidRequest, ErrorCode::kNewLeaderElected}) {
    INFO(name_of(code));
    REQUIRE(refuse(code) == "failed");
    REQUIRE(leader->has_pending());
  }
  fence(2);
  REQUIRE(append_to(20) == "");  // 2 may be in sync all the same
}

TEST_CASE_METHOD(Alone, "after any other error the same proposal is made again") {
  fetch(2, 10);
  const IsrProposal first = *proposed;
  for (ErrorCode code : {ErrorCode::kUnknownServerError, ErrorCode::kNotLeaderOrFollower,
                         ErrorCode::kRequestTimedOut, static_cast<ErrorCode>(999)}) {
    REQUIRE(refuse(code) == "failed, propose 1,2:102");
    REQUIRE(*proposed == first);
  }
}

TEST_CASE_METHOD(Alone, "an answer to a proposal that is no longer pending does nothing") {
  fetch(2, 10);
  change_isr({1});
  fetch(2, 10);
  IsrProposal old = *proposed;
  old.number -= 1;
  const CommittedIsr committed{Epoch{0}, Epoch{5}, {{1}, {2}}};
  leader->on_answer(old, committed, now_ms);
  REQUIRE(isr() == "1");
  REQUIRE(leader->has_pending());
}

TEST_CASE_METHOD(Alone, "an answer to a proposal of another term does nothing") {
  fetch(2, 10);
  IsrProposal old = *proposed;
  old.leader_epoch = Epoch{-1};
  leader->on_answer(old, Error{ErrorCode::kIneligibleReplica}, now_ms);
  REQUIRE(leader->has_pending());
}

// ---- later images ----

TEST_CASE_METHOD(Alone, "a newer image says who is in sync, and ends a proposal") {
  fetch(2, 10);
  change_isr({1, 2});
  REQUIRE(isr() == "1,2");
  REQUIRE(leader->partition_epoch() == Epoch{1});
  REQUIRE_FALSE(leader->has_pending());
}

TEST_CASE_METHOD(Alone, "an image that is older than the controller's answer changes nothing") {
  const PartitionImage old = partition();
  fetch(2, 10);
  accept({{1}, {2}});
  leader->assign(old, image.brokers(), now_ms);
  REQUIRE(isr() == "1,2");
  REQUIRE(append_to(20) == "");
}

TEST_CASE_METHOD(Alone, "an image that repeats the controller's answer leaves the next proposal pending") {
  fetch(2, 10);
  accept({{1}, {2}});
  REQUIRE(fetch(3, 10) == "propose 1,2:102,3:103");
  change_isr({1, 2});
  REQUIRE(leader->partition_epoch() == Epoch{1});
  REQUIRE(leader->has_pending());
  fetch(2, 10);
  append_to(20);
  fence(3);
  REQUIRE(fetch(2, 20) == "");  // 3 may be in sync
}

TEST_CASE_METHOD(Alone, "a proposal of who is no replica any more is given up") {
  fetch(2, 10);
  accept({{1}, {2}});
  fetch(3, 10);
  auto record = partition_change(1, 0);
  record.isr = {1, 2};
  record.replicas = {1, 2};
  record.directories = std::vector<Uuid>{id(901), id(902)};
  change(record);
  REQUIRE(leader->partition_epoch() == Epoch{1});
  REQUIRE_FALSE(leader->has_pending());
}

TEST_CASE_METHOD(Leading, "replicas that stay keep their ends when others come and go") {
  partition_on({1, 2}, {1, 2});
  lead();
  append_to(10);
  fetch(2, 4);
  auto record = partition_change(1, 0);
  record.replicas = {1, 2, 3};
  record.adding_replicas = {3};
  record.directories = std::vector<Uuid>{id(901), id(902), id(903)};
  change(record);
  REQUIRE(leader->lag(NodeId{2}) == 6);
  REQUIRE(leader->lag(NodeId{3}) == std::nullopt);
  REQUIRE(fetch(3, 10) == "propose 1,2:102,3:103");
}

TEST_CASE_METHOD(ThreeLags, "the high watermark moves when the controller takes out who held it") {
  now_ms += 1;
  REQUIRE(change_isr({1, 2}) == "hw 20");
}

TEST_CASE_METHOD(Alone, "in a new term nobody's end is known, also when the leader stays") {
  fetch(2, 10);
  accept({{1}, {2}});
  change_isr({1, 2});
  apply(leader_change(1, 0, 1));
  lead(20, 10);
  REQUIRE(leader->leader_epoch() == Epoch{1});
  REQUIRE(leader->lag(NodeId{2}) == std::nullopt);
  REQUIRE(high_watermark() == 10);
}

TEST_CASE_METHOD(Leading,
                 "nobody waits for a replica that is lost, and it does not join before it is here again") {
  partition_on({1, 2}, {1, 2});
  lead();
  fetch(2, 0);
  append_to(10);
  auto lost = partition_change(1, 0);
  lost.isr = {1};
  lost.directories = {id(901), kLostDirectory};
  REQUIRE(change(lost) == "hw 10");
  REQUIRE(fetch(2, 10) == "");
  auto here = partition_change(1, 0);
  here.directories = {id(901), id(902)};
  REQUIRE(change(here) == "");
  REQUIRE(fetch(2, 10) == "propose 1,2:102");
}

TEST_CASE_METHOD(
    Leading, "a replica that comes back from where it was lost holds nothing back until it has caught up") {
  partition_on({1, 2}, {1, 2});
  lead();
  append_to(10);
  REQUIRE(fetch(2, 10) == "hw 10");
  auto lost = partition_change(1, 0);
  lost.isr = {1};
  lost.directories = {id(901), kLostDirectory};
  change(lost);
  auto here = partition_change(1, 0);
  here.directories = {id(901), id(902)};
  change(here);
  fetch(2, 3);
  REQUIRE(append_to(20) == "hw 20");
}
