#include "tests/testing.h"

#include "broker/controller/leader_elections.h"

#include "tests/broker/many_brokers.h"

using namespace klamm;
using namespace klamm::broker;
using namespace klamm::broker::testing;
using protocol::ElectLeadersRequest;

namespace {

constexpr int8_t kPreferred = 0, kUnclean = 1;

// Brokers 1 to 3, and t-0 on 1 and 2.
struct Electing : ManyBrokers {
  Electing() {
    live({1, 2, 3});
    partition_on({1, 2});
  }
  void led_by_2(int32_t index = 0) {
    auto record = partition_change(1, index);
    record.leader = 2;
    change(record);
  }
  // 2 falls behind, then 1, the last in sync, is gone.
  void orphan() {
    fence(2);
    fence(1);
    beat(2);
    REQUIRE(state() == "leader -1 isr none elr 1");
  }
  static ElectLeadersRequest all(int8_t type) {
    ElectLeadersRequest request;
    request.election_type = type;
    request.topic_partitions.reset();
    return request;
  }
  static ElectLeadersRequest of(int8_t type, std::string_view topic, std::vector<int32_t> partitions) {
    ElectLeadersRequest request;
    request.election_type = type;
    request.topic_partitions = {{topic, std::move(partitions)}};
    return request;
  }
  // "topic-partition code" of each result, and the records.
  std::string elect(const ElectLeadersRequest& request) {
    auto decided = decide_elect_leaders(view(), request);
    std::string text =
        decided.response.error_code == 0 ? "" : "error " + std::to_string(decided.response.error_code) + ", ";
    for (const auto& topic : decided.response.replica_election_results) {
      for (const auto& result : topic.partition_result) {
        REQUIRE(result.error_message.has_value() == (result.error_code != 0));
        text += std::string(topic.topic) + "-" + std::to_string(result.partition_id) + " " +
                std::to_string(result.error_code) + ", ";
      }
    }
    return text + "| " + perform(decided.decision);
  }
  std::string balance(size_t max) {
    auto elections = decide_balance_leaders(view(), max);
    return perform(elections.decision) + (elections.more ? " and more" : "");
  }
  std::string unclean(size_t max = kElectionsPerRunMax) {
    auto elections = decide_unclean_elections(view(), max);
    return perform(elections.decision) + (elections.more ? " and more" : "");
  }
};

}  // namespace

TEST_CASE_METHOD(Electing, "the preferred leader is elected if it is in sync") {
  led_by_2();
  REQUIRE(elect(of(kPreferred, "t", {0})) == "t-0 0, | t-0: leader 1");
}

TEST_CASE_METHOD(Electing, "a partition that is led by the preferred one is ELECTION_NOT_NEEDED (84)") {
  REQUIRE(elect(of(kPreferred, "t", {0})) == "t-0 84, | ");
}

TEST_CASE_METHOD(Electing, "a preferred leader that is not in sync is PREFERRED_LEADER_NOT_AVAILABLE (80)") {
  fence(1);
  beat(1);
  REQUIRE(elect(of(kPreferred, "t", {0})) == "t-0 80, | ");
}

TEST_CASE_METHOD(Electing, "topics and partitions that are not there are UNKNOWN_TOPIC_OR_PARTITION (3)") {
  REQUIRE(elect(of(kPreferred, "u", {0})) == "u-0 3, | ");
  REQUIRE(elect(of(kUnclean, "t", {7})) == "t-7 3, | ");
}

// ---- what was wrong: 8 MB of partitions in a topic of a long name were answered with gigabytes ----

TEST_CASE_METHOD(Electing, "a sentence quotes no more of a name than a topic's may have") {
  const std::string name(32'000, 'u');
  auto decided = decide_elect_leaders(view(), of(kPreferred, name, {0}));
  const auto& result = decided.response.replica_election_results.at(0).partition_result.at(0);
  REQUIRE(result.error_message == "No such topic as " + name.substr(0, 249));
}

TEST_CASE_METHOD(Electing, "more partitions than anybody has are not looked at: POLICY_VIOLATION (44)") {
  const auto code = [this](size_t count) {
    auto decided = decide_elect_leaders(view(), of(kPreferred, "u", std::vector<int32_t>(count)));
    return decided.response.replica_election_results.at(0).partition_result.at(0).error_code;
  };
  REQUIRE(code(100'000) == 3);
  REQUIRE(code(100'001) == 44);
}

TEST_CASE_METHOD(Electing, "an election of an unknown type is INVALID_REQUEST (42), for each partition too") {
  REQUIRE(elect(of(2, "t", {0, 1})) == "error 42, t-0 42, t-1 42, | ");
  REQUIRE(elect(all(-1)) == "error 42, | ");
}

TEST_CASE_METHOD(Electing, "who asks for all partitions is told of those that needed something") {
  partition_on({2, 1});
  led_by_2();
  REQUIRE(elect(all(kPreferred)) == "t-0 0, | t-0: leader 1");
}

TEST_CASE_METHOD(Electing, "of two elections of one partition in a request the second is not needed") {
  led_by_2();
  REQUIRE(elect(of(kPreferred, "t", {0, 0})) == "t-0 0, t-0 84, | t-0: leader 1");
}

TEST_CASE_METHOD(Electing, "an unclean election takes who lives, loses the rest, and has to recover") {
  orphan();
  REQUIRE(elect(of(kUnclean, "t", {0})) ==
          "t-0 0, | t-0: leader 2, isr 2, elr none, last known none, recovering");
}

TEST_CASE_METHOD(Electing, "an unclean election prefers who has everything (KAFKA-18635)") {
  orphan();
  auto record = partition_change(1, 0);
  record.eligible_leader_replicas = {1, 2};
  change(record);
  REQUIRE(elect(of(kUnclean, "t", {0})) == "t-0 0, | t-0: leader 2, isr 2, elr none, last known none");
}

TEST_CASE_METHOD(Electing, "a partition that has a leader needs no unclean election (84)") {
  REQUIRE(elect(of(kUnclean, "t", {0})) == "t-0 84, | ");
}

TEST_CASE_METHOD(Electing, "where nobody lives there is ELIGIBLE_LEADERS_NOT_AVAILABLE (83)") {
  orphan();
  fence(2);
  REQUIRE(elect(of(kUnclean, "t", {0})) == "t-0 83, | ");
}

TEST_CASE_METHOD(Electing, "leaders are balanced, at most so many in a run") {
  for (int i = 0; i < 2; ++i) partition_on({1, 2});
  for (int32_t index : {0, 1, 2}) led_by_2(index);
  REQUIRE(balance(2) == "t-0: leader 1; t-1: leader 1 and more");
  REQUIRE(balance(2) == "t-2: leader 1");
  REQUIRE(balance(2) == "");
}

TEST_CASE_METHOD(Electing,
                 "a preferred leader that is out of sync is passed over when leaders are balanced") {
  partition_on({1, 2});
  led_by_2(1);
  fence(1);
  beat(1);
  auto record = partition_change(1, 1);
  record.isr = {1, 2};
  change(record);
  REQUIRE(balance(1) == "t-1: leader 1 and more");
  REQUIRE(state(0) == "leader 2 isr 2 elr none");
}

TEST_CASE_METHOD(Electing, "unclean elections are held where the topic allows them (KAFKA-18940)") {
  orphan();
  REQUIRE(unclean() == "");
  set("unclean.leader.election.enable", "true");
  REQUIRE(unclean() == "t-0: leader 2, isr 2, elr none, last known none, recovering");
  REQUIRE(unclean() == "");
}

TEST_CASE_METHOD(Electing, "the cluster's setting of unclean elections counts where the topic has none") {
  orphan();
  apply(testing::config(ConfigResourceType::kBroker, "", "unclean.leader.election.enable", "true"));
  set("unclean.leader.election.enable", "false");
  REQUIRE(unclean() == "");
  apply(testing::config(ConfigResourceType::kTopic, "t", "unclean.leader.election.enable", std::nullopt));
  REQUIRE(unclean() == "t-0: leader 2, isr 2, elr none, last known none, recovering");
}

TEST_CASE_METHOD(Electing, "the controller's own setting as a broker comes before that of all brokers") {
  config.node = NodeId{3};
  orphan();
  constexpr const char* kKey = "unclean.leader.election.enable";
  apply(testing::config(ConfigResourceType::kBroker, "", kKey, "true"));
  apply(testing::config(ConfigResourceType::kBroker, "3", kKey, "false"));
  REQUIRE(unclean() == "");
  apply(testing::config(ConfigResourceType::kBroker, "3", kKey, "TRUE"));
  REQUIRE(unclean() == "t-0: leader 2, isr 2, elr none, last known none, recovering");
}

TEST_CASE_METHOD(Electing, "another broker's own setting of unclean elections is its own affair") {
  config.node = NodeId{3};
  orphan();
  apply(testing::config(ConfigResourceType::kBroker, "2", "unclean.leader.election.enable", "true"));
  REQUIRE(unclean() == "");
}

TEST_CASE_METHOD(Electing, "unclean elections are at most so many in a run") {
  partition_on({1, 2});
  orphan();
  set("unclean.leader.election.enable", "true");
  REQUIRE(unclean(1) == "t-0: leader 2, isr 2, elr none, last known none, recovering and more");
}
