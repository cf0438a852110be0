#include "storage/batch_search.h"

#include <algorithm>
#include <limits>

#include "storage/batch_reader.h"

namespace klamm::storage {
namespace {

constexpr uint32_t kMagicAt = 16;
constexpr uint64_t kChecksumBytesMin = 64 << 20;

bool is_plausible(const BatchHeader& header, uint32_t room, Offset lowest) {
  return header.magic == 2 && header.size <= room && header.count > 0 &&
         header.last_offset_delta >= header.count - 1 && header.base_offset >= lowest &&
         header.base_offset - lowest <= std::numeric_limits<int32_t>::max();
}

}  // namespace

DiskResult<BatchesFound> find_batches(const File& file, uint32_t from, uint32_t end, Offset lowest) {
  BatchesFound found{0, lowest};
  // Each byte could begin what claims to reach to the end: the work stays linear in the size of the file.
  uint64_t checksum_bytes_left = std::max(kChecksumBytesMin, 4 * uint64_t{end - from});
  Bytes window(BatchReader::kScanWindow);
  uint64_t position = from;
  while (position + BatchHeader::kSize <= end) {
    const auto wanted = std::min<uint64_t>(window.size(), end - position);
    auto got = file.read_at(position, std::span(window).first(wanted));
    if (!got.ok()) return Error{got.error()};
    if (*got < BatchHeader::kSize) break;
    const ByteView bytes(window.data(), *got);
    size_t at = 0;
    for (; at + BatchHeader::kSize <= bytes.size(); ++at) {
      if (bytes[at + kMagicAt] != 2) continue;
      auto header = BatchHeader::decode(bytes.subspan(at));
      const auto here = static_cast<uint32_t>(position + at);
      if (!header || !is_plausible(*header, end - here, found.end)) continue;
      if (header->size > checksum_bytes_left) return found;
      checksum_bytes_left -= header->size;
      BatchReader reader(file, here, end, BatchReader::kScanWindow);
      auto is_intact = reader.verify({*header, here});
      if (!is_intact.ok()) return Error{is_intact.error()};
      if (!*is_intact) continue;
      ++found.count;
      found.end = header->next_offset();
      at += header->size;
      break;
    }
    position += at;
  }
  return found;
}

}  // namespace klamm::storage
