// What a crash, a bad disk or a text editor may leave of the small files of a log directory: never a crash,
// no memory that a number in the text asks for, and what was understood is understood the same after it was
// written again.
//
// The first byte chooses the file.
#include <string>

#include "base/check.h"
#include "storage/checkpoint.h"
#include "storage/clean_shutdown.h"
#include "storage/partition_directory.h"
#include "storage/partition_metadata.h"
#include "tests/fuzz/memory_bound.h"

using namespace klamm;
using namespace klamm::storage;

namespace {

// An entry of a checkpoint is six bytes of text or more and, with its node in a map and its topic, 150 in
// memory; here it stands in two maps and two texts. Beside it: messages of errors, and streams.
constexpr size_t kMemoryPerByte = 80;
constexpr size_t kMemoryBeside = 16384;

void check_offsets(ByteView text) {
  auto offsets = parse_offset_checkpoint(text, "fuzz");
  if (!offsets) {
    CHECK(offsets.error().what.size() < 1000);
    return;
  }
  // An entry is at least "t 0 0\n".
  CHECK(offsets->size() <= text.size() / 5);
  std::string written = offset_checkpoint_text(*offsets);
  auto again = parse_offset_checkpoint(as_bytes(written), "written");
  CHECK(again && *again == *offsets);
}

void check_partition_metadata(ByteView text) {
  auto id = parse_partition_metadata(text, "fuzz");
  if (!id) return;
  CHECK(!id->is_zero());
  CHECK(parse_partition_metadata(as_bytes(partition_metadata_text(*id)), "written").value() == *id);
}

void check_clean_shutdown(ByteView text) {
  auto epoch = parse_clean_shutdown(text).broker_epoch;
  if (epoch) CHECK(parse_clean_shutdown(as_bytes(clean_shutdown_text(*epoch))).broker_epoch == epoch);
}

void check_directory_name(ByteView text) {
  auto parsed = parse_partition_directory(as_text(text));
  if (!parsed) return;
  CHECK(parsed->partition.partition >= 0 && !parsed->partition.topic.empty());
  if (parsed->kind == PartitionDirectoryKind::kCurrent) CHECK(parsed->partition.to_string() == as_text(text));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size == 0) return 0;
  MemoryBound bound(kMemoryPerByte * size + kMemoryBeside);
  ByteView text{data + 1, size - 1};
  switch (data[0] & 3) {
    case 0:
      check_offsets(text);
      break;
    case 1:
      check_partition_metadata(text);
      break;
    case 2:
      check_clean_shutdown(text);
      break;
    default:
      check_directory_name(text);
      break;
  }
  return 0;
}
