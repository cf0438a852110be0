// The offset index (`.index`): for some batches, the offset of the last record (relative to the segment's
// base) and the byte where the batch begins. Both strictly increase. docs/format-log-segment.md.
#pragma once

#include "storage/entry_index.h"

namespace klamm::storage {

struct OffsetEntry {
  static constexpr uint32_t kSize = 8;
  int32_t relative_offset = 0;
  uint32_t position = 0;

  void encode(uint8_t* to) const;
  static OffsetEntry decode(const uint8_t* from);
  friend bool operator==(const OffsetEntry&, const OffsetEntry&) = default;
};

// Where the search for an offset begins.
struct SearchStart {
  uint32_t position = 0;
  // Set where an entry ends right below the offset: the batch of the next entry, which mostly is the batch
  // that begins with the offset. So does who reads on behind what it got last.
  std::optional<uint32_t> directly;
};

class OffsetIndex : public EntryIndex<OffsetEntry> {
 public:
  OffsetIndex(const SegmentFiles& files, uint32_t on_file)
      : EntryIndex(files, SegmentPart::kOffsetIndex, on_file) {}

  // Where to begin the search for the batch that contains the offset.
  DiskResult<SearchStart> position_before(int32_t relative_offset) const;
  // The first entry whose batch begins at or after `position`.
  DiskResult<std::optional<OffsetEntry>> first_from(uint32_t position) const;
};

}  // namespace klamm::storage
