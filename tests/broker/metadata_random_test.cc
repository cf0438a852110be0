// Random histories of the cluster: what must hold of any image, shown against simpler ways to find the same.
#include "tests/testing.h"

#include <map>
#include <set>

#include "broker/metadata/image_delta.h"
#include "broker/metadata/snapshot_file.h"
#include "tests/broker/metadata_records.h"
#include "tests/sim/sim_disk.h"

namespace klamm::broker {
using namespace testing;

namespace {

// Makes records that fit the image they are applied to, topics and partitions above all.
class History {
 public:
  explicit History(uint64_t seed) : random_(seed), image_(image_of(one_of_everything())) {}

  const ClusterImage& image() const { return image_; }

  void go_on(int records) {
    for (int i = 0; i < records; ++i) {
      auto applied = image_.apply(next());
      INFO((applied ? "" : applied.error().message));
      REQUIRE(applied);
      image_.set_last_applied({image_.last_applied().offset + 1, Epoch{1}, 1000});
    }
  }

 private:
  static constexpr uint64_t kTopics = 12;

  MetadataRecord next() {
    const uint64_t number = 100 + random_.below(kTopics);
    const TopicImage* known = image_.topics().find(id(number));
    if (!known) return topic(names_[number - 100], number);
    const auto index = static_cast<int32_t>(random_.below(6));
    switch (random_.below(8)) {
      case 0:
        return random_.one_in(3) ? remove_topic(number)
                                 : MetadataRecord(broker(number % 5, random_.below(9)));
      case 1:
      case 2:
        return config(ConfigResourceType::kTopic, known->name, names_[random_.below(3)],
                      random_.one_in(3) ? std::nullopt : std::optional<std::string_view>(names_[index]));
      case 3:
        return feature("group.version", static_cast<int16_t>(random_.below(2)));
      default:
        break;
    }
    if (!known->partition(index)) return partition(number, index, {1, 2, 3});
    if (random_.one_in(4)) return moved(number, index);
    return leader_change(number, index, static_cast<int32_t>(random_.below(4)) - 1);
  }

  // To some of four brokers.
  MetadataRecord moved(uint64_t number, int32_t index) {
    auto record = partition_change(number, index);
    record.replicas.emplace();
    record.directories.emplace();
    const auto first = static_cast<int32_t>(random_.below(4));
    const auto count = static_cast<int32_t>(1 + random_.below(4));
    for (int32_t i = 0; i < count; ++i) {
      const int32_t replica = 1 + (first + i) % 4;
      record.replicas->push_back(replica);
      record.directories->push_back(id(900 + replica));
    }
    return record;
  }

  SeededRandom random_;
  ClusterImage image_;
  const std::vector<std::string> names_ = {"a", "b", "c", "d", "e", "f", "g", "h", "i", "j", "k", "l"};
};

using PartitionKey = std::pair<Uuid, int32_t>;

std::map<PartitionKey, PartitionImage> all_partitions(const ClusterImage& image) {
  std::map<PartitionKey, PartitionImage> all;
  for (const auto& [id, topic] : image.topics().by_id()) {
    for (const auto& [index, partition] : topic.partitions) all.emplace(PartitionKey{id, index}, partition);
  }
  return all;
}

// What brokers have, counted anew.
BrokerLoads loads_of(const ClusterImage& image) {
  BrokerLoads loads;
  for (const auto& [key, partition] : all_partitions(image)) loads.add(partition.replicas);
  return loads;
}

// The partitions that differ, found by looking at all of them.
std::set<PartitionKey> different_partitions(const ClusterImage& before, const ClusterImage& after) {
  const auto old_partitions = all_partitions(before), new_partitions = all_partitions(after);
  std::set<PartitionKey> different;
  for (const auto& [key, partition] : old_partitions) {
    const auto at = new_partitions.find(key);
    if (at == new_partitions.end() || at->second != partition) different.insert(key);
  }
  for (const auto& [key, partition] : new_partitions) {
    if (!old_partitions.contains(key)) different.insert(key);
  }
  return different;
}

}  // namespace

TEST_CASE("Whatever happened, the snapshot of an image gives the same image back") {
  for (uint64_t seed = 1; seed <= 30; ++seed) {
    INFO("seed " << seed);
    History history(seed);
    history.go_on(static_cast<int>(seed * 10));
    sim::SimDisk disk;
    REQUIRE(disk.make_directories("/logs"));
    auto id = write_snapshot(disk, "/logs", history.image(), 0, {}, 1);
    REQUIRE(id);
    auto loaded = load_snapshot(disk, "/logs", *id);
    REQUIRE(loaded);
    REQUIRE(same_content(loaded->image, history.image()));
    REQUIRE(loaded->image.topics().partition_count() == history.image().topics().partition_count());
    REQUIRE(loaded->image.topics().loads() == history.image().topics().loads());
    REQUIRE(loaded->image.last_applied() == history.image().last_applied());
  }
}

TEST_CASE("Whatever happened, the difference names every partition that differs") {
  for (uint64_t seed = 1; seed <= 60; ++seed) {
    INFO("seed " << seed);
    History history(seed);
    history.go_on(200);
    const ClusterImage before = history.image();
    history.go_on(static_cast<int>(seed));
    const ImageDelta delta = difference(before, history.image());
    std::set<PartitionKey> named;
    for (const PartitionDelta& partition : delta.partitions) {
      REQUIRE(named.insert({partition.topic->id, partition.index}).second);
      const auto* old_partition = before.topics().find(partition.topic->id, partition.index);
      const auto* new_partition = history.image().topics().find(partition.topic->id, partition.index);
      REQUIRE(partition.before == old_partition);
      REQUIRE(partition.after == new_partition);
    }
    for (const PartitionKey& key : different_partitions(before, history.image()))
      REQUIRE(named.contains(key));
  }
}

TEST_CASE("Names and ids of topics lead to each other, and the counts of partitions are right") {
  History history(99);
  for (int round = 0; round < 50; ++round) {
    history.go_on(40);
    const TopicsImage& topics = history.image().topics();
    REQUIRE(topics.by_name().size() == topics.by_id().size());
    for (const auto& [name, id] : topics.by_name()) REQUIRE(topics.find(id)->name == name);
    REQUIRE(all_partitions(history.image()).size() == topics.partition_count());
    REQUIRE(topics.loads() == loads_of(history.image()));
  }
}

}  // namespace klamm::broker
