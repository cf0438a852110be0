// Truncation, retention and delete-records.
#include "tests/storage/log_fixture.h"

using namespace klamm;
using namespace klamm::storage;
using Offsets = std::vector<int64_t>;

TEST_CASE_METHOD(LogFixture, "truncation cuts at the offset") {
  open();
  append_many(5);
  REQUIRE(log->truncate_to(Offset{3}, now_ms).ok());
  REQUIRE(end() == 3);
  REQUIRE(read_offsets(0) == Offsets{0, 1, 2});
  append_many(1, TestBatch().fill('n'));
  REQUIRE(read(3) == TestBatch().at(3).fill('n').bytes());
}

TEST_CASE_METHOD(LogFixture, "a batch that contains the offset goes whole") {
  open();
  append_many(3, TestBatch().records(5));
  REQUIRE(log->truncate_to(Offset{7}, now_ms).ok());
  REQUIRE(end() == 5);
}

TEST_CASE_METHOD(LogFixture, "truncation at or behind the end changes nothing") {
  open();
  append_many(3);
  const auto before = log->end();
  REQUIRE(log->truncate_to(Offset{3}, now_ms).ok());
  REQUIRE(log->truncate_to(Offset{9}, now_ms).ok());
  REQUIRE(log->end() == before);
}

TEST_CASE_METHOD(LogFixture, "truncation drops later segments, and the recovery point with them") {
  open();
  for (int i = 0; i < 3; ++i) {
    append_many(2);
    REQUIRE(log->roll(now_ms).ok());
  }
  REQUIRE(log->flush().ok());
  REQUIRE(log->recovery_point() == Offset{6});
  REQUIRE(log->truncate_to(Offset{3}, now_ms).ok());
  REQUIRE(log_files() == std::vector<std::string>{"00000000000000000000", "00000000000000000002"});
  REQUIRE(log->recovery_point() == Offset{2});
  REQUIRE(read_offsets(2) == Offsets{2});
}

TEST_CASE_METHOD(LogFixture, "truncation to the base of a segment leaves it empty") {
  open();
  append_many(2);
  REQUIRE(log->roll(now_ms).ok());
  append_many(2);
  REQUIRE(log->truncate_to(Offset{2}, now_ms).ok());
  REQUIRE(log->end() == LogPosition{Offset{2}, Offset{2}, 0});
  append_many(1);
  REQUIRE(read_offsets(0) == Offsets{0, 1});
  REQUIRE(read_offsets(2) == Offsets{2});
}

TEST_CASE_METHOD(LogFixture, "indexes end where a truncated log ends") {
  open();
  for (int64_t time : {100, 500, 300, 400}) append_ok(TestBatch().time(time));
  REQUIRE(log->truncate_to(Offset{1}, now_ms).ok());
  append_ok(TestBatch().time(200));
  REQUIRE(log->view()->find_max_timestamp(log->end()).value()->header.max_timestamp == 200);
  REQUIRE(log->roll(now_ms).ok());
  REQUIRE(content("00000000000000000000.index").empty());
  REQUIRE(TimeEntry::decode(content("00000000000000000000.timeindex").data()) == TimeEntry{200, 1});
}

TEST_CASE_METHOD(LogFixture, "aborted transactions behind the cut are forgotten") {
  open();
  for (int64_t id : {5, 6}) {
    append_ok(TestBatch().producer(id, 0, 0).transactional());
    append_ok(TestBatch().producer(id, 0, -1).marker(true));
  }
  REQUIRE(log->truncate_to(Offset{3}, now_ms).ok());
  const auto aborted = log->view()->aborted_transactions(Offset{0}, Offset{3}).value();
  REQUIRE(aborted.size() == 1);
  REQUIRE(aborted[0].producer_id == 5);
}

TEST_CASE_METHOD(LogFixture, "truncation never changes bytes that a reader holds") {
  open();
  append_many(4, TestBatch().value_size(100).fill('o'));
  const bool closed_meanwhile = GENERATE(false, true);
  auto held = log->view()->read(Offset{1}, log->end(), 1 << 20, true).value().slice;
  const Bytes before = bytes_of(held);
  if (closed_meanwhile) log->close_idle_files();
  REQUIRE(log->truncate_to(Offset{2}, now_ms).ok());
  append_many(2, TestBatch().value_size(100).fill('n'));
  REQUIRE(bytes_of(held) == before);
  REQUIRE(read(2).size() == before.size() / 3 * 2);
  REQUIRE(read(1) != before);
}

TEST_CASE_METHOD(LogFixture, "a view from before a truncation is stale, which is no disk error") {
  open();
  append_many(4);
  auto view = log->view();
  const LogPosition limit = log->end();
  REQUIRE(log->truncate_to(Offset{2}, now_ms).ok());
  auto result = view->read(Offset{1}, limit, 100, true);
  REQUIRE_FALSE(result.ok());
  REQUIRE(is_stale(result.error()));
}

TEST_CASE_METHOD(LogFixture, "starting anew drops everything") {
  open();
  append_ok(TestBatch().producer(5, 0, 0).epoch(3));
  REQUIRE(log->roll(now_ms).ok());
  append_many(2);
  const int64_t target = GENERATE(0, 2, 100);
  REQUIRE(log->truncate_fully_and_start_at(Offset{target}, now_ms).ok());
  REQUIRE(log->end() == LogPosition{Offset{target}, Offset{target}, 0});
  REQUIRE(log->start() == Offset{target});
  REQUIRE(log->producers().producers().empty());
  REQUIRE(log->epochs().entries().empty());
  append_many(1);
  reopen_killed();
  REQUIRE(read_offsets(target) == Offsets{target});
}

TEST_CASE_METHOD(LogFixture, "truncation below the first segment starts anew") {
  hints.log_start = Offset{50};
  open();
  append_many(2);
  REQUIRE(log->truncate_to(Offset{40}, now_ms).ok());
  REQUIRE(log->end() == LogPosition{Offset{40}, Offset{40}, 0});
}

TEST_CASE_METHOD(LogFixture, "retention by size keeps what is within it") {
  const auto size = static_cast<int64_t>(TestBatch().bytes().size());
  config.segment_bytes = static_cast<int32_t>(2 * size);
  config.retention_bytes = 5 * size;
  config.retention_ms = -1;
  open();
  append_many(10);
  REQUIRE(log->apply_retention(Offset{10}, now_ms).ok());
  // Ten batches are five too many, and two segments of two go: a third would be one too few.
  REQUIRE(log->start() == Offset{4});
  REQUIRE(log->view()->segments().size() == 3);
}

TEST_CASE_METHOD(LogFixture, "retention by time looks at the youngest record of a segment") {
  config.retention_ms = 100;
  open();
  for (int64_t time : {1000, 2000}) {
    append_ok(TestBatch().time(time));
    append_ok(TestBatch().time(500));
    REQUIRE(log->roll(now_ms).ok());
  }
  REQUIRE(log->apply_retention(Offset{4}, 1100).ok());
  REQUIRE(log->start() == Offset{0});
  REQUIRE(log->apply_retention(Offset{4}, 1101).ok());
  REQUIRE(log->start() == Offset{2});
}

TEST_CASE_METHOD(LogFixture, "retention stops at the high watermark") {
  config.retention_ms = 0;
  open();
  for (int i = 0; i < 3; ++i) {
    append_many(2);
    REQUIRE(log->roll(now_ms).ok());
  }
  REQUIRE(log->apply_retention(Offset{5}, 1 << 20).ok());
  REQUIRE(log->start() == Offset{4});
}

TEST_CASE_METHOD(LogFixture, "retention of the last segment leaves an empty one that keeps the end") {
  config.retention_ms = 0;
  open();
  append_ok(TestBatch().producer(5, 0, 0));
  REQUIRE(log->apply_retention(Offset{1}, 1 << 20).ok());
  REQUIRE(log->end() == LogPosition{Offset{1}, Offset{1}, 0});
  REQUIRE(log->start() == Offset{1});
  REQUIRE(log->apply_retention(Offset{1}, 1 << 20).ok());
  reopen_killed();
  REQUIRE(end() == 1);
  REQUIRE(log->producers().find(5)->last_sequence() == 0);
}

TEST_CASE_METHOD(LogFixture, "a log that is only compacted keeps what is above its start") {
  config.retention_ms = 0;
  config.remove = false;
  open();
  append_many(2);
  REQUIRE(log->roll(now_ms).ok());
  append_many(2);
  REQUIRE(log->apply_retention(Offset{4}, 1 << 20).ok());
  REQUIRE(log->view()->segments().size() == 2);
  REQUIRE(log->advance_start(Offset{3}).value());
  REQUIRE(log->apply_retention(Offset{4}, 1 << 20).ok());
  REQUIRE(log->view()->segments().size() == 1);
  REQUIRE(log->start() == Offset{3});
}

TEST_CASE_METHOD(LogFixture, "files that were retired are readable by who holds them, and removed later") {
  config.retention_ms = 0;
  open();
  append_many(2);
  auto held = log->view()->read(Offset{0}, log->end(), 1 << 20, true).value().slice;
  REQUIRE(log->apply_retention(Offset{2}, 1 << 20).ok());
  REQUIRE(disk.exists(path("00000000000000000000.log.deleted")));
  const RetiredFiles retired = log->take_retired();
  REQUIRE(log->take_retired().empty());
  REQUIRE(retired.remove(disk).ok());
  REQUIRE_FALSE(disk.exists(path("00000000000000000000.log.deleted")));
  REQUIRE(offsets_in(bytes_of(held)) == Offsets{0, 1});
}

TEST_CASE_METHOD(LogFixture, "the snapshot of a producer goes with its segment") {
  config.retention_ms = 0;
  open();
  for (int i = 0; i < 3; ++i) {
    append_many(1);
    REQUIRE(log->roll(now_ms).ok());
  }
  append_many(1);
  REQUIRE(log->apply_retention(Offset{2}, 1 << 20).ok());
  REQUIRE(log->take_retired().remove(disk).ok());
  std::vector<std::string> snapshots;
  for (const std::string& name : names())
    if (name.ends_with(".snapshot")) snapshots.push_back(name);
  REQUIRE(snapshots ==
          std::vector<std::string>{"00000000000000000002.snapshot", "00000000000000000003.snapshot"});
}

TEST_CASE_METHOD(LogFixture, "delete-records moves the start, and never back") {
  open();
  append_many(4, TestBatch().epoch(2));
  REQUIRE(log->advance_start(Offset{3}).value());
  REQUIRE_FALSE(log->advance_start(Offset{1}).value());
  REQUIRE(log->view()->start() == Offset{3});
  REQUIRE(log->epochs().earliest()->start == Offset{3});
  REQUIRE(read_offsets(3) == Offsets{3});
}

TEST_CASE_METHOD(LogFixture, "the start that was written down holds after a restart") {
  open();
  append_many(4);
  hints.log_start = Offset{3};
  reopen_clean();
  REQUIRE(log->start() == Offset{3});
  REQUIRE(end() == 4);
}

TEST_CASE_METHOD(LogFixture, "a truncation for which there is no room leaves the log as it was") {
  open();
  append_many(2, TestBatch().epoch(1));
  append_many(2, TestBatch().epoch(2));
  const bool is_held = GENERATE(false, true);
  std::optional<FileSlice> held;
  if (is_held) held = log->view()->read(Offset{1}, log->end(), 1 << 20, true).value().slice;
  const auto operation = GENERATE(sim::DiskOperation::kCreate, sim::DiskOperation::kWrite);
  const std::string part = GENERATE(".index.cleaned", ".timeindex.cleaned", ".log.cleaned");
  disk.inject({.operation = operation, .path_part = part, .code = GENERATE(ENOSPC, EMFILE)});
  // A log that nobody holds is cut in place.
  const bool has_room = part == ".log.cleaned" && !is_held;
  REQUIRE(log->truncate_to(Offset{2}, now_ms).ok() == has_room);
  if (has_room) return;
  REQUIRE_FALSE(log->is_failed());
  REQUIRE(end() == 4);
  REQUIRE(log->epochs().latest()->epoch == Epoch{2});
  REQUIRE(read_offsets(0) == Offsets{0, 1, 2, 3});
  append_many(1, TestBatch().epoch(2));
  disk.clear_faults();
  for (std::string name : {".index.cleaned", ".timeindex.cleaned", ".log.cleaned"})
    REQUIRE_FALSE(disk.exists(path("00000000000000000000" + name)));
  REQUIRE(log->truncate_to(Offset{2}, now_ms).ok());
  reopen_killed();
  REQUIRE(read_offsets(0) == Offsets{0, 1});
  REQUIRE(log->epochs().latest()->epoch == Epoch{1});
}

TEST_CASE_METHOD(LogFixture, "a disk without room for longer names truncates all the same") {
  open();
  append_many(2);
  REQUIRE(log->roll(now_ms).ok());
  append_many(2);
  REQUIRE(log->roll(now_ms).ok());
  append_many(1);
  disk.inject({.operation = sim::DiskOperation::kRename, .path_part = ".deleted", .code = ENOSPC});
  REQUIRE(log->truncate_to(Offset{1}, now_ms).ok());
  REQUIRE(log->take_retired().empty());
  REQUIRE_FALSE(disk.exists(path("00000000000000000002.log")));
  REQUIRE_FALSE(disk.exists(path("00000000000000000004.index")));
  disk.clear_faults();
  append_many(1);
  reopen_killed();
  REQUIRE(read_offsets(0) == Offsets{0, 1});
}

TEST_CASE_METHOD(LogFixture, "who starts anew on a full disk takes the room of what was there") {
  open();
  append_many(4);
  disk.inject({.operation = sim::DiskOperation::kCreate,
               .path_part = "00000000000000000100",
               .times = 1,
               .code = ENOSPC});
  REQUIRE(log->truncate_fully_and_start_at(Offset{100}, now_ms).ok());
  REQUIRE(log->take_retired().empty());
  append_many(1);
  reopen_killed();
  REQUIRE(read_offsets(100) == Offsets{100});
}

TEST_CASE_METHOD(LogFixture,
                 "a segment that a full disk keeps from being renamed is read and flushed as before") {
  config.retention_bytes = 0;
  open();
  append_many(2);
  REQUIRE(log->roll(now_ms).ok());
  append_many(1);
  disk.inject({.operation = sim::DiskOperation::kRename, .times = 1, .code = ENOSPC});
  REQUIRE_FALSE(log->apply_retention(Offset{3}, now_ms).ok());
  REQUIRE_FALSE(log->is_failed());
  REQUIRE(read_offsets(0) == std::vector<int64_t>{0, 1});
  REQUIRE(log->flush().ok());
  REQUIRE(log->apply_retention(Offset{3}, now_ms).ok());
  REQUIRE(log->start() == Offset{3});
}

TEST_CASE_METHOD(LogFixture,
                 "a segment whose log was renamed goes whole, though a full disk refuses its other files") {
  config.retention_bytes = 0;
  open();
  append_many(2);
  REQUIRE(log->roll(now_ms).ok());
  append_many(1);
  disk.inject({.operation = sim::DiskOperation::kRename, .skip = 1, .code = ENOSPC});
  REQUIRE_FALSE(log->apply_retention(Offset{3}, now_ms).ok());
  REQUIRE_FALSE(log->is_failed());
  REQUIRE(log->view()->start() == Offset{2});
  REQUIRE(read_offsets(2) == std::vector<int64_t>{2});
  REQUIRE_FALSE(disk.exists(path("00000000000000000000.index")));
  disk.clear_faults();
  REQUIRE(log->flush().ok());
}

TEST_CASE_METHOD(LogFixture,
                 "a snapshot that cannot be synced takes the log out of use, also for want of space") {
  config.retention_bytes = 0;
  open();
  append_ok(TestBatch().producer(7, 0, 0));
  REQUIRE(log->roll(now_ms).ok());
  append_many(1);
  disk.inject({.operation = sim::DiskOperation::kSync, .path_part = ".snapshot", .code = ENOSPC});
  REQUIRE_FALSE(log->apply_retention(Offset{2}, now_ms).ok());
  REQUIRE(log->is_failed());
}

TEST_CASE("what stays has a durable name before any other segment goes") {
  for (uint64_t seed = 1; seed <= 50; ++seed) {
    LogFixture fixture;
    fixture.config.retention_bytes = static_cast<int64_t>(TestBatch().bytes().size());
    fixture.open();
    fixture.append_many(2);
    REQUIRE(fixture.log->flush().ok());
    REQUIRE(fixture.log->roll(fixture.now_ms).ok());
    fixture.append_many(1);
    fixture.disk.inject({.operation = sim::DiskOperation::kSyncDirectory});
    REQUIRE_FALSE(fixture.log->apply_retention(Offset{3}, fixture.now_ms).ok());
    SeededRandom odds(seed);
    fixture.disk.crash(odds);
    const bool has_first = fixture.disk.exists(fixture.path("00000000000000000000.log"));
    REQUIRE((has_first || fixture.disk.exists(fixture.path("00000000000000000002.log"))));
  }
}
