#include "tests/testing.h"

#include "broker/controller/reassignments.h"

#include <initializer_list>

#include "tests/broker/many_brokers.h"

using namespace klamm;
using namespace klamm::broker;
using namespace klamm::broker::testing;
using protocol::AlterPartitionReassignmentsRequest;
using protocol::ListPartitionReassignmentsRequest;

namespace {

using Wanted = std::optional<std::vector<int32_t>>;

Wanted on(std::initializer_list<int32_t> brokers) { return std::vector<int32_t>(brokers); }

// Brokers 1 to 4, and t-0 on 1 and 2, led by 1. Brokers have two directories: where they put what is new they
// say later, until when it is in directory 1.
struct Moving : ManyBrokers {
  Moving() {
    live({1, 2, 3, 4});
    partition_on({1, 2});
  }
  static AlterPartitionReassignmentsRequest to(const Wanted& wanted, std::string_view topic = "t",
                                               int32_t index = 0) {
    AlterPartitionReassignmentsRequest request;
    request.topics.push_back({topic, {{index, wanted}}});
    return request;
  }
  // The code of each partition, and the records.
  std::string alter(const AlterPartitionReassignmentsRequest& request) {
    auto decided = decide_alter_partition_reassignments(view(), request);
    REQUIRE(decided.response.error_code == 0);
    std::string codes;
    said.clear();
    for (const auto& topic : decided.response.responses) {
      for (const auto& partition : topic.partitions) {
        codes += (codes.empty() ? "" : ",") + std::to_string(partition.error_code);
        said = partition.error_message.value_or("");
        if (partition.error_code == 0) REQUIRE_FALSE(partition.error_message.has_value());
      }
    }
    const std::string records = perform(decided.decision);
    return records.empty() ? codes : codes + " " + records;
  }
  std::string move(std::initializer_list<int32_t> wanted) { return alter(to(on(wanted))); }
  std::string call_off() { return alter(to(std::nullopt)); }
  // As the leader says who is in sync.
  std::string in_sync(const std::vector<int32_t>& isr) {
    protocol::AlterPartitionRequest request;
    request.broker_id = partition().leader.value;
    request.broker_epoch = broker(request.broker_id).epoch;
    auto& topic = request.topics.emplace_back();
    topic.topic_id = id(1);
    auto& data = topic.partitions.emplace_back();
    data.leader_epoch = partition().leader_epoch.value;
    data.partition_epoch = partition().partition_epoch.value;
    for (int32_t number : isr) data.new_isr_with_epochs.push_back({number, -1});
    return perform(decide_alter_partition(view(), request, 3).decision);
  }
  // "t-0: 1,3,2 +3 -2" of each that is moved.
  std::string listed(const ListPartitionReassignmentsRequest& request) {
    auto decided = decide_list_partition_reassignments(view(), request);
    REQUIRE(decided.decision.records.empty());
    REQUIRE(decided.response.error_code == 0);
    REQUIRE_FALSE(decided.response.error_message.has_value());
    std::string text;
    const auto add = [&](char sign, const std::vector<int32_t>& numbers) {
      text += sign;
      for (int32_t number : numbers) text += std::to_string(number);
    };
    for (const auto& topic : decided.response.topics) {
      for (const auto& one : topic.partitions) {
        text += std::string(text.empty() ? "" : "; ") + std::string(topic.name) + "-" +
                std::to_string(one.partition_index) + ":";
        add(' ', one.replicas);
        add('+', one.adding_replicas);
        add('-', one.removing_replicas);
      }
    }
    return text;
  }
  std::string said;  // of the partition that was answered last
};

ListPartitionReassignmentsRequest list_of(
    std::vector<ListPartitionReassignmentsRequest::ListPartitionReassignmentsTopics> topics) {
  ListPartitionReassignmentsRequest request;
  request.topics = std::move(topics);
  return request;
}

}  // namespace

TEST_CASE_METHOD(Moving, "a move begins with who is added, and ends when that one is in sync") {
  REQUIRE(move({1, 3}) == "0 t-0: replicas 1,3,2, removing 2, adding 3, directories 901,1,902");
  REQUIRE(partition().leader_epoch == Epoch{0});
  REQUIRE(in_sync({1, 2, 3}) ==
          "t-0: leader 1, isr 1,3, replicas 1,3, removing none, adding none, directories 901,1");
  REQUIRE(partition().leader_epoch == Epoch{1});
}

TEST_CASE_METHOD(Moving, "a move away from the leader ends with another one") {
  REQUIRE(move({3, 2}) == "0 t-0: replicas 3,2,1, removing 1, adding 3, directories 1,902,901");
  REQUIRE(in_sync({1, 2, 3}) ==
          "t-0: leader 3, isr 2,3, replicas 3,2, removing none, adding none, directories 1,902");
}

TEST_CASE_METHOD(Moving, "replicas in another order are a change without a move") {
  REQUIRE(move({2, 1}) == "0 t-0: replicas 2,1, directories 902,901");
  REQUIRE(state() == "leader 1 isr 1,2 elr none");
  REQUIRE(partition().leader_epoch == Epoch{0});
}

TEST_CASE_METHOD(Moving, "who has what is asked for is left as it is") { REQUIRE(move({1, 2}) == "0"); }

TEST_CASE_METHOD(Moving, "replicas that are only removed go at once, if all that stay are in sync") {
  REQUIRE(move({2}) == "0 t-0: leader 2, isr 2, replicas 2, directories 902");
}

TEST_CASE_METHOD(Moving, "replicas that are removed stay while one that stays is not in sync") {
  in_sync({1});
  REQUIRE(move({2}) == "0 t-0: replicas 2,1, removing 1, directories 902,901");
  REQUIRE(in_sync({1, 2}) == "t-0: leader 2, isr 2, replicas 2, removing none, directories 902");
}

TEST_CASE_METHOD(Moving, "a move that is called off leaves the replicas from before") {
  move({3, 4});
  in_sync({1, 2, 3});
  REQUIRE(call_off() ==
          "0 t-0: leader 1, isr 1,2, replicas 1,2, removing none, adding none, directories 901,902");
}

TEST_CASE_METHOD(Moving, "what is not moved cannot be called off: NO_REASSIGNMENT_IN_PROGRESS (85)") {
  REQUIRE(call_off() == "85");
  REQUIRE(said.empty());
}

TEST_CASE_METHOD(Moving, "a way back that would lose records takes unclean elections") {
  move({3, 4});
  auto record = partition_change(1, 0);
  record.leader = 3;
  record.isr = {3};
  change(record);
  REQUIRE(call_off() == "39");
  REQUIRE(said == "Unable to revert partition assignment for t:0 because it would require an unclean leader "
                  "election.");
  set("unclean.leader.election.enable", "true");
  REQUIRE(call_off() ==
          "0 t-0: leader 1, isr 1, replicas 1,2, removing none, adding none, directories 901,902, "
          "recovering");
}

TEST_CASE_METHOD(Moving, "a way back that would lose records goes to who is there, or is not gone") {
  set("unclean.leader.election.enable", "true");
  move({3, 4});
  auto record = partition_change(1, 0);
  record.leader = 3;
  record.isr = {3};
  change(record);
  fence(1);
  fence(2);
  REQUIRE(call_off() == "39");
  REQUIRE(said.ends_with("because none of its replicas is there to lead."));
  beat(2);
  REQUIRE(call_off().find("leader 2, isr 2, replicas 1,2,") != std::string::npos);
}

// ---- A plan for what is moved already

TEST_CASE_METHOD(Moving, "the same plan once more changes nothing") {
  move({1, 3});
  REQUIRE(move({1, 3}) == "0");
}

TEST_CASE_METHOD(Moving, "a plan of the old replicas takes a move back") {
  move({1, 3});
  REQUIRE(move({1, 2}) == "0 t-0: leader 1, replicas 1,2, removing none, adding none, directories 901,902");
}

TEST_CASE_METHOD(Moving, "a plan of all replicas of the moment lets none go") {
  move({1, 3});
  REQUIRE(move({1, 2, 3}) == "0 t-0: replicas 1,2,3, removing none, directories 901,902,1");
  REQUIRE(in_sync({1, 2, 3}) == "t-0: isr 1,2,3, adding none");
}

TEST_CASE_METHOD(Moving, "another plan takes the place of the one before") {
  move({1, 3});
  REQUIRE(move({1, 4}) == "0 t-0: replicas 1,4,2,3, removing 2,3, adding 4, directories 901,1,902,1");
  REQUIRE(in_sync({1, 2, 4}) ==
          "t-0: leader 1, isr 1,4, replicas 1,4, removing none, adding none, directories 901,1");
}

// ---- What is refused

TEST_CASE_METHOD(Moving, "topics and partitions that are not there are UNKNOWN_TOPIC_OR_PARTITION (3)") {
  REQUIRE(alter(to(on({1, 3}), "u")) == "3");
  REQUIRE(said == "Unable to find a topic named u.");
  REQUIRE(alter(to(on({1, 3}), "t", 7)) == "3");
  REQUIRE(said == "Unable to find partition t:7.");
}

TEST_CASE_METHOD(Moving, "nobody, a stranger and one who is there twice: INVALID_REPLICA_ASSIGNMENT (39)") {
  REQUIRE(move({}) == "39");
  REQUIRE(move({1, 9}) == "39");
  REQUIRE(said == "The manual partition assignment includes broker 9, but no such broker is registered.");
  REQUIRE(move({1, 1}) == "39");
}

TEST_CASE_METHOD(Moving, "where the number must stay, another one is INVALID_REPLICATION_FACTOR (38)") {
  auto request = to(on({1, 2, 3}));
  request.allow_replication_factor_change = false;
  REQUIRE(alter(request) == "38");
  REQUIRE(said == "The replication factor is changed from 2 to 3");
  move({1, 3});
  request = to(on({1, 4}));
  request.allow_replication_factor_change = false;
  REQUIRE(alter(request).starts_with("0 "));
}

TEST_CASE_METHOD(Moving, "each partition is answered for itself, and sees what came before it") {
  auto request = to(on({1, 3}));
  request.topics[0].partitions.push_back({7, std::nullopt});
  request.topics[0].partitions.push_back({0, std::nullopt});
  REQUIRE(alter(request) ==
          "0,3,0 t-0: replicas 1,3,2, removing 2, adding 3, directories 901,1,902; "
          "t-0: leader 1, replicas 1,2, removing none, adding none, directories 901,902");
}

TEST_CASE_METHOD(Moving, "a request for nothing is answered with nothing") {
  REQUIRE(alter(AlterPartitionReassignmentsRequest{}).empty());
}

TEST_CASE_METHOD(Moving, "more partitions than anybody moves are not looked at: POLICY_VIOLATION (44)") {
  AlterPartitionReassignmentsRequest request;
  request.topics.push_back({"u", {}});
  request.topics[0].partitions.resize(100'001);
  REQUIRE(decide_alter_partition_reassignments(view(), request).response.error_code == 44);
  REQUIRE(decide_list_partition_reassignments(view(), list_of({{"u", std::vector<int32_t>(100'001)}}))
              .response.error_code == 44);
}

TEST_CASE_METHOD(Moving, "of changes without end there are no more than whoever writes them refuses") {
  auto request = to(on({2, 1}));
  for (int i = 0; i < 15'000; ++i) {
    request.topics[0].partitions.push_back({0, i % 2 == 0 ? on({1, 2}) : on({2, 1})});
  }
  REQUIRE(decide_alter_partition_reassignments(view(), request).decision.records.size() ==
          kRecordsPerRequestMax + 1);
}

TEST_CASE_METHOD(Moving, "a name that no topic can have is quoted in part") {
  const std::string name(32'000, 'u');
  alter(to(on({1}), name));
  REQUIRE(said == "Unable to find a topic named " + name.substr(0, 249) + ".");
}

// ---- Below MV 17

TEST_CASE_METHOD(Moving, "where records have no directories replicas are moved without") {
  apply(feature("eligible.leader.replicas.version", 0));
  apply(feature("metadata.version", 16));
  REQUIRE(move({1, 3}) == "35");
  auto old = std::get<protocol::PartitionRecord>(testing::partition(1, 0, {1, 2}));
  old.directories.clear();
  apply(old);
  REQUIRE(move({1, 3}) == "0 t-0: replicas 1,3,2, removing 2, adding 3");
  REQUIRE(in_sync({1, 2, 3}) == "t-0: leader 1, isr 1,3, replicas 1,3, removing none, adding none");
}

// ---- What is listed

TEST_CASE_METHOD(Moving, "what is moved is listed, all of it or what is named") {
  partition_on({1, 2});
  REQUIRE(listed({}).empty());
  move({1, 3});
  REQUIRE(listed({}) == "t-0: 132+3-2");
  REQUIRE(listed(list_of({{"t", {1, 0, 9}}, {"u", {0}}})) == "t-0: 132+3-2");
  REQUIRE(listed(list_of({{"t", {1}}})).empty());
  REQUIRE(listed(list_of({})).empty());
  in_sync({1, 2, 3});
  REQUIRE(listed({}).empty());
}

TEST_CASE_METHOD(Moving, "who may not ask is told so for each partition") {
  const auto altered = refused(to(on({1})), ErrorCode::kClusterAuthorizationFailed, "no");
  REQUIRE(altered.error_code == 31);
  REQUIRE(altered.responses.at(0).partitions.at(0).error_code == 31);
  REQUIRE(altered.responses.at(0).partitions.at(0).error_message == "no");
  const auto list = refused(list_of({{"t", {4}}}), ErrorCode::kClusterAuthorizationFailed);
  REQUIRE(list.error_code == 31);
  REQUIRE(list.topics.at(0).partitions.at(0).partition_index == 4);
}

// ---- Elections meanwhile

TEST_CASE_METHOD(Moving, "who is added leads when nobody else is left") {
  move({3, 4});
  in_sync({1, 2, 3});
  fence(1);
  REQUIRE(state() == "leader 3 isr 2,3 elr none");
  fence(2);
  REQUIRE(state() == "leader 3 isr 3 elr none");
}

TEST_CASE_METHOD(Moving, "who is removed is not waited for") {
  move({1, 3});
  fence(2);
  REQUIRE(state() == "leader 1 isr 1 elr none");
  REQUIRE(in_sync({1, 3}) ==
          "t-0: leader 1, isr 1,3, replicas 1,3, removing none, adding none, directories 901,1");
}
