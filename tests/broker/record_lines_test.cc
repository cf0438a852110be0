#include "tests/testing.h"

#include "broker/controller/record_lines.h"

#include "tests/broker/metadata_records.h"

using namespace klamm;
using namespace klamm::broker;
using namespace klamm::broker::testing;

namespace {

// Brokers 1 and 2; t-0 on both, led by 1.
struct Lines {
  ClusterImage image = image_of({testing::broker(1, 10), testing::broker(2, 20), topic("t", 1), t_0()});

  static MetadataRecord t_0() { return testing::partition(1, 0, {1, 2}); }
  // "W text", "" when there is none.
  std::string told(const MetadataRecord& record) const {
    const auto line = line_of(image, record);
    if (!line) return "";
    return (line->level == LogLevel::kWarn ? "W " : "I ") + line->text;
  }
  static protocol::BrokerRegistrationChangeRecord change_of(int32_t number) {
    protocol::BrokerRegistrationChangeRecord record;
    record.broker_id = number;
    record.broker_epoch = number * 10;
    return record;
  }
  void isr(std::vector<int32_t> members) {
    auto record = partition_change(1, 0);
    record.isr = std::move(members);
    REQUIRE(image.apply(record).ok());
  }
};

}  // namespace

TEST_CASE_METHOD(Lines, "a broker that is new, back, or says more of itself is told apart") {
  REQUIRE(told(testing::broker(3, 30)).starts_with("I Broker 3 is registered for the first time, in broker "
                                                   "epoch 30; its incarnation is "));
  REQUIRE(told(testing::broker(2, 20)).starts_with("I Broker 2 has amended its registration"));
  auto again = testing::broker(2, 40);
  again.incarnation_id = Uuid::of(7, 7);
  REQUIRE(told(again).starts_with("I Broker 2 is registered in another life, in broker epoch 40"));
}

TEST_CASE_METHOD(Lines, "brokers that are fenced, unfenced, shut down and unregistered are told of") {
  auto change = change_of(1);
  change.fenced = 1;
  REQUIRE(told(change) == "I Broker 1 is fenced: others lead what it led");
  change.fenced = -1;
  REQUIRE(told(change) == "I Broker 1 is unfenced");
  change = change_of(2);
  change.in_controlled_shutdown = 1;
  REQUIRE(told(change) == "I Broker 2 shuts down in order: others lead what it led");
  REQUIRE(told(protocol::UnregisterBrokerRecord{.broker_id = 2, .broker_epoch = 20}) ==
          "I Broker 2 is unregistered");
  REQUIRE(told(change_of(9)) == "");
}

TEST_CASE_METHOD(Lines, "a lost directory of a broker is a warning") {
  auto two = testing::broker(4, 40);
  two.log_dirs = {Uuid::of(5, 1), Uuid::of(5, 2)};
  REQUIRE(image.apply(two).ok());
  auto change = change_of(4);
  change.log_dirs = {Uuid::of(5, 2)};
  REQUIRE(told(change) == "W Broker 4 has lost its log directory " + Uuid::of(5, 1).to_string());
}

TEST_CASE_METHOD(Lines, "topics that come and go are told with their ids") {
  REQUIRE(told(topic("b", 2)) == "I Topic b is created, with the id " + id(2).to_string());
  REQUIRE(told(remove_topic(1)) == "I Topic t is deleted, with the id " + id(1).to_string());
}

TEST_CASE_METHOD(Lines, "an unclean election is a warning, with who was in sync") {
  isr({1});
  REQUIRE(told(leader_change(1, 0, 2)) ==
          "W UNCLEAN partition change for t-0: node 2 leads, which was not in sync. In sync were 1, eligible "
          "nobody; what was acknowledged and is on those alone is lost");
}

TEST_CASE_METHOD(Lines, "a move that ends with who was added as its leader is nothing to tell") {
  isr({1});
  auto move = partition_change(1, 0);
  move.replicas = std::vector<int32_t>{2, 1};
  move.adding_replicas = std::vector<int32_t>{2};
  move.removing_replicas = std::vector<int32_t>{1};
  REQUIRE(image.apply(move).ok());
  auto end = partition_change(1, 0);
  end.leader = 2;
  end.isr = end.replicas = std::vector<int32_t>{2};
  end.adding_replicas = end.removing_replicas = std::vector<int32_t>{};
  REQUIRE(told(end) == "");
  end.leader_recovery_state = 1;
  REQUIRE(told(end).starts_with("W UNCLEAN"));
}

TEST_CASE_METHOD(Lines, "an election of who is in sync, or eligible, is nothing to tell") {
  REQUIRE(told(leader_change(1, 0, 2)) == "");
  isr({1});
  auto eligible = partition_change(1, 0);
  eligible.eligible_leader_replicas = std::vector<int32_t>{2};
  REQUIRE(image.apply(eligible).ok());
  REQUIRE(told(leader_change(1, 0, 2)) == "");
  REQUIRE(told(partition_change(1, 0)) == "");
}

TEST_CASE_METHOD(Lines, "a partition that loses its leader is told of, and only then") {
  REQUIRE(told(leader_change(1, 0, -1)) ==
          "W t-0 has no leader: of its replicas in sync (1,2) nobody is there to lead");
  REQUIRE(image.apply(leader_change(1, 0, -1)).ok());
  REQUIRE(told(leader_change(1, 0, -1)) == "");
}

TEST_CASE_METHOD(Lines, "what is not there any more is not told of") {
  REQUIRE(told(leader_change(9, 0, 2)) == "");
  REQUIRE(told(leader_change(1, 5, 2)) == "");
  REQUIRE(told(remove_topic(9)) == "");
}
