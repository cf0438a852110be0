// Files whose content is possible and wrong, as no crash of ours leaves them: found by tests/fuzz.
#include "tests/testing.h"

#include <algorithm>
#include <limits>

#include "base/crc32c.h"
#include "protocol/record_batch.h"
#include "storage/offset_index.h"
#include "storage/time_index.h"
#include "tests/storage/log_fixture.h"

namespace klamm::storage {
namespace {

constexpr int64_t kLowest = std::numeric_limits<int64_t>::min();

class LogDamageFixture : public LogFixture {
 public:
  void plant_times(const std::string& name, std::vector<TimeEntry> entries) {
    Bytes content(entries.size() * TimeEntry::kSize);
    for (size_t i = 0; i < entries.size(); ++i) entries[i].encode(content.data() + i * TimeEntry::kSize);
    log.reset();
    disk.plant(path(name), content);
  }
  // Closes the log, has this entry of its offset index, the third, lead elsewhere, and opens it as it is.
  void mislead(OffsetEntry entry, uint32_t wrong_position) {
    REQUIRE(log->close().ok());
    Bytes index = content("00000000000000000000.index");
    REQUIRE(OffsetEntry::decode(&index[2 * OffsetEntry::kSize]) == entry);
    entry.position = wrong_position;
    entry.encode(&index[2 * OffsetEntry::kSize]);
    log.reset();
    disk.plant(path("00000000000000000000.index"), index);
    hints.clean_shutdown = true;
    open();
  }
  std::vector<EpochStart> epochs() const { return log->epochs().entries(); }
};

// One producer in a transaction since `txn_first`, as the text of a snapshot.
Bytes snapshot_of(std::vector<std::pair<int64_t, int64_t>> producers_and_first_offsets) {
  ProducerState state;
  Offset next{0};
  for (auto [id, first] : producers_and_first_offsets) {
    (void)first;
    state.apply(TestBatch().at(next.value).producer(id, 0, 0).transactional().header(), std::nullopt, {next});
    next = next + 1;
  }
  Bytes bytes = state.to_snapshot();
  for (size_t i = 0; i < producers_and_first_offsets.size(); ++i)
    store_be64(&bytes[10 + 46 * i + 38], static_cast<uint64_t>(producers_and_first_offsets[i].second));
  store_be32(&bytes[2], crc32c(ByteView(bytes).subspan(6)));
  return bytes;
}

bool is_readable(const Bytes& snapshot, int64_t end) {
  return ProducerState::from_snapshot(snapshot, Offset{end}, 1000, 1'000'000).has_value();
}

}  // namespace

TEST_CASE_METHOD(LogDamageFixture, "a time index that speaks of offsets beyond the log is made anew") {
  open();
  append_many(3, TestBatch().time(1000));
  reopen_clean();
  REQUIRE(log->close().ok());
  plant_times("00000000000000000000.timeindex", {{1500, 100'000}});
  hints.clean_shutdown = true;
  open();
  append_many(3, TestBatch().time(2000));
  auto found = log->view()->find_timestamp(2000, log->end());
  REQUIRE((found.ok() && *found && (*found)->header.base_offset == Offset{3}));
}

TEST_CASE_METHOD(LogDamageFixture, "a time index that is behind an older record is made anew") {
  open();
  append_many(3, TestBatch().time(1000));
  REQUIRE(log->close().ok());
  log.reset();
  disk.plant(path("00000000000000000000.index"), Bytes());
  plant_times("00000000000000000000.timeindex", {{500, 2}});
  hints.clean_shutdown = true;
  open();
  REQUIRE(log->roll(now_ms).ok());
  auto found = log->view()->find_timestamp(1000, log->end());
  REQUIRE((found.ok() && *found && (*found)->header.base_offset == Offset{0}));
}

TEST_CASE_METHOD(LogDamageFixture, "an offset index that speaks of offsets beyond the log is made anew") {
  open();
  append_many(3);
  REQUIRE(log->close().ok());
  Bytes entry(OffsetEntry::kSize);
  OffsetEntry{100'000, static_cast<uint32_t>(TestBatch().bytes().size())}.encode(entry.data());
  log.reset();
  disk.plant(path("00000000000000000000.index"), entry);
  hints.clean_shutdown = true;
  open();
  REQUIRE(log->view()->segments().front()->offset_index().last().value()->relative_offset == 2);
  append_many(2);
  REQUIRE(read_offsets(4) == std::vector<int64_t>{4});
}

TEST_CASE_METHOD(LogDamageFixture, "an offset index that leads between two batches is made anew") {
  open();
  append_many(3);
  REQUIRE(log->close().ok());
  Bytes entry(OffsetEntry::kSize);
  OffsetEntry{1, static_cast<uint32_t>(TestBatch().bytes().size()) + 7}.encode(entry.data());
  log.reset();
  disk.plant(path("00000000000000000000.index"), entry);
  hints.clean_shutdown = true;
  open();
  REQUIRE(end() == 3);
  REQUIRE(log->view()->segments().front()->offset_index().last().value()->relative_offset == 2);
  append_many(2);
  REQUIRE(read_offsets(1) == std::vector<int64_t>{1, 2, 3, 4});
}

TEST_CASE_METHOD(LogDamageFixture,
                 "an index that leads nowhere does not hide damage to what was closed cleanly") {
  open();
  append_many(3);
  REQUIRE(log->close().ok());
  const uint32_t size = static_cast<uint32_t>(TestBatch().bytes().size());
  Bytes entry(OffsetEntry::kSize);
  OffsetEntry{1, size + 7}.encode(entry.data());
  log.reset();
  disk.plant(path("00000000000000000000.index"), entry);
  disk.flip_bit(path("00000000000000000000.log"), size + 70, 0);
  hints.clean_shutdown = true;
  auto opened = try_open();
  REQUIRE_FALSE(opened.ok());
  REQUIRE(opened.error().what.find("is damaged at byte " + std::to_string(size)) != std::string::npos);
}

TEST_CASE_METHOD(LogDamageFixture, "epochs that contradict the log are the same after each start") {
  open();
  append_many(2, TestBatch().epoch(2));
  log.reset();
  disk.plant(path("leader-epoch-checkpoint"), "0\n2\n0 0\n2 8\n");
  open();
  const auto first = epochs();
  REQUIRE(first == std::vector<EpochStart>{{Epoch{2}, Offset{0}}});
  reopen_killed();
  REQUIRE(epochs() == first);
}

TEST_CASE("a snapshot with a transaction that begins behind its end is damaged") {
  REQUIRE(is_readable(snapshot_of({{7, 4}}), 5));
  REQUIRE_FALSE(is_readable(snapshot_of({{7, 5}}), 5));
}

TEST_CASE("a snapshot with two transactions that begin at one offset is damaged") {
  REQUIRE(is_readable(snapshot_of({{7, 3}, {8, 4}}), 5));
  REQUIRE_FALSE(is_readable(snapshot_of({{7, 4}, {8, 4}}), 5));
}

TEST_CASE("an old message at the last of all offsets is no batch") {
  Bytes message(40);
  store_be64(message.data(), static_cast<uint64_t>(std::numeric_limits<int64_t>::max()));
  store_be32(message.data() + 8, static_cast<uint32_t>(message.size() - 12));
  REQUIRE_FALSE(BatchHeader::decode(message).has_value());
  message[7] = 0xFE;
  REQUIRE(BatchHeader::decode(message).has_value());
}

// Kafka's check of timestamps wraps, so that a client may send any.
TEST_CASE_METHOD(LogDamageFixture, "a producer with the lowest of all timestamps expires") {
  open();
  append_ok(TestBatch().producer(7, 0, 0).time(kLowest));
  log->expire_producers(now_ms);
  REQUIRE(log->producers().find(7) == nullptr);
}

TEST_CASE_METHOD(LogDamageFixture, "the lowest of all timestamps does not roll a segment") {
  open();
  append_ok(TestBatch().time(1000));
  append_ok(TestBatch().time(kLowest));
  REQUIRE(log_files().size() == 1);
}

TEST_CASE_METHOD(LogDamageFixture, "an offset index that is wrong in its middle hides no batch") {
  open();
  append_many(7);
  const auto size = static_cast<uint32_t>(TestBatch().bytes().size());
  mislead({3, 3 * size}, GENERATE_COPY(3 * size + 5, 5 * size, 100 * size));
  REQUIRE(read_offsets(3) == std::vector<int64_t>{3, 4, 5, 6});
  REQUIRE(read_offsets(4) == std::vector<int64_t>{4, 5, 6});
}

TEST_CASE_METHOD(LogDamageFixture,
                 "an offset index that leads into a value that reads as a batch hides none") {
  open();
  const TestBatch batch = TestBatch().value_size(300);
  append_many(3, batch);
  Bytes outer = TestBatch(batch).at(3).bytes();
  const size_t value_at = outer.size() - 1 - 300;  // one byte says that there are no headers
  std::ranges::copy(TestBatch().at(1).bytes(), outer.begin() + static_cast<ptrdiff_t>(value_at));
  protocol::refresh_crc(outer);
  const ByteView view = outer;
  REQUIRE_FALSE(log->append({&view, 1}, now_ms).failure);
  append_many(3, batch);
  const auto size = static_cast<uint32_t>(outer.size());
  mislead({3, 3 * size}, 3 * size + static_cast<uint32_t>(value_at));
  REQUIRE(read_offsets(3) == std::vector<int64_t>{3, 4, 5, 6});
  REQUIRE(read_offsets(4) == std::vector<int64_t>{4, 5, 6});
}

}  // namespace klamm::storage
