#include "tests/testing.h"

#include "broker/metadata/topics_image.h"
#include "broker/replica/isr_lines.h"
#include "tests/broker/leader_fixture.h"

using namespace klamm;
using namespace klamm::broker;
using namespace klamm::broker::testing;

namespace {

// All three are in sync at 10; 3 stops there, and the log goes on to 20.
struct Telling : Leading {
  Telling() {
    partition_on({1, 2, 3}, {1, 2, 3});
    lead(0, 0, 3);
    append_to(10);
    fetch(2, 10);
    fetch(3, 10);
    append_to(20);
    now_ms += kLagMs;
    fetch(2, 20);
    wait(1);
  }
  std::string shrinking() const { return shrinking_line(*leader, *proposed, now_ms); }
  std::string answered(const Outcome<CommittedIsr>& answer) {
    const Moves moves = leader->on_answer(*proposed, answer, now_ms);
    return answer_line(*leader, *proposed, answer, moves);
  }
};

}  // namespace

TEST_CASE_METHOD(Telling, "a leader says who leaves the in-sync replicas, and where they are") {
  REQUIRE(shrinking() ==
          "Shrinking ISR from 1,2,3 to 1,2. The log ends at 20, and is committed up to 10. Out of sync: node "
          "3 at 10, which had all there was 30001 ms ago");
}

TEST_CASE_METHOD(Leading, "of who has not fetched from a new leader it is said so") {
  partition_on({1, 2}, {1, 2});
  lead(10);
  wait(kLagMs + 1);
  REQUIRE(shrinking_line(*leader, *proposed, now_ms) ==
          "Shrinking ISR from 1,2 to 1. The log ends at 10, and is committed up to 0. Out of sync: node 2, "
          "which has not fetched in this leader epoch");
}

TEST_CASE_METHOD(Telling, "a leader says what the in-sync replicas have become, and when they are too few") {
  const CommittedIsr committed{Epoch{0}, Epoch{1}, {NodeId{1}, NodeId{2}}};
  REQUIRE(answered(committed) == "ISR updated to 1,2 (under-min-isr) in partition epoch 1");
  REQUIRE(answered(committed) == "");
}

TEST_CASE_METHOD(Telling, "a leader says what the controller does not take, and why") {
  REQUIRE(answered(Error{ErrorCode::kIneligibleReplica}) ==
          "The ISR 1,2 that was proposed in partition epoch 0 is not taken: INELIGIBLE_REPLICA");
}
