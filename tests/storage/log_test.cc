// Append, read and roll.
#include <cerrno>

#include "tests/storage/log_fixture.h"

using namespace klamm;
using namespace klamm::storage;
using Offsets = std::vector<int64_t>;

TEST_CASE_METHOD(LogFixture, "a new log is empty and begins where it is told to") {
  hints.log_start = Offset{42};
  open();
  REQUIRE(log->end() == LogPosition{Offset{42}, Offset{42}, 0});
  REQUIRE(log->start() == Offset{42});
  REQUIRE(log_files() == std::vector<std::string>{"00000000000000000042"});
}

TEST_CASE_METHOD(LogFixture, "what was appended is read back byte for byte") {
  open();
  append_ok(TestBatch().records(3));
  append_ok(TestBatch().value_size(100));
  Bytes expected = TestBatch().at(0).records(3).bytes();
  const Bytes second = TestBatch().at(3).value_size(100).bytes();
  expected.insert(expected.end(), second.begin(), second.end());
  REQUIRE(read(0) == expected);
  REQUIRE(end() == 4);
}

TEST_CASE_METHOD(LogFixture, "batches that are appended together are one write") {
  open();
  append_ok(TestBatch());
  const Bytes first = TestBatch().at(1).bytes();
  const Bytes second = TestBatch().at(2).bytes();
  const std::vector<ByteView> both = {first, second};
  const uint64_t before = disk.counters().writes;
  REQUIRE(log->append(both, now_ms).appended == 2);
  REQUIRE(disk.counters().writes == before + 1);
  REQUIRE(read_offsets(0) == Offsets{0, 1, 2});
}

TEST_CASE_METHOD(LogFixture, "a read begins with the batch that contains the offset") {
  open();
  for (int i = 0; i < 10; ++i) append_ok(TestBatch().records(5));
  REQUIRE(read_offsets(17).front() == 15);
  REQUIRE(read_offsets(49) == Offsets{45});
}

TEST_CASE_METHOD(LogFixture, "a read ends at its limit") {
  open();
  append_many(3);
  const LogPosition limit = log->end();
  append_many(3);
  REQUIRE(offsets_in(read_up_to(limit, 1)) == Offsets{1, 2});
  REQUIRE(read_up_to(limit, 3).empty());
}

TEST_CASE_METHOD(LogFixture, "a read may cut its last batch but not its first") {
  open();
  append_many(3, TestBatch().value_size(100));
  const auto size = static_cast<uint32_t>(TestBatch().value_size(100).bytes().size());
  REQUIRE(read(0, 10).size() == size);
  REQUIRE(read(0, 10, false).size() == 10);
  REQUIRE(read(0, size + 7).size() == size + 7);
}

TEST_CASE_METHOD(LogFixture, "a read of nothing tells where the log ends") {
  open();
  append_many(2);
  auto result = log->view()->read(Offset{2}, log->end(), 100, true);
  REQUIRE(result->slice.size == 0);
  REQUIRE(result->start == log->end());
}

TEST_CASE_METHOD(LogFixture, "a read ends at the end of a segment") {
  open();
  append_many(2);
  REQUIRE(log->roll(now_ms).ok());
  append_many(2);
  REQUIRE(read_offsets(0) == Offsets{0, 1});
  REQUIRE(read_offsets(2) == Offsets{2, 3});
}

TEST_CASE_METHOD(LogFixture, "an old view still reads what it was published with after a roll") {
  open();
  append_many(2);
  auto view = log->view();
  const LogPosition limit = log->end();
  append_many(2);
  REQUIRE(log->roll(now_ms).ok());
  append_many(2);
  REQUIRE(offsets_in(bytes_of(view->read(Offset{0}, limit, 1 << 20, true)->slice)) == Offsets{0, 1});
}

TEST_CASE_METHOD(LogFixture, "positions of batches are found") {
  open();
  append_ok(TestBatch().records(2));
  const LogPosition second = log->end();
  append_ok(TestBatch().records(2));
  REQUIRE(log->view()->locate(Offset{3}, log->end()).value() == second);
  REQUIRE(log->view()->locate(Offset{4}, log->end()).value() == log->end());
}

TEST_CASE_METHOD(LogFixture, "a segment rolls before a batch that it has no room for") {
  const auto size = static_cast<int32_t>(TestBatch().bytes().size());
  config.segment_bytes = 2 * size;
  open();
  append_many(2);
  REQUIRE(log_files().size() == 1);
  REQUIRE(append(TestBatch()).rolled);
  REQUIRE(log_files().size() == 2);
  REQUIRE(log->end() == LogPosition{Offset{3}, Offset{2}, static_cast<uint32_t>(size)});
}

TEST_CASE_METHOD(LogFixture, "one append may fill several segments") {
  config.segment_bytes = static_cast<int32_t>(2 * TestBatch().bytes().size());
  open();
  std::vector<Bytes> batches;
  std::vector<ByteView> views;
  for (int i = 0; i < 7; ++i) batches.push_back(TestBatch().at(i).bytes());
  for (const Bytes& bytes : batches) views.push_back(bytes);
  REQUIRE(log->append(views, now_ms).appended == 7);
  REQUIRE(log_files().size() == 4);
  REQUIRE(read_offsets(5) == Offsets{4 + 1});
}

TEST_CASE_METHOD(LogFixture, "a segment rolls when its first timestamp is too old for the batch") {
  config.segment_ms = 100;
  config.segment_jitter_ms = 10;
  open();
  append_ok(TestBatch().time(5000));
  REQUIRE_FALSE(append(TestBatch().time(5090)).rolled);
  REQUIRE(append(TestBatch().time(5091)).rolled);
}

TEST_CASE_METHOD(LogFixture, "without timestamps the age of the segment counts") {
  config.segment_ms = 100;
  open();
  append_ok(TestBatch().time(-1));
  now_ms += 100;
  REQUIRE_FALSE(append(TestBatch().time(-1)).rolled);
  now_ms += 1;
  REQUIRE(append(TestBatch().time(-1)).rolled);
}

TEST_CASE_METHOD(LogFixture, "the first timestamp is known after a restart") {
  config.segment_ms = 100;
  open();
  append_ok(TestBatch().time(5000));
  reopen_clean();
  REQUIRE(append(TestBatch().time(5101)).rolled);
}

TEST_CASE_METHOD(LogFixture, "a segment rolls when an index is full") {
  config.segment_index_bytes = 4 * 12;
  open();
  int appended = 0;
  while (!append(TestBatch().time(1000 + appended)).rolled) ++appended;
  // The second to the fourth batch have entries; the fifth would need the one that the time index keeps free.
  REQUIRE(appended == 4);
  REQUIRE(content("00000000000000000000.timeindex").size() <= 48);
}

TEST_CASE_METHOD(LogFixture, "an offset too far from the base begins a segment of its own") {
  config.compact = true;
  open();
  append_ok(TestBatch());
  const int64_t far = (int64_t{1} << 31) + 5;
  const Bytes bytes = TestBatch().at(far).bytes();
  const ByteView view = bytes;
  REQUIRE(log->append({&view, 1}, now_ms).rolled);
  REQUIRE(log->end().segment_base == Offset{far});
  REQUIRE(read_offsets(1) == Offsets{far});
}

TEST_CASE_METHOD(LogFixture, "an append without space leaves the log as it was") {
  open();
  append_many(2);
  disk.set_capacity(content("00000000000000000000.log").size() + 30);
  auto result = append(TestBatch());
  REQUIRE(result.failure->code == ENOSPC);
  REQUIRE_FALSE(log->is_failed());
  REQUIRE(end() == 2);
  disk.set_capacity(UINT64_MAX);
  append_many(1);
  REQUIRE(read_offsets(0) == Offsets{0, 1, 2});
}

TEST_CASE_METHOD(LogFixture, "a broken disk ends the log") {
  open();
  append_many(2);
  disk.inject({.operation = sim::DiskOperation::kWrite});
  REQUIRE(append(TestBatch()).failure->code == EIO);
  REQUIRE(log->is_failed());
  REQUIRE(end() == 2);
}

// The kernel reports what it has lost once for each open file.
TEST_CASE_METHOD(LogFixture, "of two flushes at the same time, both fail when what they sync is lost") {
  open();
  append_many(1);
  auto one = log->prepare_flush();
  auto other = log->prepare_flush();
  disk.inject({.operation = sim::DiskOperation::kSync, .path_part = ".log", .times = 1});
  REQUIRE_FALSE(one->run(disk).ok());
  REQUIRE_FALSE(other->run(disk).ok());
}

TEST_CASE_METHOD(LogFixture, "idle files are closed and opened again when they are needed") {
  open();
  append_many(2);
  REQUIRE(disk.open_files() > 0);
  log->close_idle_files();
  REQUIRE(disk.open_files() == 0);
  REQUIRE(read_offsets(0) == Offsets{0, 1});
  append_many(1);
  REQUIRE(read_offsets(0) == Offsets{0, 1, 2});
}

TEST_CASE_METHOD(LogFixture, "a log that is written to keeps one file open, and one that is not keeps none") {
  open();
  append_many(2);
  REQUIRE(disk.open_files() == 1);
  reopen_clean();
  REQUIRE(log->apply_retention(Offset{2}, now_ms).ok());
  REQUIRE(disk.open_files() == 0);
  reopen_clean();
  append_many(1);
  REQUIRE(disk.open_files() == 1);
}

TEST_CASE_METHOD(LogFixture, "the first record at least as young as a timestamp is found") {
  open();
  append_ok(TestBatch().time(1000));
  append_ok(TestBatch().time(3000));
  REQUIRE(log->roll(now_ms).ok());
  append_ok(TestBatch().time(2000));
  append_ok(TestBatch().time(4000));
  auto found = [&](int64_t timestamp) {
    auto batch = log->view()->find_timestamp(timestamp, log->end()).value();
    return batch ? batch->header.base_offset.value : -1;
  };
  REQUIRE(found(0) == 0);
  REQUIRE(found(1001) == 1);
  REQUIRE(found(3000) == 1);
  REQUIRE(found(3001) == 3);
  REQUIRE(found(4001) == -1);
}

TEST_CASE_METHOD(LogFixture, "timestamps below the start of the log are not found") {
  open();
  append_ok(TestBatch().time(1000));
  append_ok(TestBatch().time(2000));
  REQUIRE(log->advance_start(Offset{1}).value());
  REQUIRE(log->view()->find_timestamp(500, log->end()).value()->header.base_offset == Offset{1});
}

TEST_CASE_METHOD(LogFixture, "the largest timestamp is found wherever it is") {
  open();
  REQUIRE_FALSE(log->view()->find_max_timestamp(log->end()).value());
  for (int64_t time : {100, 900, 300}) append_ok(TestBatch().time(time));
  REQUIRE(log->roll(now_ms).ok());
  append_ok(TestBatch().time(500));
  auto found = log->view()->find_max_timestamp(log->end()).value();
  REQUIRE(found->header.max_timestamp == 900);
  REQUIRE(found->position.offset == Offset{1});
  REQUIRE(offsets_in(bytes_of(found->bytes)) == Offsets{1});
}
