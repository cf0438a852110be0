// What a restart finds, and what it makes of it.
#include <cerrno>

#include "tests/storage/log_fixture.h"

using namespace klamm;
using namespace klamm::storage;
using Offsets = std::vector<int64_t>;

namespace {

const std::string kFirst = "00000000000000000000";

struct Recovery : LogFixture {
  // Three segments of two batches each, and one batch in the last; everything below `recovery_point` is
  // synced.
  void build(int64_t recovery_point = 0) {
    open();
    for (int i = 0; i < 3; ++i) {
      append_many(2);
      REQUIRE(log->roll(now_ms).ok());
    }
    append_many(1);
    hints.recovery_point = Offset{recovery_point};
  }
  uint64_t batch_size() const { return TestBatch().bytes().size(); }
  void cut_file(const std::string& name, uint64_t size) {
    REQUIRE(disk.open(path(name), OpenMode::kReadWrite).value()->truncate(size).ok());
  }
};

}  // namespace

TEST_CASE_METHOD(Recovery, "a process that was killed loses nothing") {
  build();
  reopen_killed();
  REQUIRE(end() == 7);
  for (int64_t offset = 0; offset < 7; ++offset) REQUIRE(read_offsets(offset).front() == offset);
}

TEST_CASE_METHOD(Recovery, "a log ends before the first damaged batch, and later segments go") {
  build();
  disk.flip_bit(path("00000000000000000002.log"), batch_size() + 70, 0);
  reopen_killed();
  REQUIRE(end() == 3);
  REQUIRE(log_files() == std::vector<std::string>{kFirst, "00000000000000000002"});
  append_many(1);
  REQUIRE(read_offsets(2) == Offsets{2, 3});
}

TEST_CASE_METHOD(Recovery, "a torn batch at the end is cut off") {
  build();
  cut_file("00000000000000000006.log", batch_size() - 1);
  reopen_killed();
  REQUIRE(end() == 6);
  REQUIRE(content("00000000000000000006.log").empty());
}

TEST_CASE_METHOD(Recovery, "a segment that does not continue the one before it goes") {
  build();
  cut_file("00000000000000000002.log", batch_size());
  reopen_killed();
  REQUIRE(end() == 3);
  REQUIRE(log_files().back() == "00000000000000000002");
}

TEST_CASE_METHOD(Recovery, "in a compacted log offsets may be missing") {
  config.compact = true;
  build();
  cut_file("00000000000000000002.log", batch_size());
  reopen_killed();
  REQUIRE(end() == 7);
  REQUIRE(read_offsets(3) == Offsets{4, 5});
}

TEST_CASE_METHOD(Recovery, "what lies below the recovery point is not read") {
  build(4);
  disk.flip_bit(path(kFirst + ".log"), 70, 0);
  reopen_killed();
  REQUIRE(end() == 7);
}

TEST_CASE_METHOD(Recovery, "damage in what was synced stops the log when it has to be read") {
  build(4);
  disk.flip_bit(path(kFirst + ".log"), 70, 0);
  REQUIRE(disk.remove(path(kFirst + ".index")).ok());
  auto opened = try_open();
  REQUIRE_FALSE(opened.ok());
  REQUIRE(opened.error().code == EBADMSG);
}

TEST_CASE_METHOD(Recovery, "damage in what was synced stops the log, in the last segment too") {
  open();
  append_many(4);
  hints.recovery_point = Offset{3};
  SECTION("below the recovery point") {
    disk.flip_bit(path(kFirst + ".log"), 2 * batch_size() + 70, 0);
    auto opened = try_open();
    REQUIRE_FALSE(opened.ok());
    REQUIRE(opened.error().code == EBADMSG);
  }
  SECTION("from there on a crash may have done it") {
    disk.flip_bit(path(kFirst + ".log"), 3 * batch_size() + 70, 0);
    reopen_killed();
    REQUIRE(end() == 3);
  }
}

TEST_CASE_METHOD(Recovery, "after a clean shutdown no batch is read") {
  build();
  disk.flip_bit(path("00000000000000000002.log"), 70, 0);
  disk.flip_bit(path("00000000000000000006.log"), 70, 0);
  reopen_clean();
  REQUIRE(end() == 7);
  REQUIRE(log->unflushed_records() == 0);
}

TEST_CASE_METHOD(Recovery, "a lost or damaged index is made anew") {
  build();
  REQUIRE(log->flush().ok());
  const Bytes index = content("00000000000000000002.index");
  const Bytes times = content("00000000000000000002.timeindex");
  REQUIRE(log->close().ok());
  SECTION("lost") { REQUIRE(disk.remove(path("00000000000000000002.index")).ok()); }
  SECTION("of an odd size") { cut_file("00000000000000000002.index", 7); }
  SECTION("with the zeros that Kafka preallocates") {
    disk.plant(path("00000000000000000002.index"), Bytes(8 * 100));
    disk.plant(path("00000000000000000002.timeindex"), Bytes(12 * 100));
  }
  SECTION("pointing behind the log") {
    Bytes wrong = index;
    store_be32(wrong.data() + 4, 1 << 20);
    disk.plant(path("00000000000000000002.index"), wrong);
  }
  hints.clean_shutdown = true;
  open();
  REQUIRE(content("00000000000000000002.index") == index);
  REQUIRE(content("00000000000000000002.timeindex") == times);
  REQUIRE(read_offsets(3) == Offsets{3});
}

TEST_CASE_METHOD(Recovery, "the transaction index is made anew") {
  open();
  append_ok(TestBatch().producer(5, 0, 0).transactional());
  append_ok(TestBatch().producer(5, 0, -1).marker(true));
  append_many(1);
  disk.plant(path(kFirst + ".txnindex"), std::string(33, 'x'));
  reopen_killed();
  const auto aborted = log->view()->aborted_transactions(Offset{0}, Offset{2}).value();
  REQUIRE(aborted == std::vector<AbortedTxn>{{5, Offset{0}, Offset{1}, Offset{2}}});
}

TEST_CASE_METHOD(Recovery, "what was waiting for its removal is removed, and indexes without a log") {
  build();
  log.reset();
  disk.plant(path("00000000000000000000.log.deleted"), "old");
  disk.plant(path("00000000000000000099.index"), "");
  disk.plant(path("00000000000000000099.txnindex"), "");
  disk.plant(path("partition.metadata"), "version: 0");
  open();
  const auto left = names();
  REQUIRE(std::ranges::find(left, "00000000000000000000.log.deleted") == left.end());
  REQUIRE(std::ranges::find(left, "00000000000000000099.index") == left.end());
  REQUIRE(std::ranges::find(left, "00000000000000000099.txnindex") == left.end());
  REQUIRE(std::ranges::find(left, "partition.metadata") != left.end());
}

TEST_CASE_METHOD(Recovery, "a compaction that was not complete is undone") {
  build();
  log.reset();
  const Bytes compacted = TestBatch().at(0).fill('c').bytes();
  disk.plant(path(kFirst + ".log.cleaned"), compacted);
  disk.plant(path("00000000000000000002.log.swap"), compacted);
  open();
  REQUIRE(read_offsets(0) == Offsets{0, 1});
  REQUIRE_FALSE(disk.exists(path(kFirst + ".log.cleaned")));
  REQUIRE_FALSE(disk.exists(path("00000000000000000002.log.swap")));
}

TEST_CASE_METHOD(Recovery, "a compaction that was complete is finished") {
  config.compact = true;
  build(7);
  log.reset();
  const Bytes compacted = TestBatch().at(3).fill('c').bytes();
  disk.plant(path(kFirst + ".log.swap"), compacted);
  disk.plant(path(kFirst + ".index.swap"), "");
  disk.plant(path(kFirst + ".timeindex.swap"), "");
  open();
  REQUIRE(log_files() == std::vector<std::string>{kFirst, "00000000000000000004", "00000000000000000006"});
  REQUIRE(read(0) == compacted);
  REQUIRE(read_offsets(4) == Offsets{4, 5});
}

TEST_CASE_METHOD(Recovery, "a log that ends before its start begins there, empty") {
  build();
  hints.log_start = Offset{20};
  reopen_killed();
  REQUIRE(log->end() == LogPosition{Offset{20}, Offset{20}, 0});
  REQUIRE(log_files() == std::vector<std::string>{"00000000000000000020"});
}

TEST_CASE_METHOD(Recovery, "a recovery point behind the end is brought down (KAFKA-10101)") {
  build(100);
  reopen_killed();
  REQUIRE(end() == 7);
  REQUIRE(log->recovery_point() == Offset{6});
  REQUIRE(log->unflushed_records() == 0);
}

TEST_CASE_METHOD(Recovery, "snapshots of what was lost are removed") {
  build();
  cut_file("00000000000000000002.log", batch_size());
  reopen_killed();
  for (const std::string& name : names())
    REQUIRE((!name.ends_with(".snapshot") || name <= "00000000000000000003.snapshot"));
}

TEST_CASE_METHOD(Recovery, "recovering again changes nothing") {
  build();
  cut_file("00000000000000000006.log", batch_size() - 1);
  reopen_killed();
  std::map<std::string, Bytes> before;
  for (const std::string& name : names()) before[name] = content(name);
  reopen_killed();
  std::map<std::string, Bytes> after;
  for (const std::string& name : names()) after[name] = content(name);
  REQUIRE(before == after);
}

TEST_CASE_METHOD(LogFixture, "old formats in a log are kept and read as they are") {
  Bytes old(34, 0);
  store_be64(old.data(), 0);
  store_be32(old.data() + 8, 22);
  old[16] = 1;
  store_be64(old.data() + 18, 777);
  store_be32(old.data() + 12, BatchHeader::decode(old)->crc_of(ByteView(old).subspan(16), 0));
  const Bytes young = TestBatch().at(1).bytes();
  Bytes file(old.size() + young.size());
  std::copy(young.begin(), young.end(), std::copy(old.begin(), old.end(), file.begin()));
  disk.plant(path("00000000000000000000.log"), file);
  open();
  REQUIRE(end() == 2);
  REQUIRE(read(0) == file);
  REQUIRE(log->view()->find_timestamp(700, log->end()).value()->header.max_timestamp == 777);
}

TEST_CASE_METHOD(LogFixture, "a flush makes everything durable") {
  open();
  append_many(3, TestBatch().producer(5, 0, -1));
  REQUIRE(log->roll(now_ms).ok());
  append_many(2);
  REQUIRE(log->unflushed_records() == 5);
  REQUIRE(log->flush().ok());
  REQUIRE(log->unflushed_records() == 0);
  // Only the indexes of the last segment are left to be made anew.
  const std::string last = path("00000000000000000003");
  REQUIRE(disk.unsynced() == std::vector<std::string>{last + ".index", last + ".timeindex"});
}

TEST_CASE_METHOD(LogFixture, "a closed log is durable whole") {
  open();
  append_many(3, TestBatch().producer(5, 0, -1));
  REQUIRE(log->close().ok());
  REQUIRE(disk.unsynced().empty());
  REQUIRE(disk.exists(path("00000000000000000003.snapshot")));
}

TEST_CASE_METHOD(LogFixture, "a flush of what was sealed leaves the last segment alone") {
  open();
  append_many(3);
  REQUIRE(log->roll(now_ms).ok());
  append_many(2);
  auto job = log->prepare_flush(Log::FlushScope::kSealed);
  REQUIRE(log->complete_flush(*job, job->run(disk)).ok());
  REQUIRE(log->recovery_point() == Offset{3});
}

TEST_CASE_METHOD(LogFixture, "a flush that a truncation overtook proves nothing") {
  open();
  append_many(4);
  auto job = log->prepare_flush();
  REQUIRE(log->truncate_to(Offset{2}, now_ms).ok());
  append_many(5);
  REQUIRE(log->complete_flush(*job, job->run(disk)).ok());
  REQUIRE(log->recovery_point() == Offset{0});
}

TEST_CASE_METHOD(LogFixture, "a sync that failed ends the log") {
  open();
  append_many(1);
  disk.inject({.operation = sim::DiskOperation::kSync});
  REQUIRE_FALSE(log->flush().ok());
  REQUIRE(log->is_failed());
}

TEST_CASE_METHOD(LogFixture, "the recovery point stays in a segment until its indexes are durable too") {
  open();
  append_many(3);
  REQUIRE(log->flush().ok());
  REQUIRE(log->recovery_point() == Offset{2});
  REQUIRE(log->roll(now_ms).ok());
  REQUIRE(log->recovery_point() == Offset{2});
  REQUIRE(log->flush().ok());
  REQUIRE(log->recovery_point() == Offset{3});
}

TEST_CASE_METHOD(LogFixture, "offsets that are missing inside a segment end a log, unless it is compacted") {
  config.compact = GENERATE(false, true);
  Bytes file = TestBatch().at(0).bytes();
  const Bytes far = TestBatch().at(2).bytes();
  file.insert(file.end(), far.begin(), far.end());
  disk.plant(path("00000000000000000000.log"), file);
  open();
  REQUIRE(end() == (config.compact ? 3 : 1));
}

TEST_CASE_METHOD(LogFixture, "offsets that go back end a log") {
  config.compact = GENERATE(false, true);
  Bytes file = TestBatch().at(0).records(3).bytes();
  const Bytes back = TestBatch().at(2).records(5).bytes();
  file.insert(file.end(), back.begin(), back.end());
  disk.plant(path("00000000000000000000.log"), file);
  open();
  REQUIRE(end() == 3);
}

TEST_CASE_METHOD(LogFixture, "what a failed sync has lost does not count, though the cache still shows it") {
  open();
  append_many(2);
  REQUIRE(log->flush().ok());
  append_many(2);
  disk.inject({.operation = sim::DiskOperation::kSync, .path_part = ".log", .times = 1});
  REQUIRE_FALSE(log->flush().ok());
  reopen_killed();
  REQUIRE(end() == 2);
  REQUIRE_FALSE(disk.exists(path("log-failed")));
  append_many(1);
  REQUIRE(log->flush().ok());
  SeededRandom odds(1);
  log.reset();
  disk.crash(odds);
  open();
  REQUIRE(end() == 3);
}
