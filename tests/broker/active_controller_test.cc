// What the active controller does by itself, in a quorum of three.
#include "tests/testing.h"

#include "broker/active_controller.h"
#include "tests/broker/metadata_records.h"
#include "tests/broker/quorum_cluster.h"

using namespace klamm;
using namespace klamm::broker;
using namespace klamm::broker::testing;

// ---- what was wrong: the refused fencing was decided on again and again, and no timer came any more ----

TEST_CASE_METHOD(QuorumCluster,
                 "a controller that has lost its majority does not fence in vain without an end") {
  start_all();
  REQUIRE(wait_for([this] { return agree(); }).has_value());
  QuorumNode& node = *leader();
  node.config->controller.crash_detection = false;
  node.config->controller.broker_session_timeout_ms = 0;
  node.config->metadata_log.idle_interval_max_ms = 0;
  RecordList records(node.controller->pending());
  records.add(testing::broker(1, 5));
  node.controller->perform({records.take()}, [](ErrorCode) {});
  settle();
  const ActiveController active(*node.loop, *node.controller, *node.config, std::string(QuorumNode::kCluster),
                                {});
  clock.now += 10'000;
  node.loop->fire_due();
  REQUIRE(node.activity == "+-");
}
