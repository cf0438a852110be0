#include "tests/testing.h"

#include "broker/controller/registrations.h"

#include "tests/broker/many_brokers.h"

using namespace klamm;
using namespace klamm::broker;
using namespace klamm::broker::testing;

namespace {

struct Registering : ManyBrokers {
  std::string unregister(int32_t number) {
    auto decided = decide_unregister_broker(view(), {.broker_id = number});
    if (decided.response.error_code == 0) return perform(decided.decision);
    REQUIRE(decided.decision.records.empty());
    return std::to_string(decided.response.error_code) + " " + std::string(*decided.response.error_message);
  }
};

}  // namespace

TEST_CASE_METHOD(Registering, "a broker's epoch is the offset of its registration, and it begins fenced") {
  auto decided = decide(registration(1));
  REQUIRE(decided.response.broker_epoch == 100);
  REQUIRE(perform(decided.decision) == "broker 1 registers in epoch 100");
  REQUIRE(broker(1).directories == std::vector<Uuid>{id(901), id(951)});
  REQUIRE(broker(1).endpoint("PLAINTEXT")->port == 9092);
}

TEST_CASE_METHOD(Registering, "a broker's directories are known in order, in whichever it names them") {
  auto request = registration(1);
  request.log_dirs = {id(951), id(901)};
  enter(request);
  REQUIRE(broker(1).directories == std::vector<Uuid>{id(901), id(951)});
}

TEST_CASE_METHOD(Registering, "a broker of another cluster is INCONSISTENT_CLUSTER_ID (104)") {
  auto request = registration(1);
  request.cluster_id = "other";
  REQUIRE(enter(request) == "104");
}

TEST_CASE_METHOD(Registering, "a second broker of a living one's id is DUPLICATE_BROKER_REGISTRATION (101)") {
  live(1);
  now_ms += kSessionMs;
  REQUIRE(enter(registration(1, 2)) == "101");
  now_ms += 1;
  REQUIRE(enter(registration(1, 2)) == "broker 1 registers in epoch 102");
}

TEST_CASE_METHOD(Registering, "who never sent a heartbeat is replaced at once (KAFKA-19047)") {
  enter(registration(1));
  REQUIRE(enter(registration(1, 2)) == "broker 1 registers in epoch 101");
}

TEST_CASE_METHOD(Registering, "who was told to end is replaced at once (KAFKA-19047)") {
  live({1, 2});
  partition_on({2, 1});
  REQUIRE(shut_down(1).ends_with("shut down"));
  REQUIRE(enter(registration(1, 2)) == "broker 1 registers in epoch 106");
}

TEST_CASE_METHOD(Registering,
                 "who is shutting down is not replaced yet: DUPLICATE_BROKER_REGISTRATION (101)") {
  live({1, 2});
  partition_on({1, 2});
  shut_down(1);
  REQUIRE_FALSE(broker(1).fenced);
  REQUIRE(enter(registration(1, 2)) == "101");
}

TEST_CASE_METHOD(Registering, "the same life that registers again keeps epoch and state (KAFKA-16952)") {
  live({1, 2});
  partition_on({1, 2});
  auto request = registration(1);
  request.listeners[0].port = 9093;
  REQUIRE(enter(request) == "broker 1 registers in epoch 100, unfenced");
  REQUIRE(broker(1).endpoint("PLAINTEXT")->port == 9093);
  REQUIRE(state() == "leader 1 isr 1,2 elr none");
}

TEST_CASE_METHOD(Registering, "the same life that registers again goes on shutting down") {
  live({1, 2});
  partition_on({1, 2});
  shut_down(1);
  REQUIRE(enter(registration(1)) == "broker 1 registers in epoch 100, unfenced, shutting down");
}

TEST_CASE_METHOD(Registering, "brokers from ZooKeeper are BROKER_ID_NOT_REGISTERED (102)") {
  auto request = registration(1);
  request.is_migrating_zk_broker = true;
  REQUIRE(enter(request) == "102");
}

TEST_CASE_METHOD(Registering, "directories: some, each once, none reserved, none another's (119)") {
  enter(registration(2));
  for (std::vector<Uuid> directories :
       {std::vector<Uuid>{}, {id(1), id(1)}, {kLostDirectory}, {Uuid::of(0, 99)}, {id(1), id(902)}}) {
    auto request = registration(1);
    request.log_dirs = directories;
    REQUIRE(enter(request) == "119");
  }
}

TEST_CASE_METHOD(Registering, "directories are not looked at below MV 17, nor written") {
  apply(feature("metadata.version", 16));
  auto request = registration(1);
  request.log_dirs = {kLostDirectory};
  REQUIRE(enter(request) == "broker 1 registers in epoch 100");
  REQUIRE(broker(1).directories.empty());
}

TEST_CASE_METHOD(Registering, "a listener of an unknown protocol is UNKNOWN_SERVER_ERROR (-1)") {
  for (int16_t protocol : {-1, 4}) {
    auto request = registration(1);
    request.listeners[0].security_protocol = protocol;
    REQUIRE(enter(request) == "-1");
  }
}

TEST_CASE_METHOD(Registering, "the first of two listeners of one name counts") {
  auto request = registration(1);
  request.listeners.push_back({"PLAINTEXT", "other", 1, 0});
  enter(request);
  REQUIRE(broker(1).endpoints.size() == 1);
  REQUIRE(broker(1).endpoints[0].port == 9092);
}

TEST_CASE_METHOD(Registering,
                 "a broker that does not support a finalized level is UNSUPPORTED_VERSION (35)") {
  auto too_old = registration(1);
  too_old.features[0].max_supported_version = 29;
  REQUIRE(enter(too_old) == "35");
  auto too_new = registration(1);
  too_new.features[1] = {"eligible.leader.replicas.version", 2, 3};
  REQUIRE(enter(too_new) == "35");
}

TEST_CASE_METHOD(Registering, "a finalized feature that a broker does not know is UNSUPPORTED_VERSION (35)") {
  auto request = registration(1);
  request.features.pop_back();
  REQUIRE(enter(request) == "35");
}

TEST_CASE_METHOD(Registering, "features that the cluster does not have are the broker's own affair") {
  auto request = registration(1);
  request.features.push_back({"new.version", 0, 7});
  REQUIRE(enter(request) == "broker 1 registers in epoch 100");
  request.features.back().min_supported_version = 1;  // 0 is what the cluster has
  REQUIRE(enter(request) == "35");
}

TEST_CASE_METHOD(Registering, "a broker that does not name metadata.version is INVALID_REGISTRATION (119)") {
  auto request = registration(1);
  request.features.erase(request.features.begin());
  REQUIRE(enter(request) == "119");
}

TEST_CASE_METHOD(Registering, "after an unclean end a broker leaves ISRs and ELRs (KAFKA-18106)") {
  live({1, 2});
  partition_on({1, 2});
  now_ms += kSessionMs + 1;
  beat(2);
  REQUIRE(enter(registration(1, 2)) == "t-0: leader 2, isr 2; broker 1 registers in epoch 105");
  REQUIRE(broker(1).epoch == end.value - 1);
}

TEST_CASE_METHOD(Registering,
                 "the only replica may have lost its tail: none is eligible, one is remembered") {
  live(1);
  partition_on({1});
  fence(1);
  REQUIRE(state() == "leader -1 isr none elr 1");
  now_ms += kSessionMs + 1;
  REQUIRE(enter(registration(1, 2)) == "t-0: elr none; broker 1 registers in epoch 105");
  REQUIRE(beat(1) == "broker 1 unfenced; t-0: leader 1, isr 1, last known none, recovering | caught up");
}

TEST_CASE_METHOD(Registering, "the last known leader is not elected while it is fenced (KAFKA-19522)") {
  live({1, 2});
  partition_on({1, 2});
  fence(2);
  fence(1);
  now_ms += kSessionMs + 1;
  enter(registration(1, 2));
  REQUIRE(beat(2) == "broker 2 unfenced | caught up");
  REQUIRE(state() == "leader -1 isr none elr none");
}

TEST_CASE_METHOD(Registering, "after a clean end a broker is eligible still") {
  live(1);
  partition_on({1});
  fence(1);
  now_ms += kSessionMs + 1;
  auto request = registration(1, 2);
  request.previous_broker_epoch = broker(1).epoch;
  REQUIRE(enter(request) == "broker 1 registers in epoch 104");
  REQUIRE(state() == "leader -1 isr none elr 1");
}

TEST_CASE_METHOD(Registering, "without KIP-966 a broker that comes back leaves ISRs as a fenced one does") {
  apply(feature("eligible.leader.replicas.version", 0));
  live({1, 2});
  partition_on({1, 2});
  partition_on({1});
  now_ms += kSessionMs + 1;
  REQUIRE(enter(registration(1, 2)) ==
          "t-0: leader 2, isr 2; t-1: leader -1; broker 1 registers in epoch 106");
  REQUIRE(state(1) == "leader -1 isr 1 elr none");
}

TEST_CASE_METHOD(Registering, "an unregistered broker leads nothing and is nowhere in sync") {
  live({1, 2});
  partition_on({1, 2});
  REQUIRE(unregister(1) == "t-0: leader 2, isr 2; broker 1 unregistered in epoch 100");
  REQUIRE(image.brokers().find(NodeId{1}) == nullptr);
}

TEST_CASE_METHOD(Registering,
                 "who is not registered cannot be unregistered: BROKER_ID_NOT_REGISTERED (102)") {
  REQUIRE(unregister(7) == "102 Broker ID 7 is not currently registered");
}

TEST_CASE_METHOD(Registering, "a broker that registers after it was unregistered is eligible nowhere") {
  live(1);
  partition_on({1});
  const int64_t epoch = broker(1).epoch;
  unregister(1);
  REQUIRE(state() == "leader -1 isr none elr 1");
  auto request = registration(1, 2);
  request.previous_broker_epoch = epoch;
  enter(request);
  REQUIRE(state() == "leader -1 isr none elr none");
}
