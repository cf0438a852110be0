#include "tests/testing.h"

#include "broker/controller/alter_partition.h"

#include "tests/broker/many_brokers.h"

using namespace klamm;
using namespace klamm::broker;
using namespace klamm::broker::testing;
using protocol::AlterPartitionRequest;

namespace {

// Brokers 1 to 3 in epochs 100, 102 and 104, partition t-0 on all of them, led by 1, in epochs 0.
struct Altering : ManyBrokers {
  Altering() {
    live({1, 2, 3});
    partition_on({1, 2, 3});
  }
  AlterPartitionRequest request(const std::vector<int32_t>& isr) const {
    AlterPartitionRequest request;
    request.broker_id = 1;
    request.broker_epoch = broker(1).epoch;
    request.topics.push_back({id(1), {{}}});
    auto& partition = request.topics[0].partitions[0];
    partition.leader_epoch = this->partition().leader_epoch.value;
    partition.partition_epoch = this->partition().partition_epoch.value;
    for (int32_t number : isr) partition.new_isr_with_epochs.push_back({number, -1});
    return request;
  }
  static AlterPartitionRequest::PartitionData& data(AlterPartitionRequest& request) {
    return request.topics[0].partitions[0];
  }
  // The error of the request or of its partition, and the records.
  std::string alter(const AlterPartitionRequest& request, int16_t version = 3) {
    auto decided = decide_alter_partition(view(), request, version);
    std::string code = std::to_string(decided.response.error_code);
    if (decided.response.error_code == 0) {
      code = "";
      for (const auto& partition : decided.response.topics[0].partitions) {
        code += (code.empty() ? "" : ",") + std::to_string(partition.error_code);
      }
    }
    std::string records = perform(decided.decision);
    return records.empty() ? code : code + " " + records;
  }
  std::string alter_to(const std::vector<int32_t>& isr) { return alter(request(isr)); }
};

}  // namespace

TEST_CASE_METHOD(Altering, "a leader shrinks and expands the ISR without a new leader epoch") {
  REQUIRE(alter_to({1, 2}) == "0 t-0: isr 1,2");
  REQUIRE(alter_to({1, 2, 3}) == "0 t-0: isr 1,2,3");
  REQUIRE(partition().leader_epoch == Epoch{0});
  REQUIRE(partition().partition_epoch == Epoch{2});
}

TEST_CASE_METHOD(Altering, "the answer is the partition as it is now") {
  auto decided = decide_alter_partition(view(), request({1, 2}), 3);
  const auto& answer = decided.response.topics[0].partitions[0];
  REQUIRE(answer.leader_id == 1);
  REQUIRE(answer.isr == std::vector<int32_t>{1, 2});
  REQUIRE(answer.leader_epoch == 0);
  REQUIRE(answer.partition_epoch == 1);
  REQUIRE(answer.leader_recovery_state == 0);
}

TEST_CASE_METHOD(Altering, "what changes nothing leaves no record") { REQUIRE(alter_to({1, 2, 3}) == "0"); }

TEST_CASE_METHOD(Altering, "below MV 12 a shrunk ISR brings a new leader epoch (KAFKA-15021)") {
  apply(feature("eligible.leader.replicas.version", 0));
  apply(feature("metadata.version", 11));
  REQUIRE(alter_to({1, 2}) == "0 t-0: leader 1, isr 1,2");
  REQUIRE(alter_to({1, 2, 3}) == "0 t-0: isr 1,2,3");
}

TEST_CASE_METHOD(Altering, "version 2 names brokers without their epochs") {
  auto v2 = request({});
  data(v2).new_isr = {1, 3};
  REQUIRE(alter(v2, 2) == "0 t-0: isr 1,3");
}

TEST_CASE_METHOD(Altering, "a leader of another epoch of the broker is STALE_BROKER_EPOCH (77)") {
  auto stale = request({1, 2});
  stale.broker_epoch -= 1;
  REQUIRE(alter(stale) == "77");
  stale.broker_id = 9;
  REQUIRE(alter(stale) == "77");
}

TEST_CASE_METHOD(Altering, "a topic that is not there is UNKNOWN_TOPIC_ID (100)") {
  for (Uuid topic : {id(9), Uuid{}}) {
    auto unknown = request({1});
    unknown.topics[0].topic_id = topic;
    REQUIRE(alter(unknown) == "100");
  }
}

TEST_CASE_METHOD(Altering, "a partition that is not there is UNKNOWN_TOPIC_OR_PARTITION (3)") {
  auto unknown = request({1});
  data(unknown).partition_index = 1;
  REQUIRE(alter(unknown) == "3");
}

TEST_CASE_METHOD(Altering, "a leader that knows newer epochs looks for the controller: NOT_CONTROLLER (41)") {
  auto newer = request({1});
  data(newer).leader_epoch += 1;
  REQUIRE(alter(newer) == "41");
  newer = request({1});
  data(newer).partition_epoch += 1;
  REQUIRE(alter(newer) == "41");
}

TEST_CASE_METHOD(Altering, "a leader of an old epoch is FENCED_LEADER_EPOCH (74), before all else") {
  change([] {
    auto record = partition_change(1, 0);
    record.leader = 2;
    return record;
  }());
  auto old = request({1});
  data(old).leader_epoch -= 1;
  REQUIRE(alter(old) == "74");
}

TEST_CASE_METHOD(Altering, "who does not lead is INVALID_REQUEST (42)") {
  auto follower = request({1, 2, 3});
  follower.broker_id = 2;
  follower.broker_epoch = broker(2).epoch;
  REQUIRE(alter(follower) == "42");
}

TEST_CASE_METHOD(Altering, "an old partition epoch is INVALID_UPDATE_VERSION (95)") {
  auto old = request({1, 2});
  alter_to({1, 2});
  REQUIRE(alter(old) == "95");
}

TEST_CASE_METHOD(Altering, "of two changes of one partition in a request the second comes too late (95)") {
  auto twice = request({1, 2});
  twice.topics[0].partitions.push_back(request({1, 3}).topics[0].partitions[0]);
  REQUIRE(alter(twice) == "0,95 t-0: isr 1,2");
}

TEST_CASE_METHOD(Altering,
                 "an ISR of others, of one twice, without the leader or of nobody is INVALID_REQUEST") {
  live(4);
  for (std::vector<int32_t> isr : {std::vector<int32_t>{1, 4}, {1, 2, 2}, {2, 3}, {}, {1, -1}}) {
    REQUIRE(alter_to(isr) == "42");
  }
}

TEST_CASE_METHOD(Altering, "a fenced replica is not let in: INELIGIBLE_REPLICA (107; KAFKA-13916)") {
  fence(3);
  REQUIRE(alter_to({1, 2, 3}) == "107");
}

TEST_CASE_METHOD(Altering, "a replica that shuts down is not let in: INELIGIBLE_REPLICA (KAFKA-14140)") {
  partition_on({3, 1});
  shut_down(3);
  REQUIRE_FALSE(broker(3).fenced);
  REQUIRE(alter_to({1, 2, 3}) == "107");
}

TEST_CASE_METHOD(Altering, "a replica that is not registered is not let in: INELIGIBLE_REPLICA") {
  perform(decide_unregister_broker(view(), {.broker_id = 3}).decision);
  REQUIRE(alter_to({1, 2, 3}) == "107");
}

TEST_CASE_METHOD(Altering,
                 "a replica that was seen before it restarted is not let in (KIP-903, KAFKA-14617)") {
  auto seen = request({1, 2, 3});
  data(seen).new_isr_with_epochs[2].broker_epoch = broker(3).epoch - 1;
  REQUIRE(alter(seen) == "107");
  data(seen).new_isr_with_epochs[2].broker_epoch = broker(3).epoch;
  REQUIRE(alter(seen) == "0");
}

TEST_CASE_METHOD(Altering, "a leader that has recovered says so, and only then lets others in") {
  auto record = partition_change(1, 0);
  record.isr = {1};
  record.leader_recovery_state = 1;
  change(record);
  auto recovering = request({1, 2});
  data(recovering).leader_recovery_state = 1;
  REQUIRE(alter(recovering) == "42");
  REQUIRE(alter_to({1, 2}) == "0 t-0: isr 1,2, recovered");
}

TEST_CASE_METHOD(Altering, "a leader does not fall back into recovery, nor into a state that is none (42)") {
  for (int8_t recovery : {1, 2, -1}) {
    auto back = request({1});
    data(back).leader_recovery_state = recovery;
    REQUIRE(alter(back) == "42");
  }
}

TEST_CASE_METHOD(Altering, "who leaves an ISR that falls below its minimum stays eligible (KIP-966)") {
  set("min.insync.replicas", "2");
  REQUIRE(alter_to({1, 2}) == "0 t-0: isr 1,2");
  REQUIRE(alter_to({1}) == "0 t-0: isr 1, elr 2");
  REQUIRE(alter_to({1, 3}) == "0 t-0: isr 1,3, elr none");
}

TEST_CASE_METHOD(Altering, "the minimum is at most the number of replicas") {
  set("min.insync.replicas", "5");
  REQUIRE(alter_to({1, 2}) == "0 t-0: isr 1,2, elr 3");
  REQUIRE(alter_to({1, 2, 3}) == "0 t-0: isr 1,2,3, elr none");
}

TEST_CASE_METHOD(Altering, "a leader whose directory failed is replaced: NEW_LEADER_ELECTED (108)") {
  auto record = protocol::BrokerRegistrationChangeRecord{};
  record.broker_id = 1;
  record.broker_epoch = broker(1).epoch;
  record.log_dirs = {id(951)};
  apply(record);
  REQUIRE(alter_to({1, 2}) == "108 t-0: leader 2, isr 1,2");
}

TEST_CASE_METHOD(Altering, "a reassignment ends with the ISR that holds what is added (KAFKA-19975)") {
  auto record = partition_change(1, 0);
  record.isr = {1, 2};
  record.adding_replicas = {3};
  record.removing_replicas = {2};
  change(record);
  REQUIRE(alter_to({1}) == "0 t-0: isr 1");
  REQUIRE(alter_to({1, 3}) ==
          "0 t-0: leader 1, isr 1,3, replicas 1,3, removing none, adding none, directories 901,903");
}

TEST_CASE_METHOD(Altering, "below MV 17, where replicas have no directories, a reassignment ends too") {
  apply(feature("eligible.leader.replicas.version", 0));
  apply(feature("metadata.version", 16));
  auto old = std::get<protocol::PartitionRecord>(testing::partition(1, 0, {1, 2, 3}));
  old.directories.clear();
  apply(old);
  auto record = partition_change(1, 0);
  record.isr = {1, 2};
  record.adding_replicas = {3};
  record.removing_replicas = {2};
  change(record);
  REQUIRE(alter_to({1, 3}) == "0 t-0: leader 1, isr 1,3, replicas 1,3, removing none, adding none");
}

TEST_CASE_METHOD(Altering, "a reassignment that removes the leader tells it so: NEW_LEADER_ELECTED (108)") {
  auto record = partition_change(1, 0);
  record.isr = {1, 2};
  record.adding_replicas = {3};
  record.removing_replicas = {1};
  change(record);
  REQUIRE(alter_to({1, 2, 3}) ==
          "108 t-0: leader 2, isr 2,3, replicas 2,3, removing none, adding none, directories 902,903");
}

TEST_CASE_METHOD(Altering, "a reassignment to fewer replicas waits for all that stay") {
  auto record = partition_change(1, 0);
  record.isr = {1};
  record.removing_replicas = {3};
  change(record);
  REQUIRE(alter_to({1, 3}) == "0 t-0: isr 1,3");
  REQUIRE(alter_to({1, 2}) == "0 t-0: leader 1, isr 1,2, replicas 1,2, removing none, directories 901,902");
}

TEST_CASE_METHOD(Altering, "a replica whose directory is lost is not taken in: INELIGIBLE_REPLICA (107)") {
  auto lost = partition_change(1, 0);
  lost.isr = {1, 2};
  lost.directories = {id(901), id(902), kLostDirectory};
  change(lost);
  REQUIRE(alter_to({1, 2, 3}) == "107");
}
