#include "tests/testing.h"

#include "broker/controller/brokers.h"
#include "tests/broker/metadata_records.h"

using namespace klamm;
using namespace klamm::broker;
using namespace klamm::broker::testing;

namespace {

// A cluster as its controller keeps it: what is decided is applied at once.
struct Deciding {
  ClusterImage image =
      image_of({feature("metadata.version", 30), feature("eligible.leader.replicas.version", 1)});
  ControllerConfig config;
  SeededRandom random{1};
  int64_t next_offset = 100;

  ControllerView view() { return {image, config, random, {}}; }
  size_t perform(const Decision& decision) {
    for (const Bytes& record : decision.records) {
      auto read = protocol::read_metadata_record(record);
      REQUIRE(read.has_value());
      REQUIRE(image.apply(*read).ok());
      ++next_offset;
    }
    return decision.records.size();
  }
  size_t enter(int32_t number, int64_t previous_epoch = -1) {
    Registration registration;
    registration.id = NodeId{number};
    registration.incarnation_id = id(700 + number);
    registration.endpoints.push_back({"PLAINTEXT", "host", 9092, 0});
    registration.directories = {id(12), id(11)};
    registration.previous_epoch = previous_epoch;
    return perform(decide_register_broker(view(), registration, Offset{next_offset}));
  }
  size_t unfence(int32_t number) { return perform(decide_unfence_broker(view(), NodeId{number})); }
  size_t fence(int32_t number) { return perform(decide_fence_broker(view(), NodeId{number})); }
  void live(int32_t number) {
    enter(number);
    unfence(number);
  }
  void apply(const MetadataRecord& record) { REQUIRE(image.apply(record).ok()); }
  void topic_on(std::vector<int32_t> replicas) {
    apply(topic("t", 1));
    auto record = std::get<protocol::PartitionRecord>(testing::partition(1, 0, std::move(replicas)));
    record.directories.clear();  // wherever the brokers have them
    apply(record);
  }
  const BrokerImage& broker(int32_t number) { return *image.brokers().find(NodeId{number}); }
  std::string partition_state() { return describe(*image.topics().find("t", 0)); }
};

}  // namespace

TEST_CASE_METHOD(Deciding,
                 "a broker registers fenced, in the epoch of its record, with its directories in order") {
  REQUIRE(enter(1) == 1);
  REQUIRE(broker(1).fenced);
  REQUIRE(broker(1).epoch == 100);
  REQUIRE(broker(1).directories == std::vector<Uuid>{id(11), id(12)});
  REQUIRE(broker(1).endpoint("PLAINTEXT")->port == 9092);
}

TEST_CASE_METHOD(Deciding, "a broker is unfenced once") {
  enter(1);
  REQUIRE(unfence(1) == 1);
  REQUIRE_FALSE(broker(1).fenced);
  REQUIRE(unfence(1) == 0);
  REQUIRE(unfence(9) == 0);
}

TEST_CASE_METHOD(Deciding, "an unfenced broker leads what had no leader") {
  live(1);
  topic_on({1});
  fence(1);
  REQUIRE(partition_state() == "leader -1 (epoch 1) isr none replicas 1 partition epoch 1");
  REQUIRE(unfence(1) == 2);
  REQUIRE(partition_state() == "leader 1 (epoch 2) isr 1 replicas 1 partition epoch 2");
}

TEST_CASE_METHOD(Deciding, "a broker that goes hands its leadership on and leaves the in-sync replicas") {
  live(1);
  live(2);
  topic_on({1, 2});
  REQUIRE(fence(1) == 2);
  REQUIRE(broker(1).fenced);
  REQUIRE(partition_state() == "leader 2 (epoch 1) isr 2 replicas 1,2 partition epoch 1");
  REQUIRE(fence(1) == 0);
}

TEST_CASE_METHOD(Deciding,
                 "a broker that comes back from a crash may have lost what it was in sync with (KIP-966)") {
  live(1);
  live(2);
  topic_on({1, 2});
  REQUIRE(enter(1) == 2);
  REQUIRE(partition_state() == "leader 2 (epoch 1) isr 2 replicas 1,2 partition epoch 1");
}

TEST_CASE_METHOD(Deciding, "a broker that was shut down cleanly keeps its place among the in-sync replicas") {
  live(1);
  topic_on({1});
  REQUIRE(enter(1, broker(1).epoch) == 1);
  REQUIRE(image.topics().find("t", 0)->in_isr(NodeId{1}));
}

TEST_CASE_METHOD(Deciding, "blocks of producer ids follow each other") {
  live(1);
  ProducerIdBlock first = decide_allocate_producer_ids(view(), NodeId{1}, broker(1).epoch);
  REQUIRE(first.first == 0);
  perform(first.decision);
  REQUIRE(decide_allocate_producer_ids(view(), NodeId{1}, broker(1).epoch).first == kProducerIdBlockSize);
}
