#include "tests/testing.h"

#include "broker/raft_driver.h"

#include <set>

#include "broker/metadata/metadata_batch.h"
#include "protocol/messages/no_op_record.h"
#include "protocol/metadata_record.h"
#include "protocol/record_batch.h"
#include "raft/quorum_state.h"
#include "tests/broker/fake_loop.h"
#include "tests/broker/no_link.h"
#include "tests/sim/sim_disk.h"

using namespace klamm;
using namespace klamm::broker;
using namespace klamm::broker::testing;

namespace {

const NodeId kNode{1};

struct Followed final : MetadataFollower {
  Result<void, Failure> on_committed(ByteView bytes) override {
    protocol::BatchView batch(bytes);
    REQUIRE(batch.base_offset() == next);
    next = batch.next_offset();
    if (!batch.is_control()) records += batch.record_count();
    return {};
  }
  Result<void, Failure> on_snapshot(LoadedSnapshot, raft::SnapshotId id) override {
    next = id.offset;
    return {};
  }
  void on_caught_up(Offset end) override { caught_up = end; }
  void on_leadership(raft::Leadership leadership) override { leader = leadership; }

  Offset next{0};
  Offset caught_up{0};
  int records = 0;
  raft::Leadership leader{};
};

// A quorum of one over a disk that may lose power.
struct Quorum {
  Quorum() {
    REQUIRE(disk->make_directories("/d").ok());
    REQUIRE(disk->sync_directory("/").ok());
  }
  ~Quorum() {
    if (driver) driver->stop();
  }

  void start() {
    follower = {};
    loop = std::make_unique<FakeLoop>(clock);
    MetadataLogConfig log_config;
    log_config.dir = "/d";
    auto log = MetadataLog::open(*disk, log_config, clock.now);
    if (!log) FAIL(log.error().message);
    raft::ElectionState remembered;
    if (disk->exists(kState)) {
      auto parsed = raft::parse_quorum_state(disk->text(kState));
      REQUIRE(parsed.ok());
      remembered = *parsed;
    }
    RaftDriver::Uses uses{*loop,  fsync,    *disk, clock,
                          random, follower, link,  [this](const std::string& why) { fatal.push_back(why); }};
    uses.batch_size_max = batch_size_max;
    driver = std::make_unique<RaftDriver>(uses, std::move(*log), raft::RaftConfig{}, raft::ReplicaKey{kNode},
                                          raft::Voters::of_ids({kNode}), remembered, 0, Offset{0});
    driver->start();
    settle();
  }
  // Everything that can happen without time passing.
  void settle() {
    do loop->run();
    while (fsync.run_one());
  }
  // The power goes: what was not synced may be there or not.
  void crash(uint64_t seed) {
    SeededRandom odds(seed);
    driver->stop();
    driver.reset();
    disk->crash(odds);
    fsync.tasks.clear();
    start();
  }
  Bytes record(size_t size = 0) {
    Bytes value;
    protocol::Writer writer(value);
    protocol::write_metadata_record(writer, protocol::NoOpRecord{}, 0);
    value.resize(value.size() + size);
    return value;
  }

  static constexpr const char* kState = "/d/__cluster_metadata-0/quorum-state";
  std::unique_ptr<sim::SimDisk> disk = std::make_unique<sim::SimDisk>();
  SeededRandom random{1};
  FakeClock clock;
  FakeWorkers fsync;
  std::unique_ptr<FakeLoop> loop;
  Followed follower;
  NoLink link;
  size_t batch_size_max = kMetadataBatchSizeMax;
  std::vector<std::string> fatal;
  std::unique_ptr<RaftDriver> driver;
};

}  // namespace

TEST_CASE_METHOD(Quorum, "a single voter elects itself without waiting for time to pass") {
  start();
  REQUIRE(follower.leader.leader == kNode);
  REQUIRE(follower.leader.epoch == Epoch{1});
}

TEST_CASE_METHOD(Quorum, "a record is committed when it is synced and not before") {
  start();
  REQUIRE(driver->append({record()}, true).ok());
  loop->run();
  REQUIRE(follower.records == 0);
  settle();
  REQUIRE(follower.records == 1);
}

TEST_CASE_METHOD(Quorum, "what is appended during a sync is committed by the next one") {
  start();
  REQUIRE(driver->append({record()}, true).ok());
  REQUIRE(driver->append({record(), record()}, true).ok());
  REQUIRE(fsync.run_one());
  loop->run();
  REQUIRE(follower.records == 1);
  settle();
  REQUIRE(follower.records == 3);
}

TEST_CASE_METHOD(Quorum, "what is too large for a batch is one metadata transaction when it is atomic") {
  start();
  std::vector<Bytes> records(3, record(4 << 20));
  bool atomic = GENERATE(true, false);
  Offset before = follower.caught_up;
  Offset end = driver->append(records, atomic).value();
  REQUIRE(end - before == (atomic ? 5 : 3));
}

TEST_CASE_METHOD(Quorum, "how large a batch is may be said") {
  batch_size_max = 200;
  start();
  REQUIRE(driver->fits_a_batch({record(60)}));
  REQUIRE_FALSE(driver->fits_a_batch({record(60), record(60), record(60)}));
  REQUIRE(driver->fits_a_batch({record(600)}));
  const Offset before = driver->log().end().offset;
  REQUIRE(driver->append({record(60), record(60), record(60)}, true).value() - before == 5);
}

TEST_CASE_METHOD(Quorum, "a restart leads in a higher epoch and reads everything again") {
  start();
  REQUIRE(driver->append({record()}, true).ok());
  settle();
  driver->stop();
  driver.reset();
  start();
  REQUIRE(follower.leader.epoch == Epoch{2});
  REQUIRE(follower.records == 1);
}

TEST_CASE_METHOD(Quorum, "what was committed survives a power cut at any time") {
  start();
  int committed = 0;
  for (uint64_t seed = 1; seed <= 30; ++seed) {
    REQUIRE(driver->append({record()}, true).ok());
    settle();
    committed = follower.records;
    REQUIRE(driver->append({record()}, true).ok());
    if (seed % 2 == 0) fsync.run_one();
    Epoch before = follower.leader.epoch;
    crash(seed);
    REQUIRE(fatal.empty());
    REQUIRE(follower.records >= committed);
    REQUIRE(follower.records <= committed + 1);
    REQUIRE(follower.leader.epoch > before);
  }
}

// ---- what was wrong ----

TEST_CASE_METHOD(Quorum, "a sync that failed commits nothing") {
  start();
  disk->inject({.operation = sim::DiskOperation::kSync, .path_part = "__cluster_metadata-0"});
  REQUIRE(driver->append({record()}, true).ok());
  settle();
  REQUIRE(fatal.size() == 1);
  REQUIRE(follower.records == 0);
}

TEST_CASE_METHOD(Quorum, "a write that failed commits nothing, and stopping afterwards is safe") {
  start();
  disk->inject({.operation = sim::DiskOperation::kWrite, .path_part = "__cluster_metadata-0"});
  (void)driver->append({record()}, true);
  disk->clear_faults();
  settle();
  REQUIRE(fatal.size() == 1);
  REQUIRE(follower.records == 0);
  REQUIRE_FALSE(driver->append({record()}, true).ok());
  driver->stop();
}

TEST_CASE_METHOD(Quorum,
                 "what a sync has lost is known to the next start, also when the driver failed before") {
  start();
  REQUIRE(driver->append({record()}, true).ok());
  loop->run();
  disk->inject({.operation = sim::DiskOperation::kWrite, .times = 1, .code = ENOSPC});
  (void)driver->append({record()}, true);
  loop->run();
  REQUIRE(fatal.size() == 1);
  disk->inject({.operation = sim::DiskOperation::kSync});
  settle();
  REQUIRE(disk->exists("/d/__cluster_metadata-0/log-failed"));
}

TEST_CASE_METHOD(Quorum, "a stop waits for the sync that is under way") {
  start();
  REQUIRE(driver->append({record()}, true).ok());
  loop->run();
  bool stopped = false;
  driver->stop([&] { stopped = true; });
  REQUIRE_FALSE(stopped);
  settle();
  REQUIRE(stopped);
  REQUIRE(fatal.empty());
  REQUIRE(disk->unsynced().empty());
}

TEST_CASE_METHOD(Quorum, "a sync that fails while the node stops is told, and nothing is synced behind it") {
  start();
  REQUIRE(driver->append({record()}, true).ok());
  loop->run();
  driver->stop();
  disk->inject({.operation = sim::DiskOperation::kSync});
  settle();
  REQUIRE(fatal.size() == 1);
}
