// What may stand in the files of a log, shown by kafka-dump-log: never a crash, and memory in proportion to
// the files. What it says of batches, of indexes and of a snapshot's producers is what a reader finds who
// knows nothing but the formats; where such a reader cannot go on it ends, and says why.
//
// An input is as partition_input.h has it, with other meanings in front: u8 whether checksums are put right,
// u8 how payloads are read, u8 what is asked for. A .log.swap there is a snapshot of the metadata here.
#include <fmt/format.h>
#include <zlib.h>

#include <algorithm>
#include <filesystem>
#include <iterator>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/check.h"
#include "base/crc32c.h"
#include "protocol/record_batch.h"
#include "storage/offset_index.h"
#include "storage/time_index.h"
#include "storage/txn_index.h"
#include "tests/cli/fake_broker.h"
#include "tests/cli/temp_folder.h"
#include "tests/fuzz/memory_bound.h"
#include "tests/fuzz/partition_input.h"
#include "tests/fuzz/unpacked_batches.h"

using namespace klamm;
using namespace klamm::storage;
using cli::Ran;

namespace {

constexpr size_t kSizeMax = 16 << 10;
constexpr size_t kUnpackedMax = 64 << 10;
constexpr size_t kFilesMax = 6;
// A record of seven bytes is a line of a hundred, an array's element of two a dozen names of fields; the text
// doubles as it grows. Beside it: the tables of options, the file's streams, and the decoders' scratch.
constexpr size_t kMemoryPerByte = 400;
constexpr size_t kMemoryBeside = 24 << 20;

enum Asked : uint8_t {
  kDeep = 1,
  kContents = 2,
  kContentsAlone = 4,
  kSanity = 8,
  kVerify = 16,
};

// With one of the decoders contents are shown, too.
constexpr std::string_view kDecoders[] = {"",
                                          "--offsets-decoder",
                                          "--transaction-log-decoder",
                                          "--cluster-metadata-decoder",
                                          "--share-group-state-decoder",
                                          "--value-decoder-class=LongDecoder"};

// The framing of batches: u64, i32 length of what is behind it, i32, i8 magic. Magics above 2 are read as 2.
constexpr size_t kPrefix = 17;
constexpr int32_t kLengthMin = 14;
constexpr size_t kLeastSizes[] = {26, 34, 61};

// By their names.
using Files = std::map<std::string, PartitionFile>;

struct Batch {
  size_t position;
  ByteView bytes;

  bool is_old() const { return bytes[16] < 2; }
  size_t crc_at() const { return is_old() ? 12 : 17; }
  // Entries of magic 0 and 1 have the CRC of zlib.
  uint32_t right_crc() const {
    if (!is_old()) return crc32c(bytes.subspan(21));
    const ByteView covered = bytes.subspan(16);
    return static_cast<uint32_t>(::crc32(0, covered.data(), static_cast<uInt>(covered.size())));
  }
};

// The batch that begins there; nullopt where the log ends, or in the middle of a batch; empty where something
// else begins.
std::optional<ByteView> batch_at(ByteView log, size_t position) {
  const ByteView rest = log.subspan(std::min(position, log.size()));
  if (rest.size() <= kPrefix) return std::nullopt;
  const auto length = static_cast<int32_t>(load_be32(rest.data() + 8));
  if (length < kLengthMin) return ByteView();
  const size_t size = static_cast<size_t>(length) + 12;
  if (size > rest.size()) return std::nullopt;
  const auto magic = static_cast<int8_t>(rest[16]);
  if (magic < 0 || size < kLeastSizes[std::min<int>(magic, 2)]) return ByteView();
  return rest.first(size);
}

struct Batches {
  std::vector<Batch> all;
  size_t end = 0;          // of the last one
  bool is_broken = false;  // something else begins there
};

Batches batches_of(ByteView log) {
  Batches found;
  for (;;) {
    const auto bytes = batch_at(log, found.end);
    found.is_broken = bytes && bytes->empty();
    if (!bytes || bytes->empty()) return found;
    found.all.push_back({found.end, *bytes});
    found.end += bytes->size();
  }
}

bool is_log(const PartitionFile& file) { return file.kind == kSegment || file.kind == kSwap; }

// What lies beside it; null where there is none.
const PartitionFile* sibling(const Files& files, const PartitionFile& file, std::string_view ending) {
  const auto found = files.find(offset_name(file.offset) + std::string(ending));
  return found == files.end() ? nullptr : &found->second;
}

std::string name_of(const PartitionFile& file) {
  return file.kind == kSwap ? offset_name(file.offset) + "-0000000003.checkpoint" : file.name();
}

void put_right(PartitionFile& file) {
  if (file.kind == kSnapshot && file.content.size() >= 6)
    store_be32(file.content.data() + 2, crc32c(ByteView(file.content).subspan(6)));
  if (!is_log(file)) return;
  for (const Batch& batch : batches_of(file.content).all)
    store_be32(file.content.data() + batch.position + batch.crc_at(), batch.right_crc());
}

// What a dump may unpack: an index may say of any place in a log that a batch begins there. Nothing where it
// is too much.
std::optional<Unpacked> unpacked_of(const Files& files) {
  Unpacked found;
  for (const auto& [name, file] : files) {
    if (!is_log(file)) continue;
    std::vector<size_t> starts = {0};
    const PartitionFile* index = file.kind == kSegment ? sibling(files, file, ".index") : nullptr;
    for (size_t at = 0; index != nullptr && at + OffsetEntry::kSize <= index->content.size();
         at += OffsetEntry::kSize) {
      starts.push_back(OffsetEntry::decode(index->content.data() + at).position);
    }
    std::set<size_t> seen;
    for (size_t position : starts) {
      for (;;) {
        const auto bytes = batch_at(file.content, position);
        if (!bytes || bytes->empty() || !seen.insert(position).second) break;
        if (!unpack(protocol::BatchView(*bytes), kUnpackedMax, found)) return std::nullopt;
        position += bytes->size();
      }
    }
  }
  return found;
}

std::vector<std::string_view> lines_of(std::string_view text) {
  std::vector<std::string_view> lines;
  while (!text.empty()) {
    const std::string_view line = text.substr(0, text.find('\n'));
    lines.push_back(line);
    text.remove_prefix(std::min(line.size() + 1, text.size()));
  }
  return lines;
}

// Without records, what is shown are the batches.
void check_log(const Ran& ran, ByteView log) {
  const Batches batches = batches_of(log);
  CHECK(ran.status == (batches.is_broken ? 1 : 0));
  size_t at = 0;
  const auto lines = lines_of(ran.out);
  for (const std::string_view line : lines) {
    if (!line.starts_with("baseOffset: ") && !line.starts_with("offset: ")) continue;
    CHECK(at < batches.all.size());
    const Batch& batch = batches.all[at++];
    const auto base = static_cast<int64_t>(load_be64(batch.bytes.data()));
    CHECK(line.starts_with(fmt::format("{}: {} ", batch.is_old() ? "offset" : "baseOffset", base)));
    CHECK(line.find(fmt::format(" position: {} ", batch.position)) != line.npos);
    const uint32_t crc = load_be32(batch.bytes.data() + batch.crc_at());
    CHECK(line.ends_with(fmt::format(" crc: {} isvalid: {}", crc, crc == batch.right_crc())));
  }
  CHECK(at == batches.all.size());
  const size_t rest = log.size() - batches.end;
  const std::string told = fmt::format("Found {} invalid bytes at the end of ", rest);
  CHECK(lines.back().starts_with(told) == (rest > 0 && !batches.is_broken));
}

// How many entries an index has: zeros behind them were made in advance.
template <class Entry>
size_t used_entries(ByteView file) {
  const size_t count = file.size() / Entry::kSize;
  size_t used = std::min<size_t>(count, 1);
  while (used < count && Entry::decode(file.data() + used * Entry::kSize).relative_offset != 0) ++used;
  return used;
}

// The lines behind the head are those of the entries, from the first on.
template <class Entry, class Line>
void check_entries(const Ran& ran, ByteView file, Line line_of) {
  const auto lines = lines_of(ran.out);
  CHECK(lines.size() <= used_entries<Entry>(file) + 1);
  for (size_t i = 1; i < lines.size(); ++i)
    CHECK(lines[i] == line_of(Entry::decode(file.data() + (i - 1) * Entry::kSize)));
}

int64_t offset_in(const PartitionFile& file, int32_t relative) {
  return protocol::offset_after(file.offset, relative).value;
}

// An index ends with a whole entry, and not below where its segment begins.
template <class Entry>
bool is_sane(const PartitionFile& file) {
  const size_t count = file.content.size() / Entry::kSize;
  if (file.content.size() % Entry::kSize != 0) return false;
  if (count == 0) return true;
  const Entry last = Entry::decode(file.content.data() + (count - 1) * Entry::kSize);
  return offset_in(file, last.relative_offset) >= file.offset.value;
}

void check_sanity(const Ran& ran, bool passes) {
  const auto lines = lines_of(ran.out);
  CHECK(ran.status == (passes ? 0 : 1) && lines.size() == (passes ? 2u : 1u));
  CHECK(!passes || lines[1].ends_with(" passed sanity check."));
}

// Each entry leads to a batch, or is the last that is looked at.
void check_offsets(const Ran& ran, const PartitionFile& file, const Files& files, uint8_t asked) {
  const ByteView index = file.content;
  const auto lines = lines_of(ran.out);
  const PartitionFile* log = sibling(files, file, ".log");
  if (log == nullptr) {
    CHECK(ran.status == 1 && lines.size() == 1);
    return;
  }
  const size_t used = used_entries<OffsetEntry>(index);
  if (used == 0) {
    CHECK(ran.status == 0 && lines.size() == 2 && lines[1].ends_with(" is empty."));
    return;
  }
  if (asked & kSanity) return check_sanity(ran, is_sane<OffsetEntry>(file));
  size_t leading = 0;
  for (; leading < used; ++leading) {
    const uint32_t position = OffsetEntry::decode(index.data() + leading * OffsetEntry::kSize).position;
    const auto batch = batch_at(log->content, position);
    if (!batch || batch->empty()) break;
  }
  CHECK(ran.status == (leading == used ? 0 : 1));
  CHECK(lines.size() == 1 + ((asked & kVerify) ? 0 : leading));
  check_entries<OffsetEntry>(ran, index, [&](const OffsetEntry& entry) {
    return fmt::format("offset: {} position: {}", offset_in(file, entry.relative_offset), entry.position);
  });
}

void check_times(const Ran& ran, const PartitionFile& file, const Files& files, uint8_t asked) {
  const ByteView index = file.content;
  const auto lines = lines_of(ran.out);
  if (sibling(files, file, ".log") == nullptr || sibling(files, file, ".index") == nullptr) {
    CHECK(ran.status == 1 && lines.size() == 1);
    return;
  }
  if (asked & kSanity) {
    const size_t count = index.size() / TimeEntry::kSize;
    const bool is_back =
        count > 0 && TimeEntry::decode(index.data() + (count - 1) * TimeEntry::kSize).timestamp <
                         TimeEntry::decode(index.data()).timestamp;
    return check_sanity(ran, !is_back && is_sane<TimeEntry>(file));
  }
  if (asked & kVerify) {
    CHECK(lines.size() == 1);
    return;
  }
  CHECK(ran.status == 1 || lines.size() == 1 + used_entries<TimeEntry>(index));
  check_entries<TimeEntry>(ran, index, [&](const TimeEntry& entry) {
    return fmt::format("timestamp: {} offset: {}", entry.timestamp, offset_in(file, entry.relative_offset));
  });
}

// All up to the first of a version that nobody knows, which ends the tool.
void check_txns(const Ran& ran, ByteView file) {
  const size_t count = file.size() / AbortedTxn::kSize;
  size_t known = 0;
  while (known < count && static_cast<int16_t>(load_be16(file.data() + known * AbortedTxn::kSize)) <= 0)
    ++known;
  CHECK(ran.status == (known == count ? 0 : 1) && lines_of(ran.out).size() == 1 + known);
}

// All of its producers, or none.
void check_snapshot(const Ran& ran, ByteView file) {
  constexpr size_t kHead = 10, kEntry = 46;
  CHECK(ran.status == 0);
  const auto lines = lines_of(ran.out);
  const int32_t count = file.size() >= kHead ? static_cast<int32_t>(load_be32(file.data() + 6)) : -1;
  const bool is_whole = count >= 0 && static_cast<size_t>(count) <= (file.size() - kHead) / kEntry &&
                        load_be16(file.data()) == 1 &&
                        load_be32(file.data() + 2) == crc32c(file.subspan(6));
  CHECK(is_whole == ran.err.empty());
  CHECK(lines.size() == 1 + (is_whole ? static_cast<size_t>(count) : 0));
  for (size_t i = 1; i < lines.size(); ++i) {
    const auto id = static_cast<int64_t>(load_be64(file.data() + kHead + (i - 1) * kEntry));
    CHECK(lines[i].starts_with(fmt::format("producerId: {} ", id)));
  }
}

void check(const Ran& ran, const PartitionFile& file, const Files& files, uint8_t asked, bool shows_records) {
  CHECK(ran.status == 0 || (ran.status == 1 && !ran.err.empty()));
  CHECK(ran.out.starts_with("Dumping "));
  if (is_log(file) && !shows_records) check_log(ran, file.content);
  if (file.kind == kOffsets) check_offsets(ran, file, files, asked);
  if (file.kind == kTimes) check_times(ran, file, files, asked);
  if (file.kind == kTxns) check_txns(ran, file.content);
  if (file.kind == kSnapshot) check_snapshot(ran, file.content);
}

std::vector<std::string_view> words_for(uint8_t decoder, uint8_t asked) {
  std::vector<std::string_view> words;
  const std::string_view option = kDecoders[decoder % std::size(kDecoders)];
  if (!option.empty()) words.push_back(option);
  if (asked & kDeep) words.push_back("--deep-iteration");
  if (asked & kContents) words.push_back("--print-data-log");
  if (asked & kContentsAlone) words.push_back("--skip-record-metadata");
  if (asked & kSanity) words.push_back("--index-sanity-check");
  if (asked & kVerify) words.push_back("--verify-index-only");
  return words;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  static const cli::TempFolder folder;
  if (size < 3 || size > kSizeMax) return 0;
  PartitionInput input = read_partition_input({data, size});
  Files files;
  for (PartitionFile& file : input.files) {
    if (files.size() == kFilesMax) break;
    if (data[0] & kRightCrcs) put_right(file);
    files.insert_or_assign(name_of(file), std::move(file));
  }
  const auto plain = unpacked_of(files);
  if (!plain) return 0;
  const size_t limit = kMemoryPerByte * (size + plain->bytes) + kMemoryBeside +
                       (plain->has_zstd ? kZstdWindowMax : 0);
  const std::vector<std::string_view> words = words_for(data[1], data[2]);
  const bool shows_records =
      (data[2] & (kDeep | kContents)) != 0 || data[1] % std::size(kDecoders) != 0;
  for (const auto& [name, file] : files) folder.write(name, as_text(file.content));
  for (const auto& [name, file] : files) {
    MemoryBound bound(limit);
    const std::string path = folder.path() + "/" + name;
    std::vector<std::string_view> all = {"--files", path};
    all.insert(all.end(), words.begin(), words.end());
    cli::ToolBench bench;
    check(bench.run("kafka-dump-log", std::move(all)), file, files, data[2], shows_records);
  }
  for (const auto& [name, file] : files) std::filesystem::remove(folder.path() + "/" + name);
  return 0;
}
