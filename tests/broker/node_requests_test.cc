#include "tests/testing.h"

#include "broker/controller/node_requests.h"

#include <limits>

#include "tests/broker/many_brokers.h"

using namespace klamm;
using namespace klamm::broker;
using namespace klamm::broker::testing;

namespace {

struct Nodes : ManyBrokers {
  std::string allocate(int32_t number, int64_t epoch) {
    auto decided = decide_producer_ids(view(), {.broker_id = number, .broker_epoch = epoch});
    if (decided.response.error_code != 0) {
      REQUIRE(decided.decision.records.empty());
      return std::to_string(decided.response.error_code);
    }
    return std::to_string(decided.response.producer_id_start) + "+" +
           std::to_string(decided.response.producer_id_len) + " " + perform(decided.decision);
  }
  static protocol::ControllerRegistrationRequest controller(uint64_t life) {
    protocol::ControllerRegistrationRequest request;
    request.controller_id = 5;
    request.incarnation_id = id(life);
    request.listeners.push_back({"CONTROLLER", "host", 9093, 0});
    request.features.push_back({"metadata.version", 7, 30});
    return request;
  }
  std::string enter_controller(const protocol::ControllerRegistrationRequest& request) {
    auto decided = decide_controller_registration(view(), request);
    REQUIRE(decided.response.error_message.has_value() == (decided.response.error_code != 0));
    return std::to_string(decided.response.error_code) + " " + perform(decided.decision);
  }
  protocol::AssignReplicasToDirsRequest assignment(const Uuid& directory, std::vector<int32_t> partitions,
                                                   const Uuid& topic = id(1)) const {
    protocol::AssignReplicasToDirsRequest request;
    request.broker_id = 1;
    request.broker_epoch = broker(1).epoch;
    auto& assigned = request.directories.emplace_back(directory, std::vector{topic_of(topic)});
    for (int32_t index : partitions) assigned.topics[0].partitions.push_back({index});
    return request;
  }
  static protocol::AssignReplicasToDirsRequest::TopicData topic_of(const Uuid& topic) { return {topic, {}}; }
  std::string assign(const protocol::AssignReplicasToDirsRequest& request) {
    auto decided = decide_assign_replicas_to_dirs(view(), request);
    std::string text = "error " + std::to_string(decided.response.error_code);
    for (const auto& directory : decided.response.directories) {
      for (const auto& topic : directory.topics) {
        for (const auto& partition : topic.partitions) text += ", " + std::to_string(partition.error_code);
      }
    }
    return text + " | " + perform(decided.decision);
  }
};

}  // namespace

TEST_CASE_METHOD(Nodes, "blocks of producer ids that brokers ask for follow each other") {
  live(1);
  REQUIRE(allocate(1, broker(1).epoch) == "0+1000 producer ids below 1000 to broker 1");
  REQUIRE(allocate(1, broker(1).epoch) == "1000+1000 producer ids below 2000 to broker 1");
}

TEST_CASE_METHOD(Nodes, "a broker of another epoch gets no producer ids: STALE_BROKER_EPOCH (77)") {
  live(1);
  REQUIRE(allocate(1, broker(1).epoch + 1) == "77");
  REQUIRE(allocate(2, 0) == "77");
}

TEST_CASE_METHOD(Nodes, "when all producer ids are given out there are none: UNKNOWN_SERVER_ERROR (-1)") {
  live(1);
  protocol::ProducerIdsRecord record;
  record.next_producer_id = std::numeric_limits<int64_t>::max() - 999;
  apply(record);
  REQUIRE(allocate(1, broker(1).epoch) == "-1");
}

TEST_CASE_METHOD(Nodes, "a controller is registered once in each of its lives") {
  REQUIRE(enter_controller(controller(1)) == "0 controller 5 registers with 1 endpoints and 1 features");
  REQUIRE(enter_controller(controller(1)) == "0 ");
  REQUIRE(enter_controller(controller(2)) == "0 controller 5 registers with 1 endpoints and 1 features");
}

TEST_CASE_METHOD(Nodes, "a controller that has moved is registered again") {
  enter_controller(controller(1));
  auto moved = controller(1);
  moved.listeners[0].port = 9094;
  REQUIRE(enter_controller(moved) == "0 controller 5 registers with 1 endpoints and 1 features");
}

TEST_CASE_METHOD(Nodes, "below MV 15 controllers are not registered: UNSUPPORTED_VERSION (35)") {
  apply(feature("metadata.version", 14));
  REQUIRE(enter_controller(controller(1)) == "35 ");
}

TEST_CASE_METHOD(Nodes, "a replica is where its broker says, and nothing else changes (KIP-858)") {
  live({1, 2});
  partition_on({1, 2});
  REQUIRE(assign(assignment(id(951), {0})) == "error 0, 0 | t-0: directories 951,902");
  REQUIRE(assign(assignment(id(951), {0})) == "error 0, 0 | ");
}

TEST_CASE_METHOD(Nodes, "a replica in a directory that is not online leaves ISR and leadership") {
  live({1, 2});
  for (int i = 0; i < 2; ++i) partition_on({1, 2});
  REQUIRE(assign(assignment(kLostDirectory, {0})) == "error 0, 0 | t-0: leader 2, isr 2, directories 2,902");
  REQUIRE(assign(assignment(id(555), {1})).starts_with("error 0, 0 | t-1: leader 2, isr 2"));
}

TEST_CASE_METHOD(Nodes, "a replica that is lost is not eligible either, while others are in sync") {
  live({1, 2});
  set("min.insync.replicas", "2");
  for (int i = 0; i < 2; ++i) partition_on({1, 2});
  REQUIRE(assign(assignment(kLostDirectory, {0})) == "error 0, 0 | t-0: leader 2, isr 2, directories 2,902");
  REQUIRE(state(0) == "leader 2 isr 2 elr none");
  assign(assignment(id(555), {1}));
  REQUIRE(state(1) == "leader 2 isr 2 elr 1");
}

// ---- what was wrong: nobody led from here on ----

TEST_CASE_METHOD(Nodes, "who was lost when nobody else was in sync leads once it is back") {
  live({1, 2});
  partition_on({1, 2});
  fence(2);
  REQUIRE(assign(assignment(kLostDirectory, {0})) ==
          "error 0, 0 | t-0: leader -1, isr none, elr 1, last known 1, directories 2,902");
  REQUIRE(assign(assignment(id(901), {0})) ==
          "error 0, 0 | t-0: leader 1, isr 1, elr none, last known none, directories 901,902");
}

TEST_CASE_METHOD(Nodes, "who is lost, and eligible still, is not any more when it says so again") {
  live({1, 2});
  set("min.insync.replicas", "2");
  partition_on({1, 2});
  fence(2);
  assign(assignment(kLostDirectory, {0}));
  beat(2);
  REQUIRE(state() == "leader 2 isr 2 elr 1");
  REQUIRE(assign(assignment(kLostDirectory, {0})) == "error 0, 0 | t-0: elr none");
}

TEST_CASE_METHOD(Nodes, "a topic that is gone is UNKNOWN_TOPIC_ID (100): nobody asks again (KAFKA-17190)") {
  live(1);
  REQUIRE(assign(assignment(id(951), {0, 1}, id(77))) == "error 0, 100, 100 | ");
}

TEST_CASE_METHOD(Nodes, "a replica of a partition that is not there is UNKNOWN_TOPIC_OR_PARTITION (3)") {
  live(1);
  partition_on({1});
  REQUIRE(assign(assignment(id(951), {3})) == "error 0, 3 | ");
}

TEST_CASE_METHOD(Nodes, "who holds no replica is NOT_LEADER_OR_FOLLOWER (6), the others are assigned") {
  live({1, 2});
  partition_on({2});
  partition_on({1});
  REQUIRE(assign(assignment(id(951), {0, 1})) == "error 0, 6, 0 | t-1: directories 951");
}

TEST_CASE_METHOD(Nodes, "directories of another epoch of the broker are STALE_BROKER_EPOCH (77)") {
  live(1);
  auto request = assignment(id(951), {0});
  request.broker_epoch += 1;
  REQUIRE(assign(request) == "error 77 | ");
}

TEST_CASE_METHOD(Nodes, "below MV 17 replicas have no directories: UNSUPPORTED_VERSION (35)") {
  live(1);
  apply(feature("metadata.version", 16));
  REQUIRE(assign(assignment(id(951), {0})) == "error 35 | ");
}
