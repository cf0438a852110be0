// What a crash, a bad disk or another program may leave in a partition's directory, opened as after a crash
// and as after a clean stop. Never a crash of ours. After a crash of the machine, with nothing believed:
// what comes back is what a reader that knows no index, no checkpoint and no trick finds; opening it again
// changes nothing; all of it can be read; and what is appended then survives a power cut, a clean restart and
// a truncation. Where the files are believed, because they were closed cleanly or synced, errors are allowed
// as well.
//
// partition_input.h tells how the bytes become files.
#include "tests/fuzz/partition_input.h"

#include <algorithm>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "base/check.h"
#include "base/crc32c.h"
#include "base/logging.h"
#include "storage/log.h"
#include "tests/fuzz/memory_bound.h"
#include "tests/sim/sim_disk.h"
#include "tests/storage/test_batches.h"

using namespace klamm;
using namespace klamm::storage;

namespace {

constexpr const char* kDirectory = "/logs/topic-0";
constexpr int64_t kNow = 1'700'000'000'000;

// The disk holds each byte twice (cache and platter) and the harness about four times more; the log's own
// share are the entries of indexes in memory, which double, and what is read of the small files. Beside it: a
// window for scanning and one to look things up in for each of a few readers, and the objects of 24 files.
constexpr size_t kMemoryPerByte = 24;
constexpr size_t kMemoryBeside = 4 << 20;

struct Batch {
  BatchHeader header;
  Bytes bytes;
};

struct Expected {
  std::map<Offset, Bytes> segments;
  std::vector<Batch> batches;
  Offset end;
};

void put_batches_right(const PartitionInput& input, PartitionFile& file, Offset& next) {
  ByteView rest = file.content;
  while (auto header = BatchHeader::decode(rest)) {
    if (header->size > rest.size()) break;
    uint8_t* at = file.content.data() + (rest.data() - file.content.data());
    if (input.has(kRightOffsets) && header->magic == 2) {
      store_be64(at, static_cast<uint64_t>(next.value));
      header = BatchHeader::decode(rest);
      if (!header) break;
    }
    const uint32_t crc = header->crc_of(rest.first(header->size).subspan(header->crc_begin()), 0);
    if (input.has(kRightCrcs)) store_be32(at + (header->magic == 2 ? 17 : 12), crc);
    if (header->magic == 2) next = header->next_offset();
    rest = rest.subspan(header->size);
  }
}

// The segments in ascending order, since they continue one another.
void put_right(PartitionInput& input) {
  std::ranges::stable_sort(input.files, {}, &PartitionFile::offset);
  std::optional<Offset> next;
  for (PartitionFile& file : input.files) {
    if (file.kind == kSegment || file.kind == kSwap) {
      if (!next) next = file.offset;
      if (input.has(kRightOffsets) && file.kind == kSegment) file.offset = *next;
      if (input.has(kRightCrcs) || input.has(kRightOffsets)) put_batches_right(input, file, *next);
    }
    if (file.kind == kSnapshot && input.has(kRightCrcs) && file.content.size() >= 6)
      store_be32(file.content.data() + 2, crc32c(ByteView(file.content).subspan(6)));
  }
}

// Recovery as one would write it who has all day: every segment from the first, no index.
Expected read_naively(const PartitionInput& input) {
  std::map<Offset, Bytes> files;
  for (const PartitionFile& file : input.files)
    if (file.kind == kSegment) files.insert_or_assign(file.offset, file.content);
  Expected expected;
  bool is_whole = true;
  for (const auto& [base, content] : files) {
    const bool continues =
        expected.segments.empty() || (input.has(kCompacted) ? base >= expected.end : base == expected.end);
    if (!continues || !is_whole) break;
    expected.end = base;
    ByteView rest = content;
    while (auto header = BatchHeader::decode(rest)) {
      if (header->size > rest.size() || !crc_is_valid(*header, rest.first(header->size))) break;
      const bool may_skip = input.has(kCompacted) || header->magic < 2;
      if (may_skip ? header->base_offset < expected.end : header->base_offset != expected.end) break;
      if (header->last_offset() - base > std::numeric_limits<int32_t>::max()) break;
      expected.batches.push_back({*header, Bytes(rest.begin(), rest.begin() + header->size)});
      expected.end = header->next_offset();
      rest = rest.subspan(header->size);
    }
    expected.segments[base] = Bytes(content.begin(), content.end() - static_cast<ptrdiff_t>(rest.size()));
    is_whole = rest.empty();
  }
  if (expected.segments.empty() || expected.end < input.log_start) {
    expected.segments = {{input.log_start, {}}};
    expected.batches.clear();
    expected.end = input.log_start;
  }
  return expected;
}

class Recovery {
 public:
  explicit Recovery(const PartitionInput& input) : input_(input) {
    config_.compact = input.has(kCompacted);
    config_.index_interval_bytes = input.has(kIndexAll) ? 0 : 300;
    config_.segment_bytes = input.has(kSmallSegments) ? 500 : 1 << 20;
    config_.producer_id_expiration_ms = std::numeric_limits<int64_t>::max() / 2;
    hints_.recovery_point = input.recovery_point;
    hints_.log_start = input.log_start;
    CHECK(disk_.make_directories("/logs").ok() && disk_.sync_directory("/").ok());
    for (const PartitionFile& file : input.files)
      disk_.plant(std::string(kDirectory) + "/" + file.name(), file.content);
  }

  void run() {
    // Nothing is believed, and everything is read.
    const bool is_strict =
        !input_.has(kCleanStop) && input_.recovery_point.value == 0 && !input_.has_file(kSwap);
    const bool is_open = open(input_.has(kCleanStop));
    CHECK(is_open || !is_strict);
    if (!is_open) return;
    look_around(is_strict);
    if (is_strict) judge(read_naively(input_));
    reopen_killed();
    if (log_->end().offset.value > std::numeric_limits<int64_t>::max() - 1000) return;
    if (!append_some(is_strict)) return;
    survive_power_cut();
    if (!is_strict) return;
    restart_cleanly();
    truncate();
  }

 private:
  // What a reader and the node see.
  struct Seen {
    Offset start;
    LogPosition end;
    std::map<Offset, Bytes> segments;
    Bytes producers;
    std::vector<EpochStart> epochs;
  };

  bool open(bool is_clean) {
    log_.reset();
    hints_.clean_shutdown = is_clean;
    auto opened = Log::open(disk_, kDirectory, config_, hints_, kNow);
    if (!opened.ok()) {
      CHECK(!opened.error().what.empty());
      return false;
    }
    log_ = *std::move(opened);
    CHECK(log_->start() <= log_->end().offset && log_->recovery_point() <= log_->end().offset);
    CHECK(!log_->is_failed() && log_->view() != nullptr);
    hints_.recovery_point = std::min(hints_.recovery_point, log_->recovery_point());
    return true;
  }

  Seen see() const {
    // A restart forgets who has been idle for too long.
    log_->expire_producers(kNow);
    Seen seen{log_->start(), log_->end(), {}, log_->producers().to_snapshot(), log_->epochs().entries()};
    for (const auto& segment : log_->view()->segments()) {
      auto file = segment->files().get(SegmentPart::kLog);
      CHECK(file.ok());
      Bytes content(segment->size());
      CHECK((*file)->file().read_at(0, content).value() == content.size());
      seen.segments[segment->base()] = std::move(content);
    }
    return seen;
  }

  // What differs is one CHECK each, so that a finding says what it is.
  void check_unchanged(const Seen& before) const {
    const Seen now = see();
    CHECK(now.segments == before.segments);
    CHECK(now.start == before.start);
    CHECK(now.end == before.end);
    CHECK(now.producers == before.producers);
    // Of an empty log nothing need be known: its last epoch ends where it begins. Of one whose epochs fall,
    // which no leader writes (but no checksum covers the epoch of a batch), each start sees what it has read.
    CHECK(now.epochs == before.epochs || now.start == now.end.offset || epochs_fall(now));
  }

  static bool epochs_fall(const Seen& seen) {
    Epoch highest = kNoEpoch;
    for (const auto& [base, content] : seen.segments) {
      ByteView rest = content;
      while (auto header = BatchHeader::decode(rest)) {
        if (header->leader_epoch < highest) return true;
        highest = header->leader_epoch;
        rest = rest.subspan(header->size);
      }
    }
    return false;
  }

  // Every question that a client may ask; answers are demanded where `must_answer`.
  void look_around(bool must_answer) {
    const auto view = log_->view();
    const LogPosition limit = log_->end();
    Offset next = std::max(log_->start(), view->local_start());
    while (next < limit.offset) {
      auto got = view->read(next, limit, 700, true);
      CHECK(got.ok() || !must_answer);
      if (!got.ok() || got->slice.size == 0) break;
      Bytes bytes(got->slice.size);
      CHECK(got->slice.file->file().read_at(got->slice.position, bytes).value() == bytes.size());
      const Offset before = next;
      ByteView rest = bytes;
      while (auto header = BatchHeader::decode(rest)) {
        if (header->size > rest.size()) break;
        next = std::max(next, header->next_offset());
        rest = rest.subspan(header->size);
      }
      CHECK(next > before || !must_answer);
      if (next == before) break;
    }
    CHECK(next >= limit.offset || !must_answer || input_.has(kCompacted));
    for (int64_t timestamp : {int64_t{0}, kNow, std::numeric_limits<int64_t>::max()})
      CHECK(view->find_timestamp(timestamp, limit).ok() || !must_answer);
    CHECK(view->find_max_timestamp(limit).ok() || !must_answer);
    CHECK(view->aborted_transactions(log_->start(), limit.offset).ok() || !must_answer);
    CHECK(view->locate(log_->start(), limit).ok() || !must_answer);
    (void)view->first_unstable(limit.offset);
  }

  void judge(const Expected& expected) {
    const Seen seen = see();
    CHECK(seen.end.offset == expected.end);
    CHECK(seen.segments == expected.segments);
    CHECK(std::ranges::is_sorted(seen.epochs, {}, &EpochStart::start));
    CHECK(seen.epochs.empty() || seen.epochs.back().start <= seen.end.offset);
    for (const auto& segment : log_->view()->segments()) {
      for (uint32_t i = 0; i < segment->offset_index().count(); ++i) {
        const OffsetEntry entry = segment->offset_index().at(i).value();
        auto batch = segment->find(segment->base() + entry.relative_offset, segment->size());
        CHECK(batch.ok() && *batch && (*batch)->position == entry.position);
      }
    }
    if (input_.has_file(kSnapshot)) return;
    ProducerState producers;
    for (const Batch& batch : expected.batches) {
      const bool is_marker = batch.header.is_control() && batch.header.has_producer();
      producers.apply(batch.header, is_marker ? decode_txn_marker(batch.bytes) : std::nullopt,
                      {batch.header.base_offset});
    }
    producers.expire(kNow, config_.producer_id_expiration_ms);
    CHECK(producers.to_snapshot() == seen.producers);
  }

  // A second opening finds what the first one left.
  void reopen_killed() {
    const bool was_clean = hints_.clean_shutdown;
    const Seen before = see();
    log_.reset();
    disk_.kill_process();
    CHECK(open(was_clean));
    // Segments that overlap, which a clean stop is believed to have left, tell of producers twice.
    if (!was_clean) check_unchanged(before);
    CHECK(log_->end() == before.end);
  }

  bool append_some(bool must_work) {
    const auto latest = log_->epochs().latest();
    if (latest && latest->epoch.value == std::numeric_limits<int32_t>::max()) return false;
    const int32_t epoch = latest ? latest->epoch.value + 1 : 0;
    for (int i = 0; i < 6; ++i) {
      const Bytes batch = TestBatch()
                              .at(log_->end().offset.value)
                              .records(1 + i)
                              .value_size(30)
                              .time(kNow + i)
                              .epoch(epoch)
                              .producer(4711, 0, i * (i + 1) / 2)
                              .bytes();
      const ByteView view = batch;
      const Offset at = log_->end().offset;
      const AppendResult result = log_->append({&view, 1}, kNow);
      CHECK(!result.failure || !must_work);
      if (result.failure) return false;
      auto got = log_->view()->read(at, log_->end(), 1 << 20, true);
      CHECK(got.ok() || !must_work);
      if (!must_work) continue;
      Bytes bytes(got->slice.size);
      CHECK(got->slice.file->file().read_at(got->slice.position, bytes).value() == bytes.size());
      CHECK(bytes == batch);
    }
    return true;
  }

  void survive_power_cut() {
    const bool was_clean = hints_.clean_shutdown;
    if (!log_->flush().ok()) {
      CHECK(was_clean);
      return;
    }
    const Seen before = see();
    hints_.recovery_point = log_->recovery_point();
    log_.reset();
    SeededRandom random(input_.bits);
    disk_.crash(random);
    const bool is_open = open(false);
    CHECK(is_open || was_clean);
    if (!was_clean) check_unchanged(before);
  }

  void restart_cleanly() {
    CHECK(log_->close().ok());
    const Seen before = see();
    hints_.recovery_point = log_->recovery_point();
    CHECK(open(true));
    check_unchanged(before);
    look_around(true);
  }

  void truncate() {
    const Offset end = log_->end().offset;
    const Offset middle = log_->start() + (end - log_->start()) / 2;
    CHECK(log_->truncate_to(middle, kNow).ok());
    CHECK(log_->end().offset <= middle);
    hints_.recovery_point = std::min(hints_.recovery_point, log_->recovery_point());
    hints_.log_start = std::min(hints_.log_start, log_->start());
    const Seen before = see();
    log_.reset();
    SeededRandom random(input_.bits);
    disk_.crash(random);
    CHECK(open(false));
    CHECK(see().end.offset <= before.end.offset);
    look_around(true);
  }

  const PartitionInput& input_;
  sim::SimDisk disk_;
  LogConfig config_;
  OpenHints hints_;
  std::unique_ptr<Log> log_;
};

}  // namespace

extern "C" int LLVMFuzzerInitialize(int*, char***) {
  set_log_level(LogLevel::kFatal);
  return 0;
}

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  MemoryBound bound(kMemoryPerByte * size + kMemoryBeside);
  PartitionInput input = read_partition_input({data, size});
  put_right(input);
  Recovery(input).run();
  return 0;
}
