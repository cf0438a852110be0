#include "cli/dump/index_dump.h"

#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <optional>
#include <string_view>

#include "base/crc32c.h"
#include "cli/dump/files.h"
#include "cli/text.h"
#include "protocol/compression.h"
#include "protocol/reader.h"
#include "protocol/record_batch.h"
#include "protocol/record_batch_records.h"
#include "storage/offset_index.h"
#include "storage/time_index.h"
#include "storage/txn_index.h"

namespace klamm::cli {
namespace {

using protocol::BatchView;
using storage::AbortedTxn;
using storage::OffsetEntry;
using storage::TimeEntry;

constexpr size_t kPlainBytesMax = 256 << 20;
constexpr int16_t kTxnVersion = 0;
constexpr int16_t kSnapshotVersion = 1;
constexpr size_t kSnapshotEntries = 6;  // where what the checksum covers begins

// The file of the same segment with another ending; the base is what its name begins with.
struct SegmentName {
  std::string directory;  // with its slash
  std::string base;
  int64_t base_offset = 0;

  std::string with(std::string_view ending) const { return fmt::format("{}{}{}", directory, base, ending); }
};

Attempt<SegmentName> segment_of(const std::string& path) {
  const std::string name = file_name(path);
  SegmentName segment;
  segment.directory = path.substr(0, path.size() - name.size());
  segment.base = name.substr(0, name.find('.'));
  const auto base = parse_long(segment.base);
  if (!base) return failed(fmt::format("{}: the name does not begin with the segment's offset", path));
  segment.base_offset = *base;
  return segment;
}

// The entries of an index. Bytes that are less than one of them at its end are left out.
template <class Entry>
class Entries {
 public:
  Entries(ByteView bytes, int64_t base) : bytes_(bytes), base_(base) {
    // A file that was made large in advance, and not cut to what is in it, has zeros behind its entries.
    while (used_ < size() && (used_ == 0 || at(used_).relative_offset != 0)) ++used_;
  }

  size_t size() const { return bytes_.size() / Entry::kSize; }
  // Up to the zeros.
  size_t used() const { return used_; }
  Entry at(size_t index) const { return Entry::decode(bytes_.data() + index * Entry::kSize); }
  int64_t offset(size_t index) const {
    return protocol::offset_after(Offset{base_}, at(index).relative_offset).value;
  }

 private:
  const ByteView bytes_;
  const int64_t base_;
  size_t used_ = 0;
};

// The position in the entry with the largest offset that is not above this one; 0 where there is none.
size_t position_before(const Entries<OffsetEntry>& index, int64_t offset) {
  size_t low = 0;
  size_t high = index.used();
  while (low < high) {
    const size_t middle = low + (high - low) / 2;
    if (index.offset(middle) <= offset) {
      low = middle + 1;
    } else {
      high = middle;
    }
  }
  return low == 0 ? 0 : index.at(low - 1).position;
}

// What a start of Kafka's broker would find wrong with an index, whose name in Kafka's messages begins with
// `what`.
template <class Entry>
std::optional<std::string> find_damage(const Entries<Entry>& entries, const std::string& path, size_t bytes,
                                       int64_t base, std::string_view what, std::string_view base_name) {
  if (entries.size() > 0) {
    const int64_t last = entries.offset(entries.size() - 1);
    if (last < base) {
      return fmt::format(
          "Corrupt {}index found, {}index file {} has non-zero size but the last offset is {} which is less "
          "than the {} offset {}",
          what, what, what.empty() ? path : fmt::format("({})", path), last, base_name, base);
    }
  }
  if (bytes % Entry::kSize == 0) return std::nullopt;
  return fmt::format("{} file {} is corrupt, found {} bytes which is neither positive nor a multiple of {}",
                     what.empty() ? "Index" : "Time index", path, bytes, Entry::kSize);
}

class TimeIndexDump {
 public:
  TimeIndexDump(const std::string& path, LogFile& log, const Entries<OffsetEntry>& index, Console& console,
                IndexMismatches& mismatches)
      : key_(absolute_path(path)), log_(log), index_(index), console_(console), mismatches_(mismatches) {}

  Attempt<> run(const Entries<TimeEntry>& entries, bool only_verify) {
    int64_t before = protocol::kNoTimestamp;
    for (size_t i = 0; i < entries.used(); ++i) {
      const TimeEntry entry = entries.at(i);
      const int64_t offset = entries.offset(i);
      if (auto done = compare(entry, offset, before); !done) return done;
      if (!only_verify) console_.line("timestamp: {} offset: {}", entry.timestamp, offset);
      before = entry.timestamp;
    }
    return {};
  }

 private:
  // With the batch that the offset index leads to.
  Attempt<> compare(const TimeEntry& entry, int64_t offset, int64_t before) {
    uint64_t position = position_before(index_, offset);
    std::optional<BatchView> found;
    do {
      auto next = log_.batch_at(position, log_.size());
      if (!next) return Error{next.error()};
      found = *next;
      if (found) position += found->size();
    } while (found && found->last_offset().value < offset);
    if (!found || found->last_offset().value != offset) {
      mismatches_.not_found[key_].emplace_back(offset, found ? found->last_offset().value : -1);
      return {};
    }
    auto largest = max_timestamp(*found);
    if (!largest) return Error{largest.error()};
    if (*largest != entry.timestamp) mismatches_.timestamps[key_].emplace_back(entry.timestamp, *largest);
    if (before >= entry.timestamp) mismatches_.out_of_order[key_].emplace_back(entry.timestamp, before);
    return {};
  }

  // Of a batch's records.
  Attempt<int64_t> max_timestamp(const BatchView& batch) {
    if (batch.is_legacy()) return batch.max_timestamp();
    auto section = plain_.of(batch, decompressor_, kPlainBytesMax);
    if (!section) {
      return failed(fmt::format("the batch at offset {} cannot be decompressed: {}",
                                batch.base_offset().value, protocol::name_of(section.error())));
    }
    protocol::RecordCursor records(*section, batch.record_count());
    int64_t largest = protocol::kNoTimestamp;
    while (const protocol::Record* record = records.next()) {
      largest = std::max(largest, protocol::timestamp_of(batch, *record));
    }
    if (records.ok()) return largest;
    return failed(fmt::format("the records of the batch at offset {} do not end where it does",
                              batch.base_offset().value));
  }

  const std::string key_;
  LogFile& log_;
  const Entries<OffsetEntry>& index_;
  Console& console_;
  IndexMismatches& mismatches_;
  protocol::Decompressor decompressor_;
  protocol::DecompressedRecords plain_;
};

void print_pairs(Console& console, const std::map<std::string, IndexMismatches::Pairs>& by_file,
                 std::string_view head, std::string_view first, std::string_view second) {
  for (const auto& [file, pairs] : by_file) {
    console.error_line("{}{}", head, file);
    for (const auto& [a, b] : pairs) console.error_line("{}{}{}{}", first, a, second, b);
  }
}

// The sequence number so many before; they wrap from 0 to 2^31-1.
int32_t sequence_before(int32_t sequence, int32_t count) {
  const int64_t before = int64_t{sequence} - count;
  if (sequence >= count) return static_cast<int32_t>(before);
  return static_cast<int32_t>(before + std::numeric_limits<int32_t>::max() + 1);
}

// A producer as the snapshot has it.
struct ProducerEntry {
  int64_t id = 0;
  int16_t epoch = 0;
  int32_t last_sequence = 0;
  int64_t last_offset = 0;
  int32_t offset_delta = 0;
  int64_t timestamp = 0;
  int32_t coordinator_epoch = 0;
  int64_t txn_first_offset = 0;

  void read(protocol::Reader& reader) {
    reader.fixed(id, epoch, last_sequence, last_offset, offset_delta, timestamp, coordinator_epoch,
                 txn_first_offset);
  }

  void print(Console& console) const {
    console.print(
        "producerId: {} producerEpoch: {} coordinatorEpoch: {} currentTxnFirstOffset: {} lastTimestamp: {}",
        id, epoch, coordinator_epoch,
        txn_first_offset >= 0 ? fmt::format("OptionalLong[{}]", txn_first_offset) : "OptionalLong.empty",
        timestamp);
    if (last_offset >= 0) {
      console.print(" firstSequence: {} lastSequence: {} lastOffset: {} offsetDelta: {} timestamp: {}",
                    sequence_before(last_sequence, offset_delta), last_sequence, last_offset, offset_delta,
                    timestamp);
    }
    console.write("\n");
  }
};

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

Attempt<> dump_offset_index(storage::Disk& disk, const std::string& path, const IndexDumpOptions& options,
                            Console& console, IndexMismatches& mismatches) {
  auto segment = segment_of(path);
  if (!segment) return Error{segment.error()};
  auto log = LogFile::open(disk, segment->with(".log"));
  if (!log) return Error{log.error()};
  auto bytes = read_index_file(disk, path);
  if (!bytes) return Error{bytes.error()};
  const Entries<OffsetEntry> entries(*bytes, segment->base_offset);
  if (entries.size() == 0) {
    console.line("{} is empty.", path);
    return {};
  }
  if (options.only_sanity) {
    const auto damage =
        find_damage(entries, absolute_path(path), bytes->size(), segment->base_offset, "", "base");
    if (damage) return failed(*damage);
    console.line("{} passed sanity check.", path);
    return {};
  }
  for (size_t i = 0; i < entries.used(); ++i) {
    const uint32_t position = entries.at(i).position;
    const int64_t offset = entries.offset(i);
    auto batch = log->batch_at(position, log->size());
    if (!batch) return Error{batch.error()};
    if (!*batch) {
      return failed(fmt::format("{}: at position {}, which is that of offset {}, the log has no batch", path,
                                position, offset));
    }
    const int64_t last = (*batch)->last_offset().value;
    if (last != offset) mismatches.offsets[absolute_path(path)][offset] = last;
    if (!options.only_verify) console.line("offset: {} position: {}", offset, position);
  }
  return {};
}

Attempt<> dump_time_index(storage::Disk& disk, const std::string& path, const IndexDumpOptions& options,
                          Console& console, IndexMismatches& mismatches) {
  auto segment = segment_of(path);
  if (!segment) return Error{segment.error()};
  auto log = LogFile::open(disk, segment->with(".log"));
  if (!log) return Error{log.error()};
  auto index_bytes = read_index_file(disk, segment->with(".index"));
  if (!index_bytes) return Error{index_bytes.error()};
  auto bytes = read_index_file(disk, path);
  if (!bytes) return Error{bytes.error()};
  const Entries<TimeEntry> entries(*bytes, segment->base_offset);
  if (options.only_sanity) {
    if (entries.size() > 0) {
      const int64_t first = entries.at(0).timestamp;
      const int64_t last = entries.at(entries.size() - 1).timestamp;
      if (last < first) {
        return failed(fmt::format(
            "Corrupt time index found, time index file ({}) has non-zero size but the last timestamp is {} "
            "which is less than the first timestamp {}",
            absolute_path(path), last, first));
      }
    }
    const auto damage = find_damage(entries, absolute_path(path), bytes->size(), segment->base_offset,
                                    "time ", "first");
    if (damage) return failed(*damage);
    console.line("{} passed sanity check.", path);
    return {};
  }
  const Entries<OffsetEntry> index(*index_bytes, segment->base_offset);
  return TimeIndexDump(path, *log, index, console, mismatches).run(entries, options.only_verify);
}

Attempt<> dump_txn_index(storage::Disk& disk, const std::string& path, Console& console) {
  auto file = read_index_file(disk, path);
  if (!file) return Error{file.error()};
  const ByteView bytes = *file;
  for (size_t at = 0; bytes.size() - at >= AbortedTxn::kSize; at += AbortedTxn::kSize) {
    const auto version = static_cast<int16_t>(load_be16(bytes.data() + at));
    if (version > kTxnVersion) {
      return failed(fmt::format(
          "Unexpected aborted transaction version {} in transaction index {}, current version is {}", version,
          absolute_path(path), kTxnVersion));
    }
    const AbortedTxn txn = AbortedTxn::decode(bytes.data() + at);
    console.line("version: {} producerId: {} firstOffset: {} lastOffset: {} lastStableOffset: {}", version,
                 txn.producer_id, txn.first_offset.value, txn.last_offset.value,
                 txn.last_stable_offset.value);
  }
  return {};
}

Attempt<> dump_producer_snapshot(storage::Disk& disk, const std::string& path, Console& console) {
  auto file = read_index_file(disk, path);
  if (!file) return Error{file.error()};
  const ByteView bytes = *file;
  protocol::Reader reader(bytes);
  const int16_t version = reader.i16();
  if (reader.ok() && version != kSnapshotVersion) {
    console.error_line(
        "Snapshot failed schema validation: Snapshot contained an unknown file version {}", version);
    return {};
  }
  const uint32_t crc = reader.u32();
  const int32_t count = reader.i32();
  // All of them first: of a snapshot that is not whole nothing is shown.
  std::vector<ProducerEntry> entries;
  for (int32_t i = 0; i < count && reader.ok(); ++i) entries.emplace_back().read(reader);
  if (!reader.ok() || count < 0) {
    console.error_line("Snapshot failed schema validation: it is shorter than it says");
    return {};
  }
  const uint32_t computed = crc32c(bytes.subspan(kSnapshotEntries));
  if (crc != computed) {
    console.error_line("Snapshot is corrupt (CRC is no longer valid). Stored crc: {}. Computed crc: {}", crc,
                       computed);
    return {};
  }
  for (const ProducerEntry& entry : entries) entry.print(console);
  return {};
}

}  // namespace klamm::cli
