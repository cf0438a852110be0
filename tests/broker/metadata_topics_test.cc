#include "tests/testing.h"

#include "tests/broker/metadata_records.h"

namespace klamm::broker {
using namespace testing;

namespace {

const std::vector<MetadataRecord> kOneTopic = {topic("orders", 1), partition(1, 0, {1, 2, 3}),
                                               partition(1, 1, {2, 3, 1})};

// What is wrong with the record, or "".
std::string complaint(ClusterImage image, const MetadataRecord& record) {
  const ClusterImage before = image;
  auto applied = image.apply(record);
  if (applied) return "";
  REQUIRE(same_content(before, image));
  return applied.error().message;
}

}  // namespace

TEST_CASE("A topic is found by its name and by its id") {
  const ClusterImage image = image_of(kOneTopic);
  REQUIRE(image.topics().find("orders")->id == id(1));
  REQUIRE(image.topics().find(id(1))->name == "orders");
  REQUIRE(image.topics().find("order") == nullptr);
  REQUIRE(image.topics().partition_count() == 2);
  REQUIRE(describe(*image.topics().find("orders", 1)) ==
          "leader 2 (epoch 0) isr 2,3,1 replicas 2,3,1 partition epoch 0");
}

TEST_CASE("A change that names a leader starts a leader epoch, any change a partition epoch") {
  ClusterImage image = image_of(kOneTopic);
  auto shrink = partition_change(1, 0);
  shrink.isr = std::vector<int32_t>{1, 3};
  REQUIRE(image.apply(MetadataRecord(shrink)));
  REQUIRE(describe(*image.topics().find(id(1), 0)) ==
          "leader 1 (epoch 0) isr 1,3 replicas 1,2,3 partition epoch 1");
  REQUIRE(image.apply(leader_change(1, 0, 3)));
  REQUIRE(describe(*image.topics().find(id(1), 0)) ==
          "leader 3 (epoch 1) isr 1,3 replicas 1,2,3 partition epoch 2");
  REQUIRE(image.apply(leader_change(1, 0, -1)));
  REQUIRE_FALSE(image.topics().find(id(1), 0)->has_leader());
}

TEST_CASE("A change of replicas brings their directories along") {
  ClusterImage image = image_of(kOneTopic);
  auto reassign = partition_change(1, 0);
  reassign.replicas = std::vector<int32_t>{4, 1, 2, 3};
  reassign.adding_replicas = std::vector<int32_t>{4};
  reassign.removing_replicas = std::vector<int32_t>{2};
  reassign.directories = std::vector<Uuid>{id(904), id(901), id(902), id(903)};
  REQUIRE(image.apply(MetadataRecord(reassign)));
  const PartitionImage* partition = image.topics().find(id(1), 0);
  REQUIRE(partition->directory_of(NodeId{4}) == id(904));
  REQUIRE(partition->adding_replicas == std::vector{NodeId{4}});
  REQUIRE(partition->removing_replicas == std::vector{NodeId{2}});
}

TEST_CASE("Replicas of a record without directories are in a directory not known yet") {
  auto old_record = std::get<protocol::PartitionRecord>(partition(1, 0, {1, 2}));
  old_record.directories.clear();
  const ClusterImage image = image_of({topic("orders", 1), old_record});
  REQUIRE(image.topics().find(id(1), 0)->directory_of(NodeId{2}) == kMigratingDirectory);
}

// ---- what was wrong: below MV 17 a reassignment by a controller of Apache Kafka ended the process ----

TEST_CASE("Replicas that change where nobody says a directory have none either") {
  auto old_record = std::get<protocol::PartitionRecord>(partition(1, 0, {1, 2}));
  old_record.directories.clear();
  ClusterImage image = image_of({topic("orders", 1), old_record});
  auto reassign = partition_change(1, 0);
  reassign.replicas = std::vector<int32_t>{3, 1, 2};
  REQUIRE(image.apply(MetadataRecord(reassign)));
  REQUIRE(image.topics().find(id(1), 0)->directory_of(NodeId{3}) == kMigratingDirectory);
}

TEST_CASE("A removed topic takes its partitions, its name and its configuration with it") {
  ClusterImage image = image_of(kOneTopic);
  REQUIRE(image.apply(config(ConfigResourceType::kTopic, "orders", "retention.ms", "1")));
  REQUIRE(image.apply(remove_topic(1)));
  REQUIRE(image.topics().find("orders") == nullptr);
  REQUIRE(image.topics().partition_count() == 0);
  REQUIRE(image.configs().of_topic("orders").empty());
  // The name may be used again, under another id.
  REQUIRE(image.apply(topic("orders", 2)));
  REQUIRE(image.topics().find("orders")->id == id(2));
}

TEST_CASE("Of every broker it is known how much it is to lead, and how much it holds") {
  ClusterImage image = image_of(kOneTopic);
  const auto has = [&](int32_t broker, int64_t leads, int64_t holds) {
    return image.topics().loads().of(NodeId{broker}) == BrokerLoad{leads, holds};
  };
  REQUIRE((has(1, 1, 2) && has(2, 1, 2) && has(3, 0, 2) && has(4, 0, 0)));
  // Who leads at the moment does not count.
  REQUIRE(image.apply(leader_change(1, 0, 3)));
  REQUIRE((has(1, 1, 2) && has(2, 1, 2) && has(3, 0, 2)));
  auto reassign = partition_change(1, 0);
  reassign.replicas = std::vector<int32_t>{4, 2};
  reassign.directories = std::vector<Uuid>{id(904), id(902)};
  REQUIRE(image.apply(MetadataRecord(reassign)));
  REQUIRE((has(1, 0, 1) && has(2, 1, 2) && has(3, 0, 1) && has(4, 1, 1)));
  REQUIRE(image.apply(partition(1, 1, {3})));
  REQUIRE((has(1, 0, 0) && has(2, 0, 1) && has(3, 1, 1) && has(4, 1, 1)));
  REQUIRE(image.apply(remove_topic(1)));
  REQUIRE(image.topics().loads() == BrokerLoads());
}

TEST_CASE("Clearing eligible leaders changes only the partitions that have some") {
  auto with_elr = std::get<protocol::PartitionRecord>(partition(1, 0, {1, 2}));
  with_elr.eligible_leader_replicas = std::vector<int32_t>{2};
  with_elr.last_known_elr = std::vector<int32_t>{1};
  ClusterImage image = image_of({topic("orders", 1), with_elr, partition(1, 1, {1, 2})});
  protocol::ClearElrRecord clear;
  clear.topic_name = GENERATE(as<std::string_view>{}, "orders", "");
  REQUIRE(image.apply(MetadataRecord(clear)));
  REQUIRE(image.topics().find(id(1), 0)->elr.empty());
  REQUIRE(image.topics().find(id(1), 0)->last_known_elr.empty());
  REQUIRE(image.topics().find(id(1), 0)->partition_epoch == Epoch{1});
  REQUIRE(image.topics().find(id(1), 1)->partition_epoch == Epoch{0});
}

TEST_CASE("Records that contradict the topics are refused and change nothing") {
  const ClusterImage image = image_of(kOneTopic);
  REQUIRE(complaint(image, topic("orders", 2)).find("taken") != std::string::npos);
  REQUIRE(complaint(image, topic("other", 1)).find("taken") != std::string::npos);
  REQUIRE(complaint(image, partition(2, 0, {1})).find("does not exist") != std::string::npos);
  REQUIRE(complaint(image, leader_change(1, 2, 1)).find("does not exist") != std::string::npos);
  REQUIRE(complaint(image, remove_topic(7)).find("does not exist") != std::string::npos);
  protocol::ClearElrRecord clear;
  clear.topic_name = "other";
  REQUIRE(complaint(image, clear).find("does not exist") != std::string::npos);
  auto short_list = partition_change(1, 0);
  short_list.replicas = std::vector<int32_t>{1};
  REQUIRE(complaint(image, short_list).find("not one directory for each replica") != std::string::npos);
  auto strange = partition_change(1, 0);
  strange.leader_recovery_state = 2;
  REQUIRE(complaint(image, strange).find("recovery state") != std::string::npos);
}

}  // namespace klamm::broker
