#include "storage/offset_index.h"

namespace klamm::storage {

void OffsetEntry::encode(uint8_t* to) const {
  store_be32(to, static_cast<uint32_t>(relative_offset));
  store_be32(to + 4, position);
}

OffsetEntry OffsetEntry::decode(const uint8_t* from) {
  return {static_cast<int32_t>(load_be32(from)), load_be32(from + 4)};
}

DiskResult<SearchStart> OffsetIndex::position_before(int32_t relative_offset) const {
  auto behind =
      count_while([&](const OffsetEntry& entry) { return entry.relative_offset <= relative_offset; });
  if (!behind.ok()) return Error{behind.error()};
  if (*behind == 0) return SearchStart{};
  auto entry = at(*behind - 1);
  if (!entry.ok()) return Error{entry.error()};
  SearchStart start{entry->position, {}};
  if (entry->relative_offset == relative_offset - 1 && *behind < count()) {
    auto next = at(*behind);
    if (!next.ok()) return Error{next.error()};
    start.directly = next->position;
  }
  return start;
}

DiskResult<std::optional<OffsetEntry>> OffsetIndex::first_from(uint32_t position) const {
  auto before = count_while([&](const OffsetEntry& entry) { return entry.position < position; });
  if (!before.ok()) return Error{before.error()};
  if (*before == count()) return std::optional<OffsetEntry>();
  auto entry = at(*before);
  if (!entry.ok()) return Error{entry.error()};
  return std::optional<OffsetEntry>(*entry);
}

}  // namespace klamm::storage
