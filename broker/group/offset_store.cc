#include "broker/group/offset_store.h"

namespace klamm::broker::group {

const OffsetStore::Topics* OffsetStore::find(std::string_view group) const {
  auto found = by_group_.find(group);
  return found == by_group_.end() ? nullptr : &found->second;
}

const CommittedOffset* OffsetStore::find(const OffsetKeyView& key) const {
  const Topics* topics = find(key.group);
  if (topics == nullptr) return nullptr;
  auto topic = topics->find(key.topic);
  if (topic == topics->end()) return nullptr;
  auto partition = topic->second.find(key.partition);
  return partition == topic->second.end() ? nullptr : &partition->second;
}

CommittedOffset& OffsetStore::put(const OffsetKeyView& key) {
  if (last_group_ == nullptr || last_group_->first != key.group) {
    auto place = by_group_.lower_bound(key.group);
    if (place == by_group_.end() || place->first != key.group) {
      place = by_group_.emplace_hint(place, key.group, Topics());
    }
    last_group_ = &*place;
    last_topic_ = nullptr;
  }
  Topics& topics = last_group_->second;
  if (last_topic_ == nullptr || last_topic_->first != key.topic) {
    auto place = topics.lower_bound(key.topic);
    if (place == topics.end() || place->first != key.topic) {
      place = topics.emplace_hint(place, key.topic, Partitions());
    }
    last_topic_ = &*place;
  }
  auto [partition, is_new] = last_topic_->second.try_emplace(key.partition);
  if (is_new) ++size_;
  return partition->second;
}

bool OffsetStore::erase(const OffsetKeyView& key) {
  auto group = by_group_.find(key.group);
  if (group == by_group_.end()) return false;
  auto topic = group->second.find(key.topic);
  if (topic == group->second.end() || topic->second.erase(key.partition) == 0) return false;
  --size_;
  if (!topic->second.empty()) return true;
  group->second.erase(topic);
  last_topic_ = nullptr;
  if (group->second.empty()) {
    by_group_.erase(group);
    last_group_ = nullptr;
  }
  return true;
}

}  // namespace klamm::broker::group
