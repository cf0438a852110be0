#include "broker/group/lag.h"

#include <algorithm>

namespace klamm::broker::group {

std::vector<GroupLag> lag_of(const std::vector<Offsets::Committed>& committed, const RangeLookup& range_of) {
  std::vector<GroupLag> lags;
  for (const Offsets::Committed& offset : committed) {
    const auto range = range_of(offset.topic, offset.partition);
    if (!range) continue;
    const int64_t records = std::max<int64_t>(range->end - std::max(offset.offset, range->start), 0);
    if (lags.empty() || lags.back().group != offset.group) lags.push_back({offset.group, {}, 0});
    lags.back().partitions.push_back({offset.topic, offset.partition, records});
    lags.back().records += records;
  }
  return lags;
}

}  // namespace klamm::broker::group
