#include "storage/time_index.h"

namespace klamm::storage {

void TimeEntry::encode(uint8_t* to) const {
  store_be64(to, static_cast<uint64_t>(timestamp));
  store_be32(to + 8, static_cast<uint32_t>(relative_offset));
}

TimeEntry TimeEntry::decode(const uint8_t* from) {
  return {static_cast<int64_t>(load_be64(from)), static_cast<int32_t>(load_be32(from + 8))};
}

DiskResult<int32_t> TimeIndex::offset_before(int64_t timestamp) const {
  auto count = count_while([&](const TimeEntry& entry) { return entry.timestamp <= timestamp; });
  if (!count.ok()) return Error{count.error()};
  if (*count == 0) return 0;
  auto entry = at(*count - 1);
  if (!entry.ok()) return Error{entry.error()};
  return entry->relative_offset;
}

DiskResult<> TimeIndex::load_last() {
  if (last_) return {};
  auto entry = last();
  if (!entry.ok()) return Error{entry.error()};
  last_ = entry->value_or(TimeEntry{});
  return {};
}

void TimeIndex::note(const TimeEntry& entry) {
  CHECK(last_.has_value());
  if (entry.timestamp <= last_->timestamp) return;
  // Only a damaged index has an entry behind the youngest record so far. What comes later is noted again.
  if (entry.relative_offset < last_->relative_offset) return;
  append(entry);
  last_ = entry;
}

}  // namespace klamm::storage
