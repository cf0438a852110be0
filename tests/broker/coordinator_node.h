// A node that follows the cluster's metadata with real replicas on the simulated disk, for the tests of what
// follows behind the replica manager.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "broker/replica/replica_manager.h"
#include "tests/broker/metadata_records.h"
#include "tests/broker/partition_fixture.h"

namespace klamm::broker::testing {

inline constexpr uint64_t kOffsetsTopicNumber = 50;

struct CoordinatorNode {
  CoordinatorNode() {
    workers.inline_now = true;
    disk.plant("/d/meta.properties",
               "version=1\ncluster.id=ours\nnode.id=1\ndirectory.id=" + Uuid::of(11, 12).to_string() + "\n");
    config.id = kSelf;
    config.storage.log_dirs = {"/d"};
    config.storage.recovery_threads_per_dir = 1;
    config.network.disk_workers = 1;
    start_replicas();
  }
  virtual ~CoordinatorNode() = default;

  void start_replicas() {
    held = std::make_unique<Partitions>();
    auto logs = LogManager::open(disk, random, kSelf, config.storage);
    REQUIRE(logs.ok());
    ReplicaManager::Uses uses{disk,     clock,    *held,
                              flushers, shortage, [](const std::string& why) { FAIL(why); }};
    manager = std::make_unique<ReplicaManager>(uses, config, std::move(*logs));
    REQUIRE(manager->load().ok());
    image = ClusterImage();
  }
  // As the server's lane does it.
  void become(const std::vector<MetadataRecord>& records) { go_to(image_of(records)); }
  void change(const MetadataRecord& record) {
    ClusterImage after = image;
    REQUIRE(after.apply(record).ok());
    go_to(after);
  }
  void go_to(const ClusterImage& after) {
    manager->apply(image, after);
    follow(image, after);
    image = after;
  }
  virtual void follow(const ClusterImage& before, const ClusterImage& after) = 0;

  // __consumer_offsets with so many partitions, all led here, beside topics "t" and "u".
  static std::vector<MetadataRecord> offsets_topic_of(int32_t partitions, int32_t leader = 1) {
    std::vector<MetadataRecord> records = {topic("__consumer_offsets", kOffsetsTopicNumber), topic("t", 1),
                                           partition(1, 0, {1}), topic("u", 2), partition(2, 0, {1})};
    for (int32_t i = 0; i < partitions; ++i) {
      records.push_back(
          partition(kOffsetsTopicNumber, i, leader == 1 ? std::vector{1} : std::vector{leader, 1}));
    }
    return records;
  }

  sim::SimDisk disk;
  SeededRandom random{1};
  FakeClock clock;
  FakeWorkers flushers, workers;
  FakeLoop loop{clock};
  NodeConfig config;
  Shortage shortage{clock, [](LogLevel, const std::string&) {}};
  std::unique_ptr<Partitions> held;
  std::unique_ptr<ReplicaManager> manager;
  ClusterImage image;
};

}  // namespace klamm::broker::testing
