// What the metadata log makes of damage: a crash may have torn the last writes, and nothing else.
#include "tests/testing.h"

#include "base/logging.h"
#include "broker/metadata/snapshot_file.h"
#include "broker/metadata/snapshot_format.h"
#include "broker/metadata_log.h"
#include "protocol/messages/no_op_record.h"
#include "protocol/metadata_record.h"
#include "protocol/record_batch_builder.h"
#include "tests/sim/sim_disk.h"

using namespace klamm;
using namespace klamm::broker;

namespace {

const std::string kDirectory = "/d/__cluster_metadata-0/";
const std::string kSegment = kDirectory + "00000000000000000000.log";
const std::string kSynced = kDirectory + "synced-offset";

struct Metadata {
  Metadata() {
    set_log_level(LogLevel::kFatal);
    config.dir = "/d";
    REQUIRE(disk.make_directories("/d").ok());
    REQUIRE(disk.sync_directory("/").ok());
    open();
  }
  ~Metadata() { set_log_level(LogLevel::kInfo); }

  // The failure, or nothing.
  std::string try_open() {
    log.reset();
    auto opened = MetadataLog::open(disk, config, 1);
    if (!opened) return opened.error().message;
    log = std::move(*opened);
    return "";
  }
  void open() {
    if (std::string failure = try_open(); !failure.empty()) FAIL(failure);
  }
  // One batch of one record.
  void append(size_t size = 600) {
    protocol::RecordBatchBuilder builder(protocol::BatchFields{});
    Bytes value(size, static_cast<uint8_t>(log->end().offset.value));
    builder.append(1, std::nullopt, value);
    auto bytes = std::make_shared<Bytes>(builder.build());
    REQUIRE(log->append({raft::Batch{log->end().offset, 1, Epoch{1}, raft::Payload{bytes, *bytes}}}, 1).ok());
  }
  void sync() {
    auto job = log->prepare_flush();
    REQUIRE(log->complete_flush(*job, job->run(disk)).ok());
  }
  void append_synced(int batches) {
    for (int i = 0; i < batches; ++i) {
      append();
      sync();
    }
  }
  std::string restart_killed() {
    log.reset();
    disk.kill_process();
    return try_open();
  }
  static std::string path_of(raft::SnapshotId id) { return kDirectory + snapshot_file_name(id); }
  int64_t end() const { return log->end().offset.value; }
  uint64_t size() const { return disk.content(kSegment).size(); }
  uint64_t batch_size() const { return size() / static_cast<uint64_t>(end()); }

  sim::SimDisk disk;
  MetadataLogConfig config;
  std::unique_ptr<MetadataLog> log;
};

}  // namespace

TEST_CASE_METHOD(Metadata, "a crash's torn tail of the metadata log is cut off") {
  append_synced(3);
  append();
  log.reset();
  disk.kill_process();
  REQUIRE(disk.open(kSegment, storage::OpenMode::kReadWrite).value()->truncate(size() - 10).ok());
  open();
  REQUIRE(end() == 3);
}

TEST_CASE_METHOD(Metadata, "after a power cut with several writes under way all that was synced is there") {
  // A drive writes a sector whole or not at all.
  disk.set_odds({.sectors = {.kept = 1, .lost = 0, .old = 1, .garbage = 0}});
  SeededRandom random(7);
  int64_t synced = 0;
  for (int i = 0; i < 300; ++i) {
    for (uint64_t n = random.below(4); n > 0; --n) append(random.below(2000));
    sync();
    synced = end();
    for (uint64_t n = random.below(5); n > 0; --n) append(random.below(2000));
    auto job = log->prepare_flush();
    log.reset();
    disk.crash(random);
    open();
    REQUIRE(end() >= synced);
    sync();
  }
}

TEST_CASE_METHOD(Metadata, "what takes the place of what was cut off is not as it was when it was opened") {
  append_synced(5);
  REQUIRE(log->known_below() == Offset{0});
  REQUIRE(log->close().ok());
  open();
  REQUIRE(log->known_below() == Offset{5});
  REQUIRE(log->truncate_to(Offset{2}, 1).ok());
  append_synced(3);
  REQUIRE(log->known_below() == Offset{2});
}

TEST_CASE_METHOD(Metadata, "what was truncated is not missed after a power cut") {
  SeededRandom random(1);
  append_synced(5);
  REQUIRE(log->close().ok());
  open();
  REQUIRE(log->truncate_to(Offset{2}, 1).ok());
  log.reset();
  disk.crash(random);
  open();
  REQUIRE(end() == 2);
}

// ---- what was wrong: committed records behind a damaged one were cut off as if a crash had torn them ----

TEST_CASE_METHOD(Metadata,
                 "damage to what was synced is not cut off, but refused with the place and a remedy") {
  append_synced(5);
  // In the middle, and in the last batch, behind which nothing stands.
  const uint64_t batch = GENERATE(2, 4);
  const uint64_t damaged = batch * batch_size();
  const bool closed = GENERATE(false, true);
  if (closed) REQUIRE(log->close().ok());
  disk.flip_bit(kSegment, damaged + 100, 3);
  const uint64_t before = size();
  const std::string failure = restart_killed();
  REQUIRE(
      failure ==
      "the metadata log cannot be opened: " + kSegment + " is damaged at byte " + std::to_string(damaged) +
          ", offset " + std::to_string(batch) +
          ", and no crash explains it: this place had been synced. Nothing was cut off; replace the "
          "directory from a backup or a replica. To give up every metadata record from there on instead, cut "
          "the file off at that byte, and remove the segments behind it and " +
          kSynced);
  REQUIRE(size() == before);
  disk.flip_bit(kSegment, damaged + 100, 3);
  open();
  REQUIRE(end() == 5);
}

TEST_CASE_METHOD(Metadata, "the remedy for a damaged metadata log works") {
  append_synced(5);
  const uint64_t damaged = 2 * batch_size();
  disk.flip_bit(kSegment, damaged + 100, 3);
  REQUIRE_FALSE(restart_killed().empty());
  REQUIRE(disk.open(kSegment, storage::OpenMode::kReadWrite).value()->truncate(damaged).ok());
  REQUIRE(disk.remove(kSynced).ok());
  open();
  REQUIRE(end() == 2);
}

TEST_CASE_METHOD(Metadata, "an end that was synced and is missing is refused") {
  append_synced(5);
  const uint64_t size_left = 3 * batch_size();
  log.reset();
  REQUIRE(disk.open(kSegment, storage::OpenMode::kReadWrite).value()->truncate(size_left).ok());
  REQUIRE(
      restart_killed().starts_with("the metadata log ends at offset 3, but had been synced up to offset 5"));
}

TEST_CASE_METHOD(Metadata, "without a word of what was synced, damage before whole batches is refused") {
  append_synced(5);
  const uint64_t batch = batch_size();
  log.reset();
  // As Apache Kafka leaves it, or with a damaged file.
  if (GENERATE(true, false)) {
    REQUIRE(disk.remove(kSynced).ok());
  } else {
    disk.flip_bit(kSynced, 21, 0);
  }
  SECTION("in front of a whole batch") {
    disk.flip_bit(kSegment, 3 * batch + 100, 3);
    REQUIRE(
        restart_killed().find("is damaged at byte " + std::to_string(3 * batch) +
                              ", offset 3, and no crash explains it: 1 whole batches, up to offset 5, stand "
                              "behind it") != std::string::npos);
  }
  SECTION("in the length that leads to the next batch") {
    disk.flip_bit(kSegment, batch + 8, 6);
    REQUIRE(restart_killed().find("is damaged at byte " + std::to_string(batch)) != std::string::npos);
  }
  SECTION("at the very end") {
    disk.flip_bit(kSegment, 4 * batch + 100, 3);
    REQUIRE(restart_killed().empty());
    REQUIRE(end() == 4);
  }
}

TEST_CASE_METHOD(Metadata, "a start that is not wanted any more does not read the metadata log to its end") {
  append_synced(3);
  log.reset();
  disk.kill_process();
  auto opened = MetadataLog::open(disk, config, 1, [] { return true; });
  REQUIRE_FALSE(opened.ok());
  REQUIRE(opened.error().message.find("go on recovering") != std::string::npos);
  disk.kill_process();
  open();
  REQUIRE(end() == 3);
}

// ---- snapshots

TEST_CASE_METHOD(Metadata,
                 "a log that ends before the leader's snapshot is dropped for it at the next start") {
  append_synced(3);
  disk.plant(path_of({Epoch{1}, Offset{7}}), "snapshot");
  REQUIRE(restart_killed().empty());
  REQUIRE(log->start() == Offset{7});
}

TEST_CASE_METHOD(Metadata, "a log that has what a snapshot of its own holds is kept") {
  append_synced(5);
  disk.plant(path_of({Epoch{1}, Offset{3}}), "snapshot");
  REQUIRE(restart_killed().empty());
  REQUIRE(end() == 5);
}

// ---- what was wrong: the longer log was kept, and its uncommitted records stood behind the snapshot ----

TEST_CASE_METHOD(Metadata,
                 "a longer log that parted from the leader's before its snapshot is dropped for it") {
  append_synced(5);
  disk.plant(path_of({Epoch{2}, Offset{3}}), "snapshot");
  REQUIRE(restart_killed().empty());
  REQUIRE(log->end() == raft::LogPoint{Epoch{2}, Offset{3}});
  REQUIRE(log->start() == Offset{3});
}

// ---- what was wrong: the process ended by a CHECK ----

TEST_CASE_METHOD(Metadata, "a snapshot that is done after a later one has come from the leader goes") {
  append_synced(3);
  const raft::SnapshotId own{Epoch{1}, Offset{2}}, leaders{Epoch{2}, Offset{9}};
  for (const raft::SnapshotId id : {own, leaders}) disk.plant(path_of(id), "snapshot");
  REQUIRE(log->install(leaders, 1).ok());
  REQUIRE(log->add_snapshot(own, 1).ok());
  REQUIRE(log->latest_snapshot() == leaders);
  REQUIRE_FALSE(disk.exists(path_of(own)));
}

TEST_CASE_METHOD(Metadata, "a snapshot that is the leader's too counts once") {
  append_synced(3);
  const raft::SnapshotId id{Epoch{1}, Offset{2}};
  disk.plant(path_of(id), "snapshot");
  REQUIRE(log->install(id, 1).ok());
  REQUIRE(log->add_snapshot(id, 1).ok());
  REQUIRE(log->latest_snapshot() == id);
}

// ---- what was wrong: a follower at the log's beginning was sent to a snapshot that it had ----

TEST_CASE_METHOD(Metadata,
                 "a snapshot from before the log's beginning, which a crash left, goes at the next start") {
  append_synced(3);
  const raft::SnapshotId own{Epoch{1}, Offset{2}}, leaders{Epoch{2}, Offset{9}};
  disk.plant(path_of(leaders), "snapshot");
  REQUIRE(log->install(leaders, 1).ok());
  disk.plant(path_of(own), "snapshot");
  REQUIRE(restart_killed().empty());
  REQUIRE(log->oldest_snapshot() == leaders);
  REQUIRE_FALSE(disk.exists(path_of(own)));
}

// ---- what was wrong: the first snapshot took the log before it at once; no snapshot was ever too old ----

namespace {

struct Snapshots : Metadata {
  // Of a log with five records.
  void begin() {
    open();
    append_synced(5);
  }
  // One that ends at `end`, and whose last record was appended at `time_ms`, is written at `now_ms`.
  void add(int64_t end, int64_t time_ms, int64_t now_ms) {
    SnapshotEncoder encoder(Epoch{1}, now_ms, {time_ms, 0, raft::Voters()});
    encoder.finish();
    const raft::SnapshotId id{Epoch{1}, Offset{end}};
    disk.plant(path_of(id), encoder.take());
    REQUIRE(log->add_snapshot(id, now_ms).ok());
  }
  int64_t oldest() const { return log->oldest_snapshot()->offset.value; }
};

}  // namespace

TEST_CASE_METHOD(Snapshots, "snapshots leave the log as it is while it is neither too large nor too old") {
  // Below no limit at all, too.
  if (GENERATE(false, true)) config.retention_bytes = config.retention_ms = -1;
  begin();
  add(2, 100, 200);
  add(4, 500, 600);
  REQUIRE(log->start() == Offset{0});
  REQUIRE(oldest() == 2);
}

TEST_CASE_METHOD(Snapshots, "a log that is too large begins at its newest snapshot, and the only one stays") {
  config.retention_bytes = 1;
  begin();
  add(2, 100, 200);
  REQUIRE(log->start() == Offset{0});
  REQUIRE(oldest() == 2);
  add(4, 500, 600);
  REQUIRE(log->start() == Offset{4});
  REQUIRE(oldest() == 4);
}

TEST_CASE_METHOD(Snapshots, "a log begins at its oldest snapshot that is not too old") {
  config.retention_ms = 1'000;
  begin();
  add(2, 100, 200);
  add(3, 500, 1'100);
  REQUIRE(log->start() == Offset{0});
  add(5, 900, 1'101);
  REQUIRE(log->start() == Offset{3});
  REQUIRE(oldest() == 3);
  REQUIRE_FALSE(disk.exists(path_of({Epoch{1}, Offset{2}})));
}
