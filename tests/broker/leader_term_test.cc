// The high watermark, what fetches say of their followers, and what is asked of a leader. The ISR's changes
// are in leader_isr_test.
#include "tests/testing.h"

#include "tests/broker/leader_fixture.h"

using namespace klamm;
using namespace klamm::broker;
using namespace klamm::broker::testing;

namespace {

// Of three replicas all are in sync.
struct ThreeInSync : Leading {
  ThreeInSync() {
    partition_on({1, 2, 3}, {1, 2, 3});
    lead();
  }
  // The follower's own log starts there.
  std::string fetch_from(int32_t replica, int64_t log_start) {
    auto fetched = fetch_of(replica, 0);
    fetched.log_start = Offset{log_start};
    return fetch(fetched);
  }
};

// The leader is alone in sync, at 10; 3 is on its way into the ISR, so that 2, which has all too, is not
// proposed.
struct TwoIsCaughtUp : Leading {
  TwoIsCaughtUp() {
    partition_on({1, 2, 3}, {1});
    lead();
    append_to(10);
    REQUIRE(fetch(3, 10) == "propose 1,3:103");
    REQUIRE(fetch(2, 10) == "");
    append_to(20);
    fetch(3, 20);
  }
};

}  // namespace

// ---- the high watermark ----

TEST_CASE_METHOD(ThreeInSync, "the high watermark is what all have that are in sync") {
  append_to(10);
  REQUIRE(fetch(2, 10) == "");
  REQUIRE(fetch(3, 8) == "hw 8");
  REQUIRE(fetch(3, 10) == "hw 10");
}

TEST_CASE_METHOD(Leading, "a leader alone in sync has committed what it appends") {
  partition_on({1, 2}, {1});
  lead();
  REQUIRE(append_to(10) == "hw 10");
}

TEST_CASE_METHOD(Leading, "a term may begin with a higher mark than the one that the leader knew") {
  partition_on({1, 2}, {1});
  lead(10, 4);
  REQUIRE(high_watermark() == 10);
}

TEST_CASE_METHOD(Leading, "who is in sync and has not fetched in this term holds the high watermark") {
  partition_on({1, 2}, {1, 2});
  lead(10, 4);
  REQUIRE(append_to(20) == "");
  REQUIRE(high_watermark() == 4);
}

TEST_CASE_METHOD(ThreeInSync, "the high watermark does not go back with a follower that does") {
  append_to(10);
  fetch(2, 10);
  fetch(3, 8);
  REQUIRE(fetch(3, 3) == "");
  REQUIRE(high_watermark() == 8);
  REQUIRE(leader->lag(NodeId{3}) == 7);
}

TEST_CASE_METHOD(ThreeInSync, "the high watermark is where the slowest has read, segment and byte") {
  append_to(10);
  fetch(2, 10);
  fetch(3, 8);
  REQUIRE(leader->high_watermark() == at(8));
}

TEST_CASE_METHOD(Leading, "a mark at the end of a segment comes to lie at the start of the next") {
  partition_on({1}, {1});
  lead();
  append_to(10);
  REQUIRE_FALSE(leader->on_end(at(10, 10), now_ms).high_watermark);
  REQUIRE(leader->high_watermark() == at(10, 10));
}

TEST_CASE_METHOD(Leading, "a mark whose place was not known is found where the log ends") {
  partition_on({1}, {1});
  leader.emplace(LeaderStart{.self = NodeId{1}, .end = at(10), .high_watermark = {Offset{10}}}, partition(),
                 image.brokers());
  REQUIRE(leader->high_watermark() == at(10));
}

TEST_CASE_METHOD(TwoIsCaughtUp, "the high watermark waits for who was caught up lately and may join") {
  REQUIRE(high_watermark() == 10);
  REQUIRE(fetch(2, 15) == "hw 15");
  now_ms += kLagMs;
  REQUIRE(append_to(21) == "");
}

TEST_CASE_METHOD(TwoIsCaughtUp, "the high watermark waits no longer than replica.lag.time.max.ms") {
  REQUIRE(wait(kLagMs) == "");
  REQUIRE(wait(1) == "hw 20");
}

TEST_CASE_METHOD(TwoIsCaughtUp, "the high watermark does not wait for a fenced replica to join") {
  REQUIRE(fence(2) == "hw 20");
}

TEST_CASE_METHOD(TwoIsCaughtUp, "the high watermark does not wait for a replica that shuts down to join") {
  REQUIRE(shut_down(2) == "hw 20");
}

TEST_CASE_METHOD(TwoIsCaughtUp, "the high watermark does not wait for a replica that has restarted to join") {
  REQUIRE(register_in(2, 202) == "hw 20");
}

TEST_CASE_METHOD(TwoIsCaughtUp, "the high watermark waits for who is about to join, fenced or not") {
  append_to(30);
  fetch(2, 30);
  REQUIRE(high_watermark() == 20);
  REQUIRE(fence(3) == "");
  REQUIRE(wait(kLagMs + 1) == "");
}

TEST_CASE_METHOD(Leading, "the high watermark stands still below min.insync.replicas (KAFKA-15583)") {
  partition_on({1, 2, 3}, {1});
  lead(10, 4, 2);
  REQUIRE(append_to(20) == "");
  fetch(2, 20);
  REQUIRE(high_watermark() == 4);  // 2 has been proposed, and is not in sync yet
  REQUIRE(accept({{1}, {2}}) == "hw 20, expanded");
}

TEST_CASE_METHOD(Leading, "a minimum above the number of replicas is that number") {
  partition_on({1, 2}, {1, 2});
  lead(0, 0, 5);
  append_to(10);
  REQUIRE(fetch(2, 10) == "hw 10");
}

TEST_CASE_METHOD(Leading, "the high watermark moves when min.insync.replicas is lowered") {
  partition_on({1, 2}, {1});
  lead(10, 4, 2);
  REQUIRE(leader->set_isr_min(1, now_ms).high_watermark);
  REQUIRE(high_watermark() == 10);
}

// ---- fetches ----

TEST_CASE_METHOD(ThreeInSync, "a fetch of no replica is UNKNOWN_LEADER_EPOCH (75), or 6 without an epoch") {
  auto stranger = fetch_of(4, 0);
  REQUIRE(fetch(stranger) == "75");
  stranger.names_leader_epoch = false;
  REQUIRE(fetch(stranger) == "6");
  REQUIRE(leader->check_replica(NodeId{4}, true) == ErrorCode::kUnknownLeaderEpoch);
  REQUIRE(leader->check_replica(NodeId{3}, false) == ErrorCode::kNone);
}

TEST_CASE_METHOD(ThreeInSync, "a fetch of the leader's own id is of no replica") {
  REQUIRE(fetch(1, 0) == "75");
}

TEST_CASE_METHOD(ThreeInSync, "a fetch that was read in another term counts for nothing (6)") {
  append_to(10);
  fetch(2, 10);
  auto late = fetch_of(3, 10);
  late.leader_epoch = Epoch{-1};
  REQUIRE(fetch(late) == "6");
  REQUIRE(leader->lag(NodeId{3}) == std::nullopt);
}

TEST_CASE_METHOD(ThreeInSync, "a fetch of an earlier life of its broker counts for nothing (6; KIP-903)") {
  append_to(10);
  fetch(2, 10);
  auto late = fetch_of(3, 10);
  register_in(3, 203);
  REQUIRE(fetch(late) == "6");
  REQUIRE(high_watermark() == 0);
  late.broker_epoch = 203;
  REQUIRE(fetch(late) == "hw 10");
}

TEST_CASE_METHOD(ThreeInSync, "a fetch of a later life than the metadata knows ends the earlier one") {
  append_to(10);
  fetch(2, 10);
  auto later = fetch_of(3, 4);
  later.broker_epoch = 203;
  REQUIRE(fetch(later) == "hw 4");
  REQUIRE(fetch(3, 10) == "6");
}

TEST_CASE_METHOD(ThreeInSync, "a fetch that claims no epoch is not compared") {
  append_to(10);
  fetch(2, 10);
  register_in(3, 203);
  auto old_version = fetch_of(3, 10);
  old_version.broker_epoch = -1;
  REQUIRE(fetch(old_version) == "hw 10");
}

TEST_CASE_METHOD(ThreeInSync, "a fetch above the leader's end is OFFSET_OUT_OF_RANGE (1)") {
  append_to(10);
  REQUIRE(fetch(2, 11) == "1");
  REQUIRE(leader->find(NodeId{2})->progress.end() == kNoOffset);
}

// ---- acks=all ----

TEST_CASE_METHOD(ThreeInSync, "an append with acks=all needs enough in sync: else NOT_ENOUGH_REPLICAS (19)") {
  leader->set_isr_min(2, now_ms);
  change_isr({1, 2});
  REQUIRE(leader->check_append() == ErrorCode::kNone);
  change_isr({1});
  REQUIRE(leader->check_append() == ErrorCode::kNotEnoughReplicas);
}

TEST_CASE_METHOD(ThreeInSync, "an append is acknowledged when the high watermark has reached its end") {
  append_to(10);
  fetch(2, 10);
  fetch(3, 9);
  REQUIRE(leader->acknowledgement(Offset{10}) == std::nullopt);
  fetch(3, 10);
  REQUIRE(leader->acknowledgement(Offset{10}) == ErrorCode::kNone);
}

TEST_CASE_METHOD(ThreeInSync,
                 "committed with too few in sync by now is NOT_ENOUGH_REPLICAS_AFTER_APPEND (20)") {
  leader->set_isr_min(2, now_ms);
  append_to(10);
  fetch(2, 10);
  fetch(3, 10);
  change_isr({1});
  REQUIRE(leader->acknowledgement(Offset{10}) == ErrorCode::kNotEnoughReplicasAfterAppend);
  REQUIRE(leader->acknowledgement(Offset{11}) == std::nullopt);
}

TEST_CASE_METHOD(ThreeInSync, "who is about to join counts for what is committed, not for what is appended") {
  leader->set_isr_min(2, now_ms);
  append_to(10);
  fetch(2, 10);
  fetch(3, 10);
  change_isr({1});
  REQUIRE(fetch(2, 10) == "propose 1,2:102");
  REQUIRE(leader->acknowledgement(Offset{10}) == ErrorCode::kNone);
  REQUIRE(leader->check_append() == ErrorCode::kNotEnoughReplicas);
}

// ---- questions ----

TEST_CASE_METHOD(ThreeInSync, "the low watermark is the lowest start of a replica's log") {
  REQUIRE(leader->low_watermark(Offset{7}) == kNoOffset);
  REQUIRE(fetch_from(2, 5) == "");
  REQUIRE(fetch_from(3, 3) == "low");
  REQUIRE(leader->low_watermark(Offset{7}) == Offset{3});
  REQUIRE(fetch_from(3, 9) == "low");
  REQUIRE(leader->low_watermark(Offset{7}) == Offset{5});
  REQUIRE(fetch_from(2, 8) == "low");
  REQUIRE(leader->low_watermark(Offset{7}) == Offset{7});
}

TEST_CASE_METHOD(ThreeInSync, "the low watermark does not wait for who is fenced") {
  fetch_from(2, 0);
  REQUIRE(fence(3) == "low");
  REQUIRE(leader->low_watermark(Offset{7}) == Offset{0});
}

TEST_CASE_METHOD(ThreeInSync, "the low watermark does not wait for who is no replica any more") {
  fetch_from(2, 0);
  auto record = partition_change(1, 0);
  record.replicas = {1, 2};
  record.directories = std::vector<Uuid>{id(901), id(902)};
  record.isr = {1, 2};
  REQUIRE(change(record) == "low");
}

TEST_CASE_METHOD(ThreeInSync,
                 "a partition is under-replicated, at or below its minimum by its committed ISR") {
  leader->set_isr_min(2, now_ms);
  auto state = [&] {
    return fmt::format("{:d}{:d}{:d}", leader->is_under_replicated(), leader->is_at_min_isr(),
                       leader->is_under_min_isr());
  };
  REQUIRE(state() == "000");
  change_isr({1, 2});
  REQUIRE(state() == "110");
  change_isr({1});
  REQUIRE(state() == "101");
}

TEST_CASE_METHOD(Leading, "replicas that a reassignment adds do not make a partition under-replicated") {
  partition_on({1, 2}, {1, 2});
  lead();
  REQUIRE_FALSE(leader->is_reassigning());
  auto record = partition_change(1, 0);
  record.replicas = {1, 2, 3};
  record.adding_replicas = {3};
  record.directories = std::vector<Uuid>{id(901), id(902), id(903)};
  change(record);
  REQUIRE(leader->is_reassigning());
  REQUIRE(leader->replication_factor() == 2);
  REQUIRE_FALSE(leader->is_under_replicated());
}

TEST_CASE_METHOD(ThreeInSync, "the lag of a follower is known when it has fetched in this term") {
  append_to(10);
  REQUIRE(leader->lag(NodeId{2}) == std::nullopt);
  fetch(2, 4);
  REQUIRE(leader->lag(NodeId{2}) == 6);
  REQUIRE(leader->lag(NodeId{4}) == std::nullopt);
}
