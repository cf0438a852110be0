// Following the log: transactions, positions, differences, and the records of a snapshot.
#include "tests/testing.h"

#include "broker/metadata/image_delta.h"
#include "broker/metadata/image_loader.h"
#include "tests/broker/metadata_records.h"

namespace klamm::broker {
using namespace testing;

namespace {

const MetadataRecord kBegin = protocol::BeginTransactionRecord{};
const MetadataRecord kEnd = protocol::EndTransactionRecord{};
const MetadataRecord kAbort = protocol::AbortTransactionRecord{};

class Log {
 public:
  ImageLoader loader;

  // A batch at the end of what was loaded.
  Result<void, Failure> load(const std::vector<MetadataRecord>& records) {
    auto applied = loader.apply({next_, Epoch{1}, 1000 + next_.value, records});
    next_ = next_ + static_cast<int64_t>(records.size());
    return applied;
  }
  // "topics up to offset": of the visible and of the latest image.
  std::string topics() const { return names(loader.visible()) + "| " + names(loader.latest()); }

 private:
  static std::string names(const ClusterImage& image) {
    std::string text;
    for (const auto& [name, id] : image.topics().by_name()) text += name + " ";
    return text + "to " + std::to_string(image.last_applied().offset.value) + " ";
  }

  Offset next_{0};
};

std::string text_of(const ImageDelta& delta) {
  std::string text;
  for (const auto* topic : delta.removed_topics) text += "-" + topic->name + " ";
  for (const auto* topic : delta.added_topics) text += "+" + topic->name + " ";
  for (const auto& partition : delta.partitions) {
    text += (partition.before ? partition.after ? "~" : "-" : "+") + partition.topic->name + "-" +
            std::to_string(partition.index) + " ";
  }
  for (const auto& config : delta.configs) text += "config:" + config.resource->name + " ";
  for (const auto& broker : delta.brokers) text += "broker:" + std::to_string(broker.either().id.value) + " ";
  return text;
}

}  // namespace

TEST_CASE("Batches become visible as they are applied, with where they stand in the log") {
  Log log;
  REQUIRE(log.load({topic("a", 1), topic("b", 2)}));
  REQUIRE(log.topics() == "a b to 1 | a b to 1 ");
  REQUIRE(log.loader.visible().last_applied() == AppliedTo{Offset{1}, Epoch{1}, 1000});
  log.loader.skip_to(Offset{5}, Epoch{2}, 7);
  REQUIRE(log.loader.visible().last_applied() == AppliedTo{Offset{5}, Epoch{2}, 7});
}

TEST_CASE("A metadata transaction becomes visible whole, when it ends") {
  Log log;
  REQUIRE(log.load({topic("a", 1)}));
  REQUIRE(log.load({kBegin, topic("b", 2)}));
  REQUIRE(log.load({topic("c", 3)}));
  REQUIRE(log.topics() == "a to 0 | a b c to 3 ");
  REQUIRE(log.loader.open_transaction()->begun_at == Offset{1});
  REQUIRE(log.load({kEnd}));
  REQUIRE(log.topics() == "a b c to 4 | a b c to 4 ");
}

TEST_CASE("An aborted metadata transaction leaves no trace but its offsets") {
  Log log;
  REQUIRE(log.load({topic("a", 1)}));
  REQUIRE(log.load({topic("b", 2), kBegin, topic("c", 3)}));
  // The image must not stand in the middle of a batch: what came before the transaction waits for its end.
  REQUIRE(log.topics() == "a to 0 | a b c to 3 ");
  REQUIRE(log.loader.open_transaction()->begun_at == Offset{2});
  REQUIRE(log.loader.open_transaction()->before.topics().find("b") != nullptr);
  REQUIRE(log.loader.open_transaction()->before.topics().find("c") == nullptr);
  REQUIRE(log.load({kAbort}));
  REQUIRE(log.topics() == "a b to 4 | a b to 4 ");
}

TEST_CASE("Transactions that overlap or that were not begun stop the loading") {
  Log log;
  REQUIRE_FALSE(log.load({kEnd}));
  REQUIRE_FALSE(log.load({kAbort}));
  REQUIRE_FALSE(log.load({kBegin, kBegin}));
}

TEST_CASE("A contradiction is reported with its offset") {
  Log log;
  REQUIRE(log.load({topic("a", 1)}));
  auto applied = log.load({topic("b", 2), leader_change(7, 0, 1)});
  REQUIRE(applied.error().message.find("offset 2 ") != std::string::npos);
}

TEST_CASE("The difference of two images names what changed") {
  const ClusterImage before =
      image_of({broker(1, 1), topic("a", 1), partition(1, 0, {1}), partition(1, 1, {1}), topic("b", 2),
                partition(2, 0, {1}), config(ConfigResourceType::kTopic, "b", "x", "1")});
  ClusterImage after = before;
  REQUIRE(difference(before, after).empty());
  REQUIRE(after.apply(leader_change(1, 1, 1)));
  REQUIRE(after.apply(remove_topic(2)));
  REQUIRE(after.apply(topic("c", 3)));
  REQUIRE(after.apply(partition(3, 0, {1})));
  REQUIRE(after.apply(MetadataRecord(broker(2, 5))));
  REQUIRE(text_of(difference(before, after)) == "-b +c ~a-1 -b-0 +c-0 config:b broker:2 ");
  REQUIRE(text_of(difference(after, before)) == "-c +b ~a-1 +b-0 -c-0 config:b broker:2 ");
}

TEST_CASE("A change of a partition asks of a broker what its place in it demands") {
  const ClusterImage before = image_of({topic("a", 1), partition(1, 0, {1, 2})});
  const auto asked = [&](const MetadataRecord& change, int32_t node) {
    ClusterImage after = before;
    REQUIRE(after.apply(change));
    return replica_change(difference(before, after).partitions.at(0), NodeId{node});
  };
  REQUIRE(asked(leader_change(1, 0, 2), 2) == ReplicaChange::kBecomesLeader);
  REQUIRE(asked(leader_change(1, 0, 2), 1) == ReplicaChange::kFollows);
  REQUIRE(asked(leader_change(1, 0, 2), 3) == ReplicaChange::kNone);
  REQUIRE(asked(partition_change(1, 0), 1) == ReplicaChange::kLeads);
  REQUIRE(asked(remove_topic(1), 2) == ReplicaChange::kRemoved);
  auto moved = partition_change(1, 0);
  moved.replicas = std::vector<int32_t>{1, 3};
  REQUIRE(asked(moved, 2) == ReplicaChange::kRemoved);
  REQUIRE(asked(moved, 3) == ReplicaChange::kFollows);
}

TEST_CASE("The records of an image make the same image again") {
  const ClusterImage image = image_of(one_of_everything());
  std::vector<MetadataRecord> records;
  Bytes bytes;
  write_records(image, [&](const MetadataRecord& record, int16_t version) {
    Bytes value;
    protocol::Writer writer(value);
    protocol::write_metadata_record(writer, record, version);
    ClusterImage ignored;
    auto again = protocol::read_metadata_record(value);
    REQUIRE(again);
    REQUIRE(*again == record);
    records.push_back(record);
  });
  REQUIRE(records.front() == feature("metadata.version", 30));
  REQUIRE(same_content(image_of(records), image));
}

TEST_CASE("What is null in an image is null in its records, not empty") {
  write_records(image_of(one_of_everything()), [](const MetadataRecord& record, int16_t) {
    if (const auto* broker = std::get_if<protocol::RegisterBrokerRecord>(&record)) {
      REQUIRE(broker->rack.has_value() == (broker->broker_id == 1));
      REQUIRE(broker->cordoned_log_dirs.has_value() == (broker->broker_id == 1));
    }
    if (const auto* quota = std::get_if<protocol::ClientQuotaRecord>(&record)) {
      REQUIRE(quota->entity[0].entity_type == "client-id");
      REQUIRE_FALSE(quota->entity[0].entity_name);
      REQUIRE(quota->entity[1].entity_name == "alice");
    }
  });
}

TEST_CASE("A snapshot's records come in Kafka's order, in the versions that metadata.version asks for") {
  REQUIRE(kinds_of(image_of(one_of_everything())) ==
          "12v0 12v0 0v4 0v4 27v0 2v0 3v2 3v2 4v0 4v0 14v0 15v0 18v0 11v0 10v0");
  const std::vector<MetadataRecord> rest = {MetadataRecord(broker(1, 1)), topic("a", 1),
                                            partition(1, 0, {1})};
  const auto at = [&](int16_t level) {
    auto records = rest;
    records.insert(records.begin(), feature("metadata.version", level));
    return kinds_of(image_of(records));
  };
  REQUIRE(at(7) == "12v0 0v1 2v0 3v0");
  REQUIRE(at(8) == "12v0 0v2 2v0 3v0");
  REQUIRE(at(17) == "12v0 0v3 2v0 3v1");
  REQUIRE(at(23) == "12v0 0v3 2v0 3v2");
  REQUIRE(at(29) == "12v0 0v3 2v0 3v2");
  REQUIRE(at(30) == "12v0 0v4 2v0 3v2");
}

}  // namespace klamm::broker
