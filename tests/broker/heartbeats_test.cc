#include "tests/testing.h"

#include "broker/controller/heartbeats.h"

#include "tests/broker/many_brokers.h"

using namespace klamm;
using namespace klamm::broker;
using namespace klamm::broker::testing;

TEST_CASE_METHOD(ManyBrokers, "heartbeats of another epoch, and of strangers, are STALE_BROKER_EPOCH (77)") {
  live(1);
  for (int64_t epoch : {broker(1).epoch - 1, broker(1).epoch + 1}) {  // KAFKA-14154: one that is ahead, too
    auto request = heartbeat(1);
    request.broker_epoch = epoch;
    REQUIRE(beat(request) == "77");
  }
  auto stranger = heartbeat(1);
  stranger.broker_id = 9;
  REQUIRE(beat(stranger) == "77");
}

TEST_CASE_METHOD(ManyBrokers, "a broker is unfenced when it has read its own registration") {
  enter(registration(1));
  auto behind = heartbeat(1);
  behind.current_metadata_offset = broker(1).epoch - 1;
  REQUIRE(beat(behind) == "| fenced");
  behind.current_metadata_offset = broker(1).epoch;
  REQUIRE(beat(behind) == "broker 1 unfenced | caught up");
  REQUIRE(beat(1) == "| caught up");
}

TEST_CASE_METHOD(ManyBrokers, "a broker that is not ready yet stays fenced as it wants") {
  enter(registration(1));
  REQUIRE(fence(1) == "| caught up, fenced");
}

TEST_CASE_METHOD(ManyBrokers, "an unfenced broker leads what had no leader, the unclean ones apart") {
  live({1, 2});
  partition_on({1, 2});
  fence(2);
  REQUIRE(fence(1) == "t-0: leader -1, isr none, elr 1, last known 1; broker 1 fenced | caught up, fenced");
  REQUIRE(beat(2) == "broker 2 unfenced | caught up");  // it missed what 1 wrote alone
  REQUIRE(beat(1) == "broker 1 unfenced; t-0: leader 1, isr 1, elr none, last known none | caught up");
}

TEST_CASE_METHOD(ManyBrokers, "each change of its leader is an epoch of a partition") {
  live(1);
  partition_on({1});
  fence(1);
  REQUIRE(describe(partition()) == "leader -1 (epoch 1) isr none replicas 1 partition epoch 1");
  beat(1);
  REQUIRE(describe(partition()) == "leader 1 (epoch 2) isr 1 replicas 1 partition epoch 2");
}

TEST_CASE_METHOD(ManyBrokers, "a broker that wants to be fenced hands its leadership on, once") {
  live({1, 2});
  partition_on({1, 2});
  REQUIRE(fence(1) == "t-0: leader 2, isr 2; broker 1 fenced | caught up, fenced");
  REQUIRE(fence(1) == "| caught up, fenced");
}

TEST_CASE_METHOD(ManyBrokers, "a controlled shutdown ends when every active broker has read of it") {
  live({1, 2, 3});
  partition_on({1, 2, 3});
  auto late = heartbeat(3);
  REQUIRE(shut_down(1) == "broker 1 shuts down; t-0: leader 2, isr 2,3 | caught up");
  REQUIRE(shut_down(1) == "| caught up");
  beat(2);
  REQUIRE(beat(late) == "| caught up");  // 3 has not read of it: clients would still be sent to 1
  REQUIRE(shut_down(1) == "| caught up");
  beat(3);
  REQUIRE(shut_down(1) == "broker 1 fenced | caught up, fenced, shut down");
}

TEST_CASE_METHOD(ManyBrokers, "a broker that leads nothing may shut down at once") {
  live({1, 2});
  partition_on({2, 1});
  REQUIRE(shut_down(1) == "t-0: isr 2; broker 1 fenced | caught up, fenced, shut down");
}

TEST_CASE_METHOD(ManyBrokers, "the last broker of a cluster may shut down, and leads again when it is back") {
  live(1);
  partition_on({1});
  REQUIRE(shut_down(1) == "broker 1 shuts down; t-0: leader -1, isr none, elr 1, last known 1 | caught up");
  REQUIRE(shut_down(1) == "broker 1 fenced | caught up, fenced, shut down");
}

TEST_CASE_METHOD(ManyBrokers, "a fenced broker may shut down, and leaves no record") {
  enter(registration(1));
  REQUIRE(shut_down(1) == "| caught up, fenced, shut down");
}

TEST_CASE_METHOD(ManyBrokers, "a broker that wants both to be fenced and to end does both at once") {
  live({1, 2});
  partition_on({1, 2});
  auto request = heartbeat(1);
  request.want_fence = request.want_shut_down = true;
  REQUIRE(beat(request) == "t-0: leader 2, isr 2; broker 1 fenced | caught up, fenced, shut down");
}

TEST_CASE_METHOD(ManyBrokers, "a broker that is fenced in its controlled shutdown may end at once") {
  live({1, 2});
  partition_on({1, 2});
  shut_down(1);
  now_ms += kSessionMs + 1;
  beat(2);
  REQUIRE(expire() == "broker 1 fenced");
  REQUIRE(shut_down(1) == "| caught up, fenced, shut down");
}

TEST_CASE_METHOD(ManyBrokers, "a controller that takes over in a controlled shutdown lets it end") {
  live({1, 2});
  partition_on({1, 2});
  shut_down(1);
  sessions.take_over(image.brokers(), now_ms);
  REQUIRE(shut_down(1) == "broker 1 fenced | caught up, fenced, shut down");
}

TEST_CASE_METHOD(ManyBrokers, "a broker that is going is elected nowhere") {
  live({1, 2, 3});
  partition_on({2, 1});
  partition_on({1, 3});
  shut_down(1);
  REQUIRE(fence(2).starts_with("t-0: leader -1, isr none, elr 2, last known 2; broker 2 fenced"));
}

TEST_CASE_METHOD(ManyBrokers, "a silent broker is fenced at the end of its session, one broker at a time") {
  live({1, 2, 3});
  partition_on({1, 2, 3});
  now_ms += kSessionMs;
  REQUIRE(expire() == "nobody");
  beat(3);
  now_ms += 1;
  REQUIRE(expire() == "t-0: leader 2, isr 2,3; broker 1 fenced");
  REQUIRE(expire() == "t-0: leader 3, isr 3; broker 2 fenced");
  REQUIRE(expire() == "nobody");
}

TEST_CASE_METHOD(ManyBrokers, "a heartbeat that is late or refused keeps the session alive (KAFKA-19294)") {
  live(1);
  now_ms += kSessionMs;
  sessions.contact(image.brokers(), {1}, broker(1).epoch, now_ms);
  now_ms += kSessionMs;
  REQUIRE(expire() == "nobody");
}

TEST_CASE_METHOD(ManyBrokers,
                 "a fenced broker leads where only it is left and unclean elections are allowed") {
  live({1, 2});
  partition_on({1, 2});
  fence(2);
  set("unclean.leader.election.enable", "true");
  beat(2);
  now_ms += 1;
  REQUIRE(fence(1) == "t-0: leader 2, isr 2, recovering; broker 1 fenced | caught up, fenced");
}

TEST_CASE_METHOD(ManyBrokers,
                 "a directory that fails takes its replicas out of ISR and leadership (KIP-858)") {
  live({1, 2});
  partition_on({1, 2});
  auto request = heartbeat(1);
  request.offline_log_dirs = {id(901), id(555)};
  REQUIRE(beat(request) == "t-0: leader 2, isr 2; broker 1 directories 951 | caught up");
  REQUIRE(beat(request) == "| caught up");
}

TEST_CASE_METHOD(ManyBrokers, "what is in other directories stays where it is") {
  live({1, 2});
  partition_on({1, 2});
  auto request = heartbeat(1);
  request.offline_log_dirs = {id(951)};
  REQUIRE(beat(request) == "broker 1 directories 901 | caught up");
}

TEST_CASE_METHOD(ManyBrokers, "a broker is not elected where its directory is offline") {
  live({1, 2});
  partition_on({1, 2});
  auto request = heartbeat(2);
  request.offline_log_dirs = {id(902)};
  beat(request);
  set("unclean.leader.election.enable", "true");
  REQUIRE(fence(1).starts_with("t-0: leader -1, isr none, elr 1, last known 1; broker 1 fenced"));
}

TEST_CASE_METHOD(ManyBrokers, "a broker that comes back without a directory leads nothing from there") {
  live(1);
  partition_on({1});
  fence(1);
  auto request = heartbeat(1);
  request.offline_log_dirs = {id(901)};
  REQUIRE(beat(request) == "broker 1 directories 951; broker 1 unfenced | caught up");
}

TEST_CASE_METHOD(ManyBrokers, "a broker without any directory leads nothing; its record would say nothing") {
  live({1, 2});
  partition_on({1, 2});
  auto request = heartbeat(1);
  request.offline_log_dirs = {id(901), id(951)};
  REQUIRE(beat(request) == "t-0: leader 2, isr 2 | caught up");
  REQUIRE(beat(request) == "| caught up");
}

TEST_CASE_METHOD(ManyBrokers, "a broker that has crashed is fenced in its epoch, once") {
  live({1, 2});
  partition_on({1, 2});
  const int64_t epoch = broker(1).epoch;
  REQUIRE_FALSE(decide_fence_crashed(view(), sessions, {1}, epoch - 1));
  const auto decision = decide_fence_crashed(view(), sessions, {1}, epoch);
  REQUIRE(perform(*decision) == "t-0: leader 2, isr 2; broker 1 fenced");
  REQUIRE_FALSE(decide_fence_crashed(view(), sessions, {1}, epoch));
  REQUIRE_FALSE(decide_fence_crashed(view(), sessions, {9}, epoch));
}

TEST_CASE_METHOD(ManyBrokers, "a broker that shuts down is not taken for one that has crashed") {
  live({1, 2});
  partition_on({1, 2});
  shut_down(1);
  REQUIRE_FALSE(decide_fence_crashed(view(), sessions, {1}, broker(1).epoch));
  sessions.take_over(image.brokers(), now_ms);  // the next controller has it from the metadata log
  REQUIRE_FALSE(decide_fence_crashed(view(), sessions, {1}, broker(1).epoch));
}

TEST_CASE_METHOD(ManyBrokers, "the process after one that has crashed is registered at once") {
  live({1, 2});
  REQUIRE(enter(registration(1, 2)) == "101");
  perform(*decide_fence_crashed(view(), sessions, {1}, broker(1).epoch));
  sessions.end({1}, broker(1).epoch);
  REQUIRE(enter(registration(1, 2)) != "101");
}

TEST_CASE_METHOD(ManyBrokers, "directories are cordoned as a set, once they are known (KIP-1066)") {
  live(1);
  auto request = heartbeat(1);
  REQUIRE(beat(request) == "| caught up");
  request.cordoned_log_dirs = {id(951), id(901)};
  REQUIRE(beat(request) == "broker 1 cordoned 901,951 | caught up");
  request.cordoned_log_dirs = {id(901), id(951)};
  REQUIRE(beat(request) == "| caught up");
}

TEST_CASE_METHOD(ManyBrokers, "below the levels that know them nothing is said of directories") {
  live(1);
  apply(feature("metadata.version", 16));
  auto request = heartbeat(1);
  request.offline_log_dirs = {id(901)};
  request.cordoned_log_dirs = {id(951)};
  REQUIRE(beat(request) == "| caught up");
}
