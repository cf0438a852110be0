// What may stand in the files of a log, shown by kafka-dump-log: never a crash, and memory in proportion to
// the files. What it says of batches, of indexes and of a snapshot's producers is what a reader finds who
// knows nothing but the formats; where it cannot go on it says why.
//
// An input is as partition_input.h has it, with other meanings in front: u8 whether checksums are put right,
// u8 how payloads are read, u8 what is asked for. A .log.swap there is a snapshot of the metadata here.
#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <iterator>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/check.h"
#include "base/crc32c.h"
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

// The framing of batches: u64, i32 length of what is behind it, i32, i8 magic.
constexpr size_t kPrefix = 17;
constexpr size_t kLeastSizes[] = {26, 34, 61};

struct Batch {
  size_t position;
  ByteView bytes;
};

std::vector<Batch> batches_of(ByteView log) {
  std::vector<Batch> batches;
  size_t position = 0;
  while (log.size() - position >= kPrefix) {
    const ByteView rest = log.subspan(position);
    const uint64_t size = uint64_t{load_be32(rest.data() + 8)} + 12;
    const size_t magic = rest[16];
    if (magic > 2 || size < kLeastSizes[magic] || size > rest.size()) break;
    batches.push_back({position, rest.first(size)});
    position += size;
  }
  return batches;
}

bool is_log(const PartitionFile& file) { return file.kind == kSegment || file.kind == kSwap; }

std::string name_of(const PartitionFile& file) {
  return file.kind == kSwap ? offset_name(file.offset) + "-0000000003.checkpoint" : file.name();
}

void put_right(PartitionFile& file) {
  if (file.kind == kSnapshot && file.content.size() >= 6)
    store_be32(file.content.data() + 2, crc32c(ByteView(file.content).subspan(6)));
  if (!is_log(file)) return;
  for (const Batch& batch : batches_of(file.content)) {
    if (batch.bytes[16] == 2)
      store_be32(file.content.data() + batch.position + 17, crc32c(batch.bytes.subspan(21)));
  }
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
  CHECK(ran.status == 0 || ran.err.find("smaller than the minimum") != ran.err.npos);
  size_t at = 0;
  const auto batches = batches_of(log);
  for (const std::string_view line : lines_of(ran.out)) {
    if (!line.starts_with("baseOffset: ") && !line.starts_with("offset: ")) continue;
    CHECK(at < batches.size());
    const Batch& batch = batches[at++];
    const bool is_new = batch.bytes[16] == 2;
    const auto base = static_cast<int64_t>(load_be64(batch.bytes.data()));
    CHECK(line.starts_with(fmt::format("{}: {} ", is_new ? "baseOffset" : "offset", base)));
    CHECK(line.find(fmt::format(" position: {} ", batch.position)) != line.npos);
    const uint32_t crc = load_be32(batch.bytes.data() + (is_new ? 17 : 12));
    const bool is_valid = !is_new || crc == crc32c(batch.bytes.subspan(21));
    CHECK(line.ends_with(fmt::format(" crc: {} isvalid: {}", crc, is_valid)));
  }
  CHECK(at == batches.size());
}

// The lines behind the head are those of the entries, from the first on.
template <class Entry, class Line>
void check_entries(const Ran& ran, ByteView file, Line line_of) {
  const auto lines = lines_of(ran.out);
  CHECK(!lines.empty() && lines.size() - 1 <= file.size() / Entry::kSize + 1);
  for (size_t i = 1; i < lines.size(); ++i) {
    if (lines[i].ends_with(" is empty.") || lines[i].ends_with(" passed sanity check.")) continue;
    CHECK(i * Entry::kSize <= file.size());
    CHECK(lines[i] == line_of(Entry::decode(file.data() + (i - 1) * Entry::kSize)));
  }
}

int64_t offset_of(Offset base, int32_t relative) {
  return static_cast<int64_t>(static_cast<uint64_t>(base.value) + static_cast<uint32_t>(relative));
}

void check_snapshot(const Ran& ran, ByteView file) {
  constexpr size_t kHead = 10, kEntry = 46;
  CHECK(ran.status == 0);
  const auto lines = lines_of(ran.out);
  const bool is_whole = file.size() >= kHead && load_be16(file.data()) == 1 &&
                        load_be32(file.data() + 2) == crc32c(file.subspan(6));
  CHECK(is_whole == ran.err.empty());
  if (!is_whole) {
    CHECK(lines.size() == 1);
    return;
  }
  const auto count = static_cast<int32_t>(load_be32(file.data() + 6));
  const size_t there = (file.size() - kHead) / kEntry;
  CHECK(lines.size() - 1 == std::min(there, static_cast<size_t>(std::max(count, 0))));
  for (size_t i = 1; i < lines.size(); ++i) {
    const auto id = static_cast<int64_t>(load_be64(file.data() + kHead + (i - 1) * kEntry));
    CHECK(lines[i].starts_with(fmt::format("producerId: {} ", id)));
  }
}

void check(const Ran& ran, const PartitionFile& file, bool shows_records) {
  const Offset base = file.offset;
  CHECK(ran.status == 0 || (ran.status == 1 && !ran.err.empty()));
  CHECK(ran.out.starts_with("Dumping "));
  if (is_log(file) && !shows_records) check_log(ran, file.content);
  if (file.kind == kSnapshot) check_snapshot(ran, file.content);
  if (file.kind == kOffsets) {
    check_entries<OffsetEntry>(ran, file.content, [&](const OffsetEntry& entry) {
      return fmt::format("offset: {} position: {}", offset_of(base, entry.relative_offset), entry.position);
    });
  }
  if (file.kind == kTimes) {
    check_entries<TimeEntry>(ran, file.content, [&](const TimeEntry& entry) {
      return fmt::format("timestamp: {} offset: {}", entry.timestamp, offset_of(base, entry.relative_offset));
    });
  }
  if (file.kind == kTxns) {
    const auto lines = lines_of(ran.out);
    CHECK(ran.status == 0 && lines.size() == 1 + file.content.size() / AbortedTxn::kSize);
  }
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
  std::map<std::string, PartitionFile> files;
  for (PartitionFile& file : input.files) {
    if (files.size() == kFilesMax) break;
    if (data[0] & kRightCrcs) put_right(file);
    files.insert_or_assign(name_of(file), std::move(file));
  }
  size_t limit = kMemoryPerByte * size + kMemoryBeside;
  for (const auto& [name, file] : files) {
    if (!is_log(file)) continue;
    const auto plain = unpacked(file.content, kUnpackedMax);
    if (!plain) return 0;
    limit += kMemoryPerByte * plain->bytes + (plain->has_zstd ? kZstdWindowMax : 0);
  }
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
    check(bench.run("kafka-dump-log", std::move(all)), file, shows_records);
  }
  for (const auto& [name, file] : files) std::filesystem::remove(folder.path() + "/" + name);
  return 0;
}
