// How the log recovery target's bytes become the files of a partition's directory, and the reverse for its
// seeds.
//
//   u8 how to open it, u8 recovery point, u8 log start, and then files: u8 kind, u8 offset, u16 size,
//   content.
//
// Offsets are bytes so that the fuzzer hits the ones that matter: up to 0xEF they are themselves, and above
// they lie at the ends of the 32-bit and 64-bit numbers.
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <limits>
#include <string>
#include <string_view>
#include <vector>

#include "base/bytes.h"
#include "storage/segment_file.h"

namespace klamm::storage {

enum PartitionFileKind : uint8_t { kSegment, kOffsets, kTimes, kTxns, kSnapshot, kEpochs, kSwap, kStray };
inline constexpr int kPartitionFileKinds = 8;

// Bits of the first byte.
enum PartitionInputBits : uint8_t {
  kCleanStop = 1,
  kCompacted = 2,
  kRightCrcs = 4,       // checksums of batches and snapshots are put right
  kRightOffsets = 8,    // and batches of version 2 continue one another
  kIndexAll = 16,       // index.interval.bytes is 0
  kSmallSegments = 32,  // segment.bytes is small, so that what is appended rolls
};

struct PartitionFile {
  PartitionFileKind kind = kSegment;
  Offset offset;
  Bytes content;

  std::string name() const {
    const std::string number = offset_name(offset);
    switch (kind) {
      case kSegment:
        return number + ".log";
      case kOffsets:
        return number + ".index";
      case kTimes:
        return number + ".timeindex";
      case kTxns:
        return number + ".txnindex";
      case kSnapshot:
        return number + ".snapshot";
      case kEpochs:
        return "leader-epoch-checkpoint";
      case kSwap:
        return number + ".log.swap";
      case kStray:
        break;
    }
    constexpr std::array kSuffixes = {".log.cleaned", ".log.deleted", ".index.swap", ".timeindex.cleaned",
                                      ".txnindex.swap"};
    return number + kSuffixes[static_cast<size_t>(offset.value) % kSuffixes.size()];
  }
};

struct PartitionInput {
  static constexpr size_t kFilesMax = 24;

  uint8_t bits = 0;
  Offset recovery_point;
  Offset log_start;
  std::vector<PartitionFile> files;

  bool has(PartitionInputBits bit) const { return (bits & bit) != 0; }
  bool has_file(PartitionFileKind kind) const {
    for (const PartitionFile& file : files)
      if (file.kind == kind) return true;
    return false;
  }
};

inline Offset offset_of_byte(uint8_t byte) {
  if (byte < 0xF0) return Offset{byte};
  const int64_t middle =
      byte < 0xF8 ? std::numeric_limits<int32_t>::max() : std::numeric_limits<int64_t>::max();
  return Offset{middle - 7 + (byte & 7)};
}

inline PartitionInput read_partition_input(ByteView bytes) {
  PartitionInput input;
  if (bytes.size() < 3) return input;
  input.bits = bytes[0];
  input.recovery_point = offset_of_byte(bytes[1]);
  input.log_start = offset_of_byte(bytes[2]);
  bytes = bytes.subspan(3);
  while (bytes.size() >= 4 && input.files.size() < PartitionInput::kFilesMax) {
    const size_t size = std::min<size_t>(load_be16(bytes.data() + 2), bytes.size() - 4);
    input.files.push_back({static_cast<PartitionFileKind>(bytes[0] % kPartitionFileKinds),
                           offset_of_byte(bytes[1]), Bytes(bytes.begin() + 4, bytes.begin() + 4 + size)});
    bytes = bytes.subspan(4 + size);
  }
  return input;
}

inline void write_partition_file(Bytes& out, PartitionFileKind kind, uint8_t offset, ByteView content) {
  out.push_back(kind);
  out.push_back(offset);
  out.push_back(static_cast<uint8_t>(content.size() >> 8));
  out.push_back(static_cast<uint8_t>(content.size()));
  out.insert(out.end(), content.begin(), content.end());
}

}  // namespace klamm::storage
