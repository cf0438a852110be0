// The bytes of the index files.
#include "tests/storage/log_fixture.h"

using namespace klamm;
using namespace klamm::storage;

namespace {

std::vector<OffsetEntry> offset_entries(const Bytes& bytes) {
  REQUIRE(bytes.size() % OffsetEntry::kSize == 0);
  std::vector<OffsetEntry> entries;
  for (size_t at = 0; at < bytes.size(); at += OffsetEntry::kSize)
    entries.push_back(OffsetEntry::decode(&bytes[at]));
  return entries;
}
std::vector<TimeEntry> time_entries(const Bytes& bytes) {
  REQUIRE(bytes.size() % TimeEntry::kSize == 0);
  std::vector<TimeEntry> entries;
  for (size_t at = 0; at < bytes.size(); at += TimeEntry::kSize)
    entries.push_back(TimeEntry::decode(&bytes[at]));
  return entries;
}
const char* kIndex = "00000000000000000000.index";
const char* kTimeIndex = "00000000000000000000.timeindex";

}  // namespace

TEST_CASE_METHOD(LogFixture, "an offset entry is made for the first batch after more than the interval") {
  const auto size = static_cast<uint32_t>(TestBatch().records(2).bytes().size());
  config.index_interval_bytes = static_cast<int32_t>(2 * size);
  open();
  append_many(8, TestBatch().records(2));
  REQUIRE(log->flush().ok());
  // After two batches the interval is reached, not passed; the fourth batch is the first after it was passed.
  REQUIRE(offset_entries(content(kIndex)) == std::vector<OffsetEntry>{{7, 3 * size}, {13, 6 * size}});
}

TEST_CASE_METHOD(LogFixture, "a time entry holds the largest timestamp so far") {
  open();
  for (int64_t time : {100, 300, 200, 400}) append_ok(TestBatch().time(time));
  REQUIRE(log->flush().ok());
  REQUIRE(time_entries(content(kTimeIndex)) == std::vector<TimeEntry>{{300, 1}, {400, 3}});
}

TEST_CASE_METHOD(LogFixture, "the last timestamp is noted when a segment is sealed") {
  config.index_interval_bytes = 1 << 20;
  open();
  for (int64_t time : {100, 300, 200}) append_ok(TestBatch().time(time));
  REQUIRE(log->roll(now_ms).ok());
  REQUIRE(offset_entries(content(kIndex)).empty());
  REQUIRE(time_entries(content(kTimeIndex)) == std::vector<TimeEntry>{{300, 1}});
}

TEST_CASE_METHOD(LogFixture, "the last timestamp is noted when a log is closed") {
  config.index_interval_bytes = 1 << 20;
  open();
  append_ok(TestBatch().time(100));
  reopen_clean();
  append_ok(TestBatch().time(200));
  reopen_clean();
  REQUIRE(time_entries(content(kTimeIndex)) == std::vector<TimeEntry>{{100, 0}, {200, 1}});
}

TEST_CASE_METHOD(LogFixture, "batches without timestamps leave the time index empty") {
  open();
  append_many(3, TestBatch().time(-1));
  REQUIRE(log->roll(now_ms).ok());
  REQUIRE(content(kTimeIndex).empty());
}

TEST_CASE_METHOD(LogFixture, "indexes go on where a clean shutdown left them") {
  open();
  append_many(3);
  reopen_clean();
  append_many(2, TestBatch().time(2000));
  REQUIRE(log->roll(now_ms).ok());
  const auto size = static_cast<uint32_t>(TestBatch().bytes().size());
  // The first batch after a restart has no entry: the count of bytes begins anew.
  REQUIRE(offset_entries(content(kIndex)) ==
          std::vector<OffsetEntry>{{1, size}, {2, 2 * size}, {4, 4 * size}});
  REQUIRE(time_entries(content(kTimeIndex)) == std::vector<TimeEntry>{{1000, 0}, {2000, 3}});
}

TEST_CASE_METHOD(LogFixture, "a sealed segment is searched in its file") {
  open();
  append_many(200);
  REQUIRE(log->roll(now_ms).ok());
  append_many(1);
  for (int64_t offset : {0, 1, 63, 64, 150, 199, 200}) REQUIRE(read_offsets(offset).front() == offset);
}

TEST_CASE_METHOD(LogFixture, "what was on disk and what was added since are searched alike") {
  open();
  append_many(100);
  reopen_clean();
  append_many(100);
  for (int64_t offset : {0, 1, 50, 99, 100, 101, 150, 199}) REQUIRE(read_offsets(offset).front() == offset);
}

TEST_CASE_METHOD(LogFixture, "an aborted transaction is noted in its 34 bytes") {
  open();
  append_ok(TestBatch().records(2).producer(7, 1, 0).transactional());
  append_ok(TestBatch().producer(7, 1, 0).marker(true));
  const Bytes bytes = content("00000000000000000000.txnindex");
  REQUIRE(bytes.size() == 34);
  REQUIRE(load_be16(bytes.data()) == 0);
  REQUIRE(AbortedTxn::decode(bytes.data()) == AbortedTxn{7, Offset{0}, Offset{2}, Offset{3}});
}

TEST_CASE_METHOD(LogFixture, "a committed transaction leaves no transaction index") {
  open();
  append_ok(TestBatch().producer(7, 1, 0).transactional());
  append_ok(TestBatch().producer(7, 1, 0).marker(false));
  REQUIRE_FALSE(disk.exists(path("00000000000000000000.txnindex")));
}
