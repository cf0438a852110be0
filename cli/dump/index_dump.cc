#include "cli/dump/index_dump.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>

#include "base/crc32c.h"
#include "base/mutants_fuzz.h"
#include "cli/dump/mapped_file.h"
#include "cli/text.h"
#include "protocol/compression.h"
#include "protocol/reader.h"
#include "protocol/record_batch.h"
#include "protocol/record_batch_records.h"
#include "storage/batch_header.h"
#include "storage/offset_index.h"
#include "storage/time_index.h"
#include "storage/txn_index.h"

namespace klamm::cli {
namespace {

using storage::AbortedTxn;
using storage::OffsetEntry;
using storage::TimeEntry;

constexpr size_t kPlainBytesMax = size_t{1} << 30;
constexpr int16_t kSnapshotVersion = 1;
constexpr size_t kSnapshotEntries = 6;  // where what the checksum covers begins

// The file of the same segment with another ending; the base is what its name begins with.
struct SegmentName {
  std::string directory;  // with its slash
  std::string base;

  explicit SegmentName(const std::string& path) {
    const std::string name = file_name(path);
    directory = path.substr(0, path.size() - name.size());
    base = name.substr(0, name.find('.'));
  }
  std::string with(std::string_view ending) const { return fmt::format("{}{}{}", directory, base, ending); }
  int64_t base_offset() const { return parse_long(base).value_or(0); }
};

template <class Entry>
size_t count_in(ByteView bytes) {
  return bytes.size() / Entry::kSize;
}

template <class Entry>
Entry entry_at(ByteView bytes, size_t index) {
  return Entry::decode(bytes.data() + index * Entry::kSize);
}

// The base is the name of a file, which may be any number.
int64_t offset_of(int64_t base, int32_t relative) {
  return protocol::offset_after(Offset{base}, static_cast<uint32_t>(relative)).value;
}

// The largest entry that is not above the offset; position 0 where there is none.
size_t position_before(ByteView index, int64_t base, int64_t offset) {
  size_t position = 0;
  for (size_t i = 0; i < count_in<OffsetEntry>(index); ++i) {
    const auto entry = entry_at<OffsetEntry>(index, i);
    const int64_t at = offset_of(base, entry.relative_offset);
    // A file that was made large in advance has zeros behind its entries.
    if (at > offset || (i > 0 && at == base)) break;
    position = entry.position;
  }
  return position;
}

// The largest timestamp of a batch's records.
Attempt<int64_t> max_timestamp(const protocol::BatchView& batch, protocol::Decompressor& decompressor) {
  protocol::DecompressedRecords plain;
  auto section = plain.of(batch, decompressor, kPlainBytesMax);
  if (!section) {
    return failed(fmt::format("the batch at offset {} cannot be decompressed: {}", batch.base_offset().value,
                              protocol::name_of(section.error())));
  }
  protocol::RecordCursor records(*section, batch.record_count());
  int64_t largest = protocol::kNoTimestamp;
  while (const protocol::Record* record = records.next()) {
    largest = std::max(largest, protocol::timestamp_of(batch, *record));
  }
  return largest;
}

class TimeIndexDump {
 public:
  TimeIndexDump(const std::string& path, Console& console, IndexMismatches& mismatches)
      : key_(absolute_path(path)), console_(console), mismatches_(mismatches) {}

  Attempt<> run(ByteView bytes, ByteView log, ByteView index, int64_t base, bool only_verify) {
    int64_t before = protocol::kNoTimestamp;
    for (size_t i = 0; i < count_in<TimeEntry>(bytes); ++i) {
      const auto entry = entry_at<TimeEntry>(bytes, i);
      const int64_t offset = offset_of(base, entry.relative_offset);
      if (offset == base && i > 0) return {};
      const size_t position = std::min(position_before(index, base, offset), log.size());
      if (auto done = compare(entry, offset, before, log.subspan(position)); !done) return done;
      if (!only_verify) console_.line("timestamp: {} offset: {}", entry.timestamp, offset);
      before = entry.timestamp;
    }
    return {};
  }

 private:
  Attempt<> compare(const TimeEntry& entry, int64_t offset, int64_t before, ByteView log) {
    protocol::BatchCursor batches(log);
    std::optional<protocol::BatchView> found;
    while (const auto batch = batches.next()) {
      if (batch->last_offset().value < offset) continue;
      found = *batch;
      break;
    }
    if (!found || found->last_offset().value != offset) {
      mismatches_.not_found[key_].emplace_back(offset, found ? found->last_offset().value : -1);
      return {};
    }
    auto largest = max_timestamp(*found, decompressor_);
    if (!largest) return Error{largest.error()};
    if (*largest != entry.timestamp) mismatches_.timestamps[key_].emplace_back(entry.timestamp, *largest);
    if (before >= entry.timestamp) mismatches_.out_of_order[key_].emplace_back(entry.timestamp, before);
    return {};
  }

  const std::string key_;
  Console& console_;
  IndexMismatches& mismatches_;
  protocol::Decompressor decompressor_;
};

// What a start of the broker would find wrong with an index of such entries.
std::optional<std::string> wrong_size(std::string_view what, const std::string& path, size_t size,
                                      size_t entry_size) {
  if (size % entry_size == 0) return std::nullopt;
  return fmt::format("{} file {} is corrupt, found {} bytes which is neither positive nor a multiple of {}",
                     what, absolute_path(path), size, entry_size);
}

void print_pairs(Console& console, const std::map<std::string, IndexMismatches::Pairs>& by_file,
                 std::string_view head, std::string_view first, std::string_view second) {
  for (const auto& [file, pairs] : by_file) {
    console.error_line("{}{}", head, file);
    for (const auto& [a, b] : pairs) console.error_line("{}{}{}{}", first, a, second, b);
  }
}

}  // namespace

void IndexMismatches::print(Console& console) const {
  for (const auto& [file, pairs] : offsets) {
    console.error_line("Mismatches in :{}", file);
    for (const auto& [index, log] : pairs) {
      console.error_line("  Index offset: {}, log offset: {}", index, log);
    }
  }
  print_pairs(console, timestamps, "Found timestamp mismatch in :", "  Index timestamp: ",
              ", log timestamp: ");
  print_pairs(console, out_of_order, "Found out of order timestamp in :", "  Index timestamp: ",
              ", Previously indexed timestamp: ");
  print_pairs(console, not_found, "The following indexed offsets are not found in :", "Indexed offset: ",
              ", found log offset: ");
}

Attempt<> dump_offset_index(const std::string& path, const IndexDumpOptions& options, Console& console,
                            IndexMismatches& mismatches) {
  const SegmentName name(path);
  auto log = MappedFile::open(name.with(".log"));
  if (!log) return Error{log.error()};
  auto file = MappedFile::open(path);
  if (!file) return Error{file.error()};
  const ByteView bytes = file->bytes();
  const size_t count = count_in<OffsetEntry>(bytes);
  if (count == 0) {
    console.line("{} is empty.", path);
    return {};
  }
  if (options.only_sanity) {
    if (const auto wrong = wrong_size("Index", path, bytes.size(), OffsetEntry::kSize)) return failed(*wrong);
    console.line("{} passed sanity check.", path);
    return {};
  }
  for (size_t i = 0; i < count; ++i) {
    const auto entry = entry_at<OffsetEntry>(bytes, i);
    const int64_t offset = offset_of(name.base_offset(), entry.relative_offset);
    // As above: zeros behind the entries.
    if (offset == name.base_offset() && i > 0) return {};
    const ByteView all = log->bytes();
    const size_t position =
        mutant::kIndexPositionBelieved ? entry.position : std::min<size_t>(entry.position, all.size());
    protocol::BatchCursor batches(all.subspan(position));
    const auto batch = batches.next();
    if (!batch) {
      return failed(fmt::format("{}: at position {}, which is that of offset {}, the log has no batch", path,
                                entry.position, offset));
    }
    const int64_t last = batch->last_offset().value;
    if (last != offset) mismatches.offsets[absolute_path(path)][offset] = last;
    if (!options.only_verify) console.line("offset: {} position: {}", offset, entry.position);
  }
  return {};
}

Attempt<> dump_time_index(const std::string& path, const IndexDumpOptions& options, Console& console,
                          IndexMismatches& mismatches) {
  const SegmentName name(path);
  auto log = MappedFile::open(name.with(".log"));
  if (!log) return Error{log.error()};
  auto index = MappedFile::open(name.with(".index"));
  if (!index) return Error{index.error()};
  auto file = MappedFile::open(path);
  if (!file) return Error{file.error()};
  if (options.only_sanity) {
    const auto wrong = wrong_size("Time index", path, file->bytes().size(), TimeEntry::kSize);
    if (wrong) return failed(*wrong);
    console.line("{} passed sanity check.", path);
    return {};
  }
  return TimeIndexDump(path, console, mismatches)
      .run(file->bytes(), log->bytes(), index->bytes(), name.base_offset(), options.only_verify);
}

Attempt<> dump_txn_index(const std::string& path, Console& console) {
  auto file = MappedFile::open(path);
  if (!file) return Error{file.error()};
  const ByteView bytes = file->bytes();
  for (size_t i = 0; i < count_in<AbortedTxn>(bytes); ++i) {
    const auto txn = entry_at<AbortedTxn>(bytes, i);
    console.line("version: {} producerId: {} firstOffset: {} lastOffset: {} lastStableOffset: {}",
                 load_be16(bytes.data() + i * AbortedTxn::kSize), txn.producer_id, txn.first_offset.value,
                 txn.last_offset.value, txn.last_stable_offset.value);
  }
  return {};
}

Attempt<> dump_producer_snapshot(const std::string& path, Console& console) {
  auto file = MappedFile::open(path);
  if (!file) return Error{file.error()};
  const ByteView bytes = file->bytes();
  protocol::Reader reader(bytes);
  const int16_t version = reader.i16();
  if (!reader.ok() || version != kSnapshotVersion) {
    console.error_line("Snapshot contained an unknown file version {}", version);
    return {};
  }
  const uint32_t crc = reader.u32();
  const int32_t count = reader.i32();
  if (!reader.ok()) {
    console.error_line("Snapshot failed schema validation: it is too short");
    return {};
  }
  const uint32_t computed = crc32c(bytes.subspan(kSnapshotEntries));
  if (crc != computed) {
    console.error_line("Snapshot is corrupt (CRC is no longer valid). Stored crc: {}. Computed crc: {}", crc,
                       computed);
    return {};
  }
  for (int32_t i = 0; i < count && reader.ok(); ++i) {
    const int64_t id = reader.i64();
    const int16_t epoch = reader.i16();
    const int32_t last_sequence = reader.i32();
    const int64_t last_offset = reader.i64();
    const int32_t delta = reader.i32();
    const int64_t timestamp = reader.i64();
    const int32_t coordinator_epoch = reader.i32();
    const int64_t txn_first_offset = reader.i64();
    if (!reader.ok()) break;
    console.print(
        "producerId: {} producerEpoch: {} coordinatorEpoch: {} currentTxnFirstOffset: {} lastTimestamp: {}",
        id, epoch, coordinator_epoch,
        txn_first_offset >= 0 ? fmt::format("OptionalLong[{}]", txn_first_offset) : "OptionalLong.empty",
        timestamp);
    if (last_offset >= 0) {
      const int32_t first_sequence = storage::sequence_before(last_sequence, delta);
      console.print(" firstSequence: {} lastSequence: {} lastOffset: {} offsetDelta: {} timestamp: {}",
                    last_sequence < 0 ? last_sequence : first_sequence, last_sequence, last_offset, delta,
                    timestamp);
    }
    console.write("\n");
  }
  return {};
}

}  // namespace klamm::cli
