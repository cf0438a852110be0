#include "broker/group/offset_store.h"

#include <absl/hash/hash.h>

#include "base/check.h"

namespace klamm::broker::group {

const OffsetStore::Topics* OffsetStore::find(std::string_view id) const {
  const Group* const found = group(id);
  return found == nullptr ? nullptr : &found->second.topics;
}

const CommittedOffset* OffsetStore::find(const OffsetKeyView& key) const {
  const Topics* topics = find(key.group);
  if (topics == nullptr) return nullptr;
  auto topic = topics->find(key.topic);
  if (topic == topics->end()) return nullptr;
  auto partition = topic->second.find(key.partition);
  return partition == topic->second.end() ? nullptr : &partition->second;
}

OffsetStore::Place OffsetStore::put(const OffsetKeyView& key) {
  if (last_group_ == nullptr || last_group_->first != key.group) {
    last_group_ = &put_group(key.group);
    last_topic_ = nullptr;
  }
  if (last_topic_ == nullptr || last_topic_->first != key.topic) {
    Topics& topics = last_group_->second.topics;
    auto place = topics.lower_bound(key.topic);
    if (place == topics.end() || place->first != key.topic) {
      place = topics.emplace_hint(place, key.topic, Partitions());
    }
    last_topic_ = &*place;
  }
  auto [partition, is_new] = last_topic_->second.try_emplace(key.partition);
  if (is_new) ++size_;
  return {last_group_->second, partition->second};
}

bool OffsetStore::erase(const OffsetKeyView& key) {
  Group* const found = group(key.group);
  if (found == nullptr) return false;
  Topics& topics = found->second.topics;
  auto topic = topics.find(key.topic);
  if (topic == topics.end() || topic->second.erase(key.partition) == 0) return false;
  --size_;
  if (!topic->second.empty()) return true;
  topics.erase(topic);
  last_topic_ = nullptr;
  if (topics.empty()) erase_group(*found);
  return true;
}

OffsetStore::Group* OffsetStore::group(std::string_view id) const {
  for (auto [at, end] = by_hash_.equal_range(absl::HashOf(id)); at != end; ++at) {
    if (at->second->first == id) return at->second;
  }
  return nullptr;
}

OffsetStore::Group& OffsetStore::put_group(std::string_view id) {
  if (Group* found = group(id)) return *found;
  const auto [place, is_new] = by_group_.try_emplace(std::string(id));
  CHECK(is_new);
  by_hash_.emplace(absl::HashOf(id), &*place);
  return *place;
}

void OffsetStore::erase_group(Group& group) {
  auto [at, end] = by_hash_.equal_range(absl::HashOf(std::string_view(group.first)));
  while (at != end && at->second != &group) ++at;
  CHECK(at != end);
  by_hash_.erase(at);
  by_group_.erase(by_group_.find(group.first));
  last_group_ = nullptr;
}

}  // namespace klamm::broker::group
