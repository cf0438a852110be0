// The controller of a quorum of one: how its log and its terms begin.
#include "tests/testing.h"

#include "broker/controller/node_requests.h"
#include "tests/broker/quorum_node.h"

using namespace klamm;
using namespace klamm::broker;
using namespace klamm::broker::testing;

namespace {

// Something to decide on: a block of producer ids.
Decision decision_of(QuorumNode& node) {
  return decide_allocate_producer_ids(node.controller->view(), NodeId{1}, 0).decision;
}

}  // namespace

TEST_CASE_METHOD(QuorumNode, "a new cluster's log begins with what the formatter left") {
  standalone();
  start();
  REQUIRE(activity == "+");
  REQUIRE(published.get()->features().metadata_version().has_value());
  REQUIRE(fatal.empty());
}

TEST_CASE_METHOD(QuorumNode, "a restart leads again and writes no bootstrap records again") {
  standalone();
  start();
  const Offset end = controller->next_offset();
  restart();
  REQUIRE(activity == "++");
  // LEADER_CHANGE.
  REQUIRE(controller->next_offset() == end + 1);
}

TEST_CASE_METHOD(QuorumNode, "what was decided is answered when it is synced") {
  standalone();
  start();
  std::optional<ErrorCode> answered;
  controller->perform(decision_of(*this), [&](ErrorCode code) { answered = code; });
  loop->run();
  REQUIRE_FALSE(answered.has_value());
  settle();
  REQUIRE(answered == ErrorCode::kNone);
  REQUIRE(published.get()->next_producer_id() == kProducerIdBlockSize);
}

TEST_CASE_METHOD(QuorumNode, "a new epoch of its own is another leadership") {
  standalone();
  start();
  std::optional<ErrorCode> answered;
  controller->perform(decision_of(*this), [&](ErrorCode code) { answered = code; });
  controller->on_leadership({Epoch{2}, NodeId{1}});
  REQUIRE(answered == ErrorCode::kNotController);
  REQUIRE(activity == "+-+");
  REQUIRE(controller->pending().next_producer_id() == 0);
}

TEST_CASE_METHOD(QuorumNode, "the same leadership told twice changes nothing") {
  standalone();
  start();
  controller->on_leadership({driver->raft().epoch(), NodeId{1}});
  REQUIRE(activity == "+");
}

TEST_CASE_METHOD(QuorumNode, "a node that is not active refuses") {
  standalone();
  start();
  controller->on_leadership({Epoch{2}, kNoNode});
  REQUIRE_FALSE(controller->is_active());
  REQUIRE(activity == "+-");
}
