#include "broker/group/pending_offsets.h"

#include <cstdint>

#include "base/check.h"

namespace klamm::broker::group {

CommittedOffset& PendingOffsets::put(int64_t producer_id, const OffsetKeyView& key) {
  auto place = by_key_.find(key);
  if (place == by_key_.end()) {
    OffsetKey owned{std::string(key.group), std::string(key.topic), key.partition};
    place = by_key_.try_emplace(std::move(owned)).first;
  }
  auto [pending, is_new] = place->second.try_emplace(producer_id);
  if (is_new) by_producer_[producer_id].insert(place->first);
  return pending->second;
}

void PendingOffsets::erase(const OffsetKeyView& key) {
  auto found = by_key_.find(key);
  if (found == by_key_.end()) return;
  for (const auto& [producer_id, offset] : found->second) {
    auto producer = by_producer_.find(producer_id);
    CHECK(producer != by_producer_.end());
    producer->second.erase(producer->second.find(key));
    if (producer->second.empty()) by_producer_.erase(producer);
  }
  by_key_.erase(found);
}

std::vector<PendingOffsets::Ended> PendingOffsets::take(int64_t producer_id) {
  std::vector<Ended> ended;
  auto producer = by_producer_.extract(producer_id);
  if (producer.empty()) return ended;
  for (const OffsetKey& key : producer.mapped()) {
    auto place = by_key_.find(key);
    CHECK(place != by_key_.end());
    auto pending = place->second.extract(producer_id);
    CHECK(!pending.empty());
    if (place->second.empty()) by_key_.erase(place);
    ended.push_back({key, std::move(pending.mapped())});
  }
  return ended;
}

bool PendingOffsets::has_group(std::string_view group) const {
  auto first = by_key_.lower_bound(OffsetKeyView{group, {}, INT32_MIN});
  return first != by_key_.end() && first->first.group == group;
}

std::vector<OffsetKeyView> PendingOffsets::keys_of(std::string_view group) const {
  std::vector<OffsetKeyView> keys;
  for (auto at = by_key_.lower_bound(OffsetKeyView{group, {}, INT32_MIN});
       at != by_key_.end() && at->first.group == group; ++at) {
    keys.push_back(at->first.view());
  }
  return keys;
}

}  // namespace klamm::broker::group
