#include "tests/testing.h"

#include "broker/controller/broker_changes.h"

#include "tests/broker/many_brokers.h"

using namespace klamm;
using namespace klamm::broker;
using namespace klamm::broker::testing;

TEST_CASE_METHOD(ManyBrokers, "a draft gives its records, and what they make of the image") {
  live({1, 2});
  partition_on({1, 2});
  Draft draft(view());
  leave_partitions(draft, NodeId{1});
  REQUIRE(draft.image().topics().find("t", 0)->leader == NodeId{2});
  const Decision decision = draft.take();
  REQUIRE(same_content(decision.drafted->before, image));
  REQUIRE(perform(decision) == "t-0: leader 2, isr 2");
  REQUIRE(same_content(decision.drafted->after, image));
}

TEST_CASE_METHOD(ManyBrokers, "a draft without records foresees nothing") {
  live(1);
  REQUIRE(Draft(view()).take().drafted == nullptr);
}

// What was wrong: the steps of a draft saw what the log could not say, and nobody who followed it.
TEST_CASE_METHOD(ManyBrokers, "where a level of metadata.version cannot say all, a draft knows no more") {
  live(1);
  partition_on({1});
  apply(feature("metadata.version", 16));  // and no partition has eligible leaders in its records
  Draft draft(view());
  leave_partitions(draft, NodeId{1});
  REQUIRE(draft.image().topics().find("t", 0)->elr.empty());
  const Decision decision = draft.take();
  perform(decision);
  REQUIRE(state() == "leader -1 isr none elr none");
  REQUIRE(same_content(decision.drafted->after, image));
}

TEST_CASE_METHOD(ManyBrokers, "an election goes by the settings of each topic, whatever the one before has") {
  live({1, 2});
  for (uint64_t number = 1; number <= 2; ++number) {
    apply(topic(number == 1 ? "a" : "b", number));
    for (int32_t index = 0; index < 2; ++index) apply(testing::partition(number, index, {1}));
  }
  apply(testing::config(ConfigResourceType::kTopic, "a", "unclean.leader.election.enable", "true"));
  Draft draft(view());
  const auto unclean = [&] {
    std::string text;
    elect_where(
        draft, [](const PartitionImage&) { return true; },
        [&](const ElectionTerms& terms) { text += terms.unclean ? "u" : "-"; });
    return text;
  };
  REQUIRE(unclean() == "uu--");
}
