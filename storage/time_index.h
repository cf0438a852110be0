// The time index (`.timeindex`): the largest timestamp so far and the last offset (relative) of the batch
// that carries it, noted together with each entry of the offset index when it has grown, and when the segment
// is sealed or closed. Timestamps strictly increase, offsets never decrease. docs/format-log-segment.md.
#pragma once

#include "storage/entry_index.h"

namespace klamm::storage {

struct TimeEntry {
  static constexpr uint32_t kSize = 12;
  int64_t timestamp = -1;
  int32_t relative_offset = 0;

  void encode(uint8_t* to) const;
  static TimeEntry decode(const uint8_t* from);
  friend bool operator==(const TimeEntry&, const TimeEntry&) = default;
};

class TimeIndex : public EntryIndex<TimeEntry> {
 public:
  TimeIndex(const SegmentFiles& files, uint32_t on_file)
      : EntryIndex(files, SegmentPart::kTimeIndex, on_file) {}

  // Everything up to this relative offset is older than `timestamp`; 0 when nothing is known.
  DiskResult<int32_t> offset_before(int64_t timestamp) const;

  // The writer's side. load_last() comes before the first note().
  DiskResult<> load_last();
  // Adds the entry unless its timestamp is not above the last one.
  void note(const TimeEntry& entry);

 private:
  std::optional<TimeEntry> last_;
};

}  // namespace klamm::storage
