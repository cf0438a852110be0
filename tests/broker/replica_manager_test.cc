#include "tests/testing.h"

#include <algorithm>

#include "broker/replica/replica_manager.h"
#include "broker/upkeep.h"
#include "storage/partition_metadata.h"
#include "tests/broker/fake_loop.h"
#include "tests/broker/metadata_records.h"
#include "tests/broker/partition_fixture.h"

using namespace klamm;
using namespace klamm::broker;
using namespace klamm::broker::testing;

namespace {

struct Node {
  Node() {
    disk.plant("/d/meta.properties",
               "version=1\ncluster.id=ours\nnode.id=1\ndirectory.id=" + Uuid::of(11, 12).to_string() + "\n");
    config.id = kSelf;
    config.storage.log_dirs = {"/d"};
    config.storage.recovery_threads_per_dir = 1;
    config.network.disk_workers = 1;
    start();
  }
  void start() {
    held = std::make_unique<Partitions>();
    auto logs = LogManager::open(disk, random, kSelf, config.storage);
    if (!logs) FAIL(logs.error().message);
    previous_broker_epoch = (*logs)->previous_broker_epoch();
    ReplicaManager::Uses uses{disk,     clock,    *held,
                              flushers, shortage, [this](const std::string& why) { fatal.push_back(why); }};
    uses.quotas = &quotas;
    manager = std::make_unique<ReplicaManager>(uses, config, std::move(*logs));
    auto loaded = manager->load();
    if (!loaded) FAIL(loaded.error().message);
    image = ClusterImage();
  }
  void restart_killed() {
    manager.reset();
    held.reset();
    disk.kill_process();
    start();
  }
  void restart_closed() {
    manager->close(7);
    manager.reset();
    start();
  }
  void become(const std::vector<MetadataRecord>& records) {
    ClusterImage after = image_of(records);
    manager->apply(image, after);
    image = after;
  }
  std::shared_ptr<Partition> replica(uint64_t topic = 1) { return held->find(id(topic), 0); }
  AppendResult append(uint64_t topic = 1) {
    AppendResult result{.error = ErrorCode::kUnknownServerError};
    replica(topic)->append(PartitionFixture::pending({}, result));
    return result;
  }
  int64_t end(uint64_t topic = 1) { return replica(topic)->state().end.offset.value; }
  // The directories of partitions, without what makes their names unique.
  std::string directories() {
    std::string text;
    std::vector<std::string> names = disk.list("/d").value();
    for (const std::string& name : names) {
      if (name[0] != 't') continue;
      bool stray = name.ends_with("-stray"), deleted = name.ends_with("-delete");
      text += (text.empty() ? "" : " ") + std::string(stray ? "stray" : deleted ? "deleted" : name);
    }
    return text;
  }
  // Nothing more fits on the disk, and then again everything.
  void fill_disk() {
    const auto space = disk.space("/d").value();
    disk.set_capacity(space.total_bytes - space.usable_bytes);
  }
  void empty_disk() { disk.set_capacity(UINT64_MAX); }
  bool is_marked_clean() { return disk.exists("/d/.kafka_cleanshutdown"); }

  sim::SimDisk disk;
  SeededRandom random{1};
  FakeClock clock;
  FakeWorkers flushers;
  NodeConfig config;
  std::vector<std::string> said, fatal;
  Shortage shortage{clock, [this](LogLevel, const std::string& line) { said.push_back(line); }};
  ReplicationQuotas quotas{clock};
  int64_t previous_broker_epoch = 0;
  std::unique_ptr<Partitions> held;
  std::unique_ptr<ReplicaManager> manager;
  ClusterImage image;
};

const std::vector<MetadataRecord> kTopic = {topic("t", 1), partition(1, 0, {1})};

}  // namespace

TEST_CASE_METHOD(Node, "a replica starts with its topic and leads") {
  become(kTopic);
  REQUIRE(append().committed);
  REQUIRE(directories() == "t-0");
  REQUIRE(fatal.empty());
}

TEST_CASE_METHOD(Node, "a replica of another node is not started here") {
  become({topic("t", 1), partition(1, 0, {2})});
  REQUIRE(replica() == nullptr);
  REQUIRE(directories().empty());
}

TEST_CASE_METHOD(Node, "a deleted topic's files go after file.delete.delay.ms and not before") {
  become(kTopic);
  become({});
  REQUIRE(replica() == nullptr);
  REQUIRE(directories() == "deleted");
  clock.now += 59'999;
  manager->remove_deleted();
  REQUIRE(directories() == "deleted");
  clock.now += 1;
  manager->remove_deleted();
  REQUIRE(directories().empty());
}

TEST_CASE_METHOD(Node, "a replica that leaves goes like a deleted topic's; who comes back begins anew") {
  become(kTopic);
  append();
  become({topic("t", 1), partition(1, 0, {2})});
  REQUIRE(replica() == nullptr);
  REQUIRE(directories() == "deleted");
  auto back = std::get<protocol::PartitionRecord>(partition(1, 0, {1}));
  back.leader_epoch = back.partition_epoch = 2;
  become({topic("t", 1), back});
  REQUIRE(end() == 0);
  clock.now += 60'000;
  manager->remove_deleted();
  REQUIRE(directories() == "t-0");
}

TEST_CASE_METHOD(Node, "replicas are throttled while their topic says so, at the broker's rate") {
  const auto with = [](std::initializer_list<MetadataRecord> more) {
    std::vector<MetadataRecord> records = kTopic;
    records.insert(records.end(), more);
    return records;
  };
  const auto list =
      testing::config(ConfigResourceType::kTopic, "t", "leader.replication.throttled.replicas", "0:1");
  const auto rate =
      testing::config(ConfigResourceType::kBroker, "1", "leader.replication.throttled.rate", "10");
  become(with({list, rate}));
  replica()->on_given(1'000);
  REQUIRE(quotas.leader.wait_ms() == ReplicationQuota::kWaitMsMax);
  REQUIRE(quotas.follower.wait_ms() == 0);
  become(with({list}));
  REQUIRE(quotas.leader.wait_ms() == 0);
  become(with({rate}));
  replica()->on_given(1'000);
  REQUIRE(quotas.leader.wait_ms() == 0);
}

TEST_CASE_METHOD(Node, "of what was deleted only that goes whose time has come") {
  become({topic("t", 1), partition(1, 0, {1}), topic("tt", 2), partition(2, 0, {1})});
  become({topic("tt", 2), partition(2, 0, {1})});
  clock.now += 30'000;
  become({});
  clock.now += 30'000;
  manager->remove_deleted();
  REQUIRE(directories() == "deleted");
  clock.now += 30'000;
  manager->remove_deleted();
  REQUIRE(directories().empty());
}

TEST_CASE_METHOD(Node, "what is due is removed a part at a time, and others have the lane in between") {
  std::vector<MetadataRecord> records = {topic("t", 1)};
  for (int32_t index = 0; index < 150; ++index) records.push_back(partition(1, index, {1}));
  become(records);
  become({});
  config.storage.initial_task_delay_ms = 1'000'000;  // nothing else removes anything
  FakeLoop loop(clock);
  FakeWorkers workers;
  Lane lane(workers);
  Upkeep upkeep(loop, lane, *manager, config);
  upkeep.start();
  loop.advance(75'000);
  const auto count = [&] { return std::ranges::count(directories(), 'd') / 2; };  // of "deleted"
  REQUIRE(count() == 150);
  int64_t in_between = 0;
  lane.run([&] { in_between = count(); });
  while (workers.run_one()) {
  }
  REQUIRE(in_between == 50);
  REQUIRE(directories().empty());
}

TEST_CASE_METHOD(Node, "once all is closed nothing is removed any more") {
  become(kTopic);
  become({});
  clock.now += 60'000;
  manager->close(7);
  manager->remove_deleted();
  REQUIRE(directories() == "deleted");
}

TEST_CASE_METHOD(Node, "what a restart finds goes on where it ended") {
  become(kTopic);
  append();
  SECTION("after a clean shutdown") {
    restart_closed();
    REQUIRE(previous_broker_epoch == 7);
  }
  SECTION("after the process was killed") {
    restart_killed();
    REQUIRE(previous_broker_epoch == -1);
  }
  become(kTopic);
  REQUIRE(append().base_offset == Offset{1});
}

TEST_CASE_METHOD(Node, "strays are kept and never deleted (KAFKA-13127)") {
  become(kTopic);
  append();
  restart_closed();
  become({});
  manager->finish_start();
  REQUIRE(directories() == "stray");
  clock.now += 1'000'000;
  manager->remove_deleted();
  restart_killed();
  manager->finish_start();
  manager->remove_deleted();
  REQUIRE(directories() == "stray");
}

TEST_CASE_METHOD(Node, "a topic that was recreated while the node was away gets a new log (KAFKA-14616)") {
  become(kTopic);
  append();
  restart_closed();
  become({topic("t", 2), partition(2, 0, {1})});
  REQUIRE(end(2) == 0);
  REQUIRE(directories() == "t-0 stray");
}

TEST_CASE_METHOD(Node, "the deleted files of an earlier process are removed after the start") {
  become(kTopic);
  become({});
  restart_killed();
  manager->finish_start();
  manager->remove_deleted();
  REQUIRE(directories().empty());
}

TEST_CASE_METHOD(Node, "where records were deleted to is known after a restart") {
  become(kTopic);
  append();
  append();
  REQUIRE(replica()->delete_records_before({1}).ok());
  manager->write_log_starts();
  restart_killed();
  become(kTopic);
  REQUIRE(replica()->state().view->start() == Offset{1});
}

TEST_CASE_METHOD(Node, "a topic's settings reach the replica that is there already") {
  become(kTopic);
  auto records = kTopic;
  records.push_back(testing::config(ConfigResourceType::kTopic, "t", "flush.ms", "70"));
  become(records);
  REQUIRE(replica()->config()->flush_ms == 70);
  REQUIRE(manager->flush_ms_min() == 70);
}

TEST_CASE_METHOD(Node, "the smallest flush.ms is that of the topics that are there") {
  auto records = kTopic;
  const auto own = testing::config(ConfigResourceType::kTopic, "t", "flush.ms", "70");
  records.push_back(own);
  become(records);
  REQUIRE(manager->flush_ms_min() == 70);
  records.insert(records.end(), {topic("u", 2), partition(2, 0, {1})});
  become(records);
  REQUIRE(manager->flush_ms_min() == 70);
  records.push_back(testing::config(ConfigResourceType::kBroker, "", "log.flush.interval.ms", "50"));
  become(records);
  REQUIRE(manager->flush_ms_min() == 50);
  become({topic("u", 2), partition(2, 0, {1})});
  REQUIRE(manager->flush_ms_min() == INT64_MAX);
}

TEST_CASE_METHOD(Node, "of topics that start together each has its own settings, or those of the broker") {
  const auto own = [](std::string_view name, std::string_view flush_ms) {
    return testing::config(ConfigResourceType::kTopic, name, "flush.ms", flush_ms);
  };
  become({topic("t", 1), partition(1, 0, {1}), topic("u", 2), partition(2, 0, {1}), topic("v", 3),
          partition(3, 0, {1}), own("t", "70"), own("v", "80"),
          testing::config(ConfigResourceType::kBroker, "", "log.flush.interval.ms", "50")});
  REQUIRE(replica(1)->config()->flush_ms == 70);
  REQUIRE(replica(2)->config()->flush_ms == 50);
  REQUIRE(replica(3)->config()->flush_ms == 80);
}

TEST_CASE_METHOD(Node, "what is older than flush.ms is on the disk") {
  auto records = kTopic;
  records.push_back(testing::config(ConfigResourceType::kTopic, "t", "flush.ms", "70"));
  become(records);
  append();
  auto unflushed = [&] {
    int64_t count = 0;
    replica()->as_writer([&](storage::Log& log) {
      count = log.unflushed_records();
      return storage::DiskResult<>();
    });
    return count;
  };
  clock.now += 69;
  manager->flush_due();
  REQUIRE(unflushed() == 1);
  clock.now += 1;
  manager->flush_due();
  REQUIRE(unflushed() == 0);
}

// ---- what was wrong ----

TEST_CASE_METHOD(Node, "a topic that is deleted and recreated between two images gets a log of its own") {
  // Images list topics by id: the new one comes before the old one here, and behind it there.
  uint64_t other = GENERATE(1, 9);
  become({topic("t", 5), partition(5, 0, {1})});
  append(5);
  become({topic("t", other), partition(other, 0, {1})});
  REQUIRE(fatal.empty());
  REQUIRE(end(other) == 0);
  REQUIRE(append(other).committed);
  REQUIRE(directories() == "t-0 deleted");
}

TEST_CASE_METHOD(Node, "a log that cannot be closed withholds the clean mark (KAFKA-15375)") {
  become(kTopic);
  append();
  disk.inject({.operation = sim::DiskOperation::kSync, .path_part = "/d/t-0"});
  manager->close(7);
  REQUIRE_FALSE(is_marked_clean());
  REQUIRE(fatal.size() == 1);
}

TEST_CASE_METHOD(Node, "a node whose disk failed still shuts down, without the clean mark") {
  become(kTopic);
  disk.inject({.operation = sim::DiskOperation::kWrite, .path_part = "/d/t-0"});
  REQUIRE(append().error == ErrorCode::kKafkaStorageError);
  REQUIRE(fatal.size() == 1);
  disk.clear_faults();
  manager->close(7);
  REQUIRE_FALSE(is_marked_clean());
}

TEST_CASE_METHOD(Node, "what was known to be synced of a log stays known when its disk fails") {
  become(kTopic);
  append();
  append();
  replica()->as_writer([](storage::Log& log) { return log.flush(); });
  manager->write_recovery_points();
  const std::string before = disk.text("/d/recovery-point-offset-checkpoint");
  REQUIRE(before.find("t 0 1") != std::string::npos);
  disk.inject({.operation = sim::DiskOperation::kWrite, .path_part = "/d/t-0"});
  REQUIRE(append().error == ErrorCode::kKafkaStorageError);
  manager->close(7);
  REQUIRE(disk.text("/d/recovery-point-offset-checkpoint") == before);
}

TEST_CASE_METHOD(Node,
                 "a recovery point beyond the end of its log is brought down before anything is appended") {
  become(kTopic);
  append();
  manager.reset();
  held.reset();
  disk.kill_process();
  disk.plant("/d/recovery-point-offset-checkpoint", "0\n1\nt 0 1000\n");
  start();
  REQUIRE(disk.text("/d/recovery-point-offset-checkpoint") == "0\n1\nt 0 0\n");
}

TEST_CASE_METHOD(Node, "what stands behind a gap that a power cut made goes, unless the topic is compacted") {
  const bool compacted = GENERATE(false, true);
  std::vector<MetadataRecord> records = kTopic;
  if (compacted)
    records.push_back(testing::config(ConfigResourceType::kTopic, "t", "cleanup.policy", "compact"));
  become(records);
  for (int i = 0; i < 3; ++i) {
    append();
    replica()->as_writer([&](storage::Log& log) { return log.roll(clock.now); });
  }
  manager.reset();
  held.reset();
  disk.kill_process();
  REQUIRE(disk.remove("/d/t-0/00000000000000000001.log").ok());
  start();
  become(records);
  REQUIRE(end() == (compacted ? 3 : 1));
  REQUIRE(append().base_offset == Offset{compacted ? 3 : 1});
}

struct Gap : Node {
  Gap() {
    become(kTopic);
    for (int i = 0; i < 3; ++i) {
      append();
      replica()->as_writer([&](storage::Log& log) { return log.roll(clock.now); });
    }
    manager.reset();
    held.reset();
    disk.kill_process();
    REQUIRE(disk.remove("/d/t-0/00000000000000000001.log").ok());
    start();
  }
};

TEST_CASE_METHOD(Gap, "a gap that there is no room to cut keeps the replica away until there is") {
  disk.inject({.operation = sim::DiskOperation::kCreate, .path_part = ".cleaned", .code = ENOSPC});
  become(kTopic);
  REQUIRE(replica() == nullptr);
  REQUIRE(manager->has_waiting());
  manager->finish_start();
  REQUIRE(directories() == "t-0");
  disk.clear_faults();
  manager->retry_waiting();
  REQUIRE(end() == 1);
  REQUIRE(fatal.empty());
}

TEST_CASE_METHOD(Gap, "a log that was given up while its gap was cut is asked for nothing more") {
  disk.inject({.operation = sim::DiskOperation::kCreate, .path_part = ".cleaned"});
  become(kTopic);
  REQUIRE(fatal.size() == 1);
  manager->retry_waiting();
  REQUIRE(replica() == nullptr);
  manager->close(7);
  REQUIRE_FALSE(is_marked_clean());
}

TEST_CASE_METHOD(Gap, "a gap is found again by a node that stopped before its metadata came") {
  restart_closed();
  become(kTopic);
  REQUIRE(end() == 1);
}

TEST_CASE_METHOD(Node, "a node that stops before its metadata came keeps what the checkpoints say") {
  become(kTopic);
  append();
  append();
  REQUIRE(replica()->delete_records_before({1}).ok());
  restart_closed();
  restart_closed();
  become(kTopic);
  REQUIRE(replica()->state().view->start() == Offset{1});
  REQUIRE(end() == 2);
}

TEST_CASE_METHOD(Node, "segments that wait for removal do not fail the node when their topic goes first") {
  become(kTopic);
  append();
  replica()->as_writer([&](storage::Log& log) { return log.roll(clock.now); });
  append();
  REQUIRE(replica()->delete_records_before({1}).ok());
  manager->apply_retention();
  become({});
  clock.now += 120'000;
  manager->remove_deleted();
  REQUIRE(fatal.empty());
  REQUIRE(directories().empty());
}

TEST_CASE_METHOD(Node, "a full disk does not end the node") {
  become(kTopic);
  append();
  disk.inject({.operation = sim::DiskOperation::kWrite, .path_part = "/d/t-0", .times = 1, .code = ENOSPC});
  REQUIRE(append().error == ErrorCode::kKafkaStorageError);
  REQUIRE(fatal.empty());
}

TEST_CASE_METHOD(Node, "a replica that a full disk has no room for starts when there is room") {
  fill_disk();
  become(kTopic);
  REQUIRE(replica() == nullptr);
  REQUIRE(manager->has_waiting());
  manager->retry_waiting();
  REQUIRE(replica() == nullptr);
  empty_disk();
  manager->retry_waiting();
  REQUIRE_FALSE(manager->has_waiting());
  REQUIRE(append().committed);
  REQUIRE(fatal.empty());
  restart_killed();
  become(kTopic);
  REQUIRE(end() == 1);
}

TEST_CASE_METHOD(Node, "a replica that waits for room is forgotten with its topic") {
  fill_disk();
  become(kTopic);
  become({});
  empty_disk();
  manager->retry_waiting();
  REQUIRE(replica() == nullptr);
  REQUIRE_FALSE(manager->has_waiting());
}

TEST_CASE_METHOD(Node,
                 "a directory that cannot be renamed on a full disk goes later, and its name is free then") {
  become(kTopic);
  append();
  disk.inject({.operation = sim::DiskOperation::kRename, .path_part = "-delete", .code = ENOSPC});
  become({topic("t", 2), partition(2, 0, {1})});
  REQUIRE(directories() == "t-0");
  REQUIRE(replica(2) == nullptr);
  disk.clear_faults();
  manager->retry_waiting();
  REQUIRE(directories() == "t-0 deleted");
  REQUIRE(end(2) == 0);
  REQUIRE(fatal.empty());
}

TEST_CASE_METHOD(Node, "checkpoints and flushes on a full disk do not end the node, and are made up for") {
  auto records = kTopic;
  records.push_back(testing::config(ConfigResourceType::kTopic, "t", "flush.ms", "1"));
  become(records);
  append();
  replica()->as_writer([&](storage::Log& log) { return log.roll(clock.now); });
  append();
  ++clock.now;
  fill_disk();
  manager->flush_due();
  manager->write_recovery_points();
  manager->write_high_watermarks();
  manager->write_log_starts();
  manager->apply_retention();
  REQUIRE(fatal.empty());
  empty_disk();
  ++clock.now;
  manager->flush_due();
  manager->write_recovery_points();
  REQUIRE(disk.text("/d/recovery-point-offset-checkpoint") == "0\n1\nt 0 1\n");
  REQUIRE(append().committed);
}

TEST_CASE_METHOD(Node, "a node that stops on a full disk leaves no clean mark, and recovers") {
  become(kTopic);
  append();
  fill_disk();
  manager->close(7);
  REQUIRE(fatal.empty());
  REQUIRE_FALSE(is_marked_clean());
  empty_disk();
  restart_killed();
  become(kTopic);
  REQUIRE(end() == 1);
}

TEST_CASE_METHOD(Node, "a checkpoint that cannot be written at the stop withholds the clean mark") {
  const char* file = GENERATE("log-start-offset-checkpoint", "recovery-point-offset-checkpoint",
                              "replication-offset-checkpoint");
  become(kTopic);
  append();
  append();
  REQUIRE(replica()->delete_records_before({1}).ok());
  disk.inject({.operation = sim::DiskOperation::kWrite, .path_part = file, .code = ENOSPC});
  manager->close(7);
  REQUIRE(fatal.empty());
  REQUIRE_FALSE(is_marked_clean());
}

TEST_CASE_METHOD(Node,
                 "an unclaimed log that a failing disk keeps from being closed ends the node with an error") {
  become(kTopic);
  append();
  restart_killed();
  disk.inject({.operation = sim::DiskOperation::kSync, .path_part = "/d/t-0"});
  manager->close(7);
  REQUIRE(fatal.size() == 1);
  REQUIRE_FALSE(is_marked_clean());
}

TEST_CASE_METHOD(Node, "a replica that there are no descriptors for starts when there are") {
  auto operation =
      GENERATE(sim::DiskOperation::kOpen, sim::DiskOperation::kCreate, sim::DiskOperation::kSyncDirectory);
  int code = GENERATE(EMFILE, ENFILE);
  disk.inject({.operation = operation, .path_part = "/d", .code = code});
  become(kTopic);
  REQUIRE(replica() == nullptr);
  REQUIRE(manager->has_waiting());
  disk.clear_faults();
  manager->retry_waiting();
  REQUIRE_FALSE(manager->has_waiting());
  REQUIRE(append().committed);
  REQUIRE(fatal.empty());
  restart_killed();
  become(kTopic);
  REQUIRE(end() == 1);
}

TEST_CASE_METHOD(Node, "without descriptors an append is refused and the log goes on") {
  become(kTopic);
  append();
  manager->close_idle_files();
  disk.inject({.operation = sim::DiskOperation::kOpen, .path_part = "/d/t-0", .code = EMFILE});
  REQUIRE(append().error == ErrorCode::kKafkaStorageError);
  manager->write_recovery_points();
  manager->write_high_watermarks();
  disk.clear_faults();
  REQUIRE(append().base_offset == Offset{1});
  REQUIRE(fatal.empty());
}

TEST_CASE_METHOD(Node, "a topic that goes without descriptors is removed when there are some") {
  become(kTopic);
  append();
  disk.inject({.operation = sim::DiskOperation::kSyncDirectory, .path_part = "/d", .code = EMFILE});
  become({});
  disk.clear_faults();
  clock.now += 60'000;
  manager->remove_deleted();
  REQUIRE(directories().empty());
  REQUIRE(fatal.empty());
}

TEST_CASE_METHOD(Node, "a full disk that chores and clients try in turn is said once") {
  become(kTopic);
  append();
  disk.inject({.operation = sim::DiskOperation::kWrite, .path_part = "/d/t-0", .code = ENOSPC});
  for (int i = 0; i < 20; ++i) {
    append();
    manager->write_high_watermarks();
    replica()->as_writer([&](storage::Log& log) { return log.roll(clock.now); });
  }
  REQUIRE(said.size() == 1);
}

// ---- many at once ----

TEST_CASE_METHOD(Node, "the replicas of one change cost the log directory one sync, and are all durable") {
  std::vector<MetadataRecord> records = {topic("t", 1)};
  for (int32_t i = 0; i < 20; ++i) records.push_back(partition(1, i, {1}));
  const size_t before = disk.sync_calls().size();
  become(records);
  const auto& calls = disk.sync_calls();
  REQUIRE(std::count(calls.begin() + static_cast<ptrdiff_t>(before), calls.end(), "/d/") == 1);
  REQUIRE(fatal.empty());
  auto image = disk.crash_image(random);
  for (int i = 0; i < 20; ++i) {
    const std::string directory = "/d/t-" + std::to_string(i);
    REQUIRE(storage::read_partition_metadata(*image, directory).value() == id(1));
  }
}

TEST_CASE_METHOD(Node, "a change that removes many replicas costs one sync, too") {
  std::vector<MetadataRecord> records = {topic("t", 1)};
  for (int32_t i = 0; i < 20; ++i) records.push_back(partition(1, i, {1}));
  become(records);
  const size_t before = disk.sync_calls().size();
  become({});
  REQUIRE(disk.sync_calls().size() == before + 1);
}

TEST_CASE_METHOD(Node, "of the replicas of one change those that fail wait, and the others lead") {
  disk.inject({.operation = sim::DiskOperation::kMakeDirectory, .path_part = "t-1", .code = ENOSPC});
  become({topic("t", 1), partition(1, 0, {1}), partition(1, 1, {1}), partition(1, 2, {1})});
  REQUIRE(held->find(id(1), 0) != nullptr);
  REQUIRE(held->find(id(1), 1) == nullptr);
  REQUIRE(held->find(id(1), 2) != nullptr);
  disk.clear_faults();
  manager->retry_waiting();
  REQUIRE(held->find(id(1), 1)->state().leads);
}

TEST_CASE_METHOD(Node, "producer.id.expiration.ms has effect while the node runs, and after a restart") {
  auto append_as_producer = [&](int32_t sequence) {
    AppendResult result{.error = ErrorCode::kUnknownServerError};
    TestBatch batch = TestBatch().producer(7, 0, sequence).time(clock.now);
    replica()->append(PartitionFixture::pending(batch, result));
    return result.error;
  };
  become(kTopic);
  REQUIRE(append_as_producer(0) == ErrorCode::kNone);
  auto records = kTopic;
  records.push_back(testing::config(ConfigResourceType::kBroker, "", "producer.id.expiration.ms", "100"));
  become(records);
  SECTION("the next look") {
    clock.now += 101;
    manager->expire_producers();
    REQUIRE(replica()->producers().empty());
  }
  SECTION("the next start, with a longer time in the file") {
    restart_closed();
    clock.now += 101;
    become(records);
    REQUIRE(replica()->producers().empty());
  }
  SECTION("the next start, with a shorter time in the file") {
    config.storage.producer_id_expiration_ms = 10;
    restart_closed();
    clock.now += 50;
    become(records);
    REQUIRE(replica()->producers().size() == 1);
  }
}

// ---- start and stop ----

TEST_CASE_METHOD(Node, "what comes after the stop touches nothing") {
  become(kTopic);
  append();
  manager->close(7);
  manager->finish_start();
  become({topic("u", 2), partition(2, 0, {1})});
  manager->retry_waiting();
  REQUIRE(is_marked_clean());
  REQUIRE(directories() == "t-0");
}

TEST_CASE_METHOD(Node,
                 "what was not written to since a clean start costs no sync at the stop but the marks") {
  become({topic("t", 1), partition(1, 0, {1}), topic("u", 2), partition(2, 0, {1})});
  append(1);
  restart_closed();
  become({topic("t", 1), partition(1, 0, {1}), topic("u", 2), partition(2, 0, {1})});
  const size_t before = disk.sync_calls().size();
  manager->close(8);
  std::string synced;
  for (size_t i = before; i < disk.sync_calls().size(); ++i)
    if (disk.sync_calls()[i].find("-0/") != std::string::npos) synced += disk.sync_calls()[i] + "\n";
  REQUIRE(synced.empty());
  REQUIRE(is_marked_clean());
}

TEST_CASE_METHOD(Node,
                 "a start that is not wanted any more ends between two logs, and the next one recovers") {
  become({topic("t", 1), partition(1, 0, {1}), topic("u", 2), partition(2, 0, {1})});
  append(1);
  append(2);
  manager.reset();
  held.reset();
  disk.kill_process();
  auto logs = LogManager::open(disk, random, kSelf, config.storage);
  int asked = 0;
  auto loaded = (*logs)->load(TopicConfig(), 1, 1, [&] { return ++asked > 2; });
  REQUIRE_FALSE(loaded.ok());
  logs->reset();
  REQUIRE_FALSE(is_marked_clean());
  start();
  become({topic("t", 1), partition(1, 0, {1}), topic("u", 2), partition(2, 0, {1})});
  REQUIRE(end(1) + end(2) == 2);
}

TEST_CASE_METHOD(Node,
                 "a directory whose partition.metadata was removed is recovered when its topic takes it") {
  become(kTopic);
  append();
  append();
  manager.reset();
  held.reset();
  disk.kill_process();
  REQUIRE(disk.remove("/d/t-0/partition.metadata").ok());
  const std::string segment = "/d/t-0/00000000000000000000.log";
  const auto half = disk.content(segment).size() - 5;
  REQUIRE(disk.open(segment, storage::OpenMode::kReadWrite).value()->truncate(half).ok());
  start();
  become(kTopic);
  REQUIRE(end() == 1);
  REQUIRE(append().base_offset == Offset{1});
}
