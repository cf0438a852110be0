#include "broker/replica/partitions.h"

#include <algorithm>
#include <tuple>

#include "base/check.h"

namespace klamm::broker {

std::shared_ptr<Partition> Partitions::find(const Uuid& topic_id, int32_t partition) const {
  absl::ReaderMutexLock lock(&mutex_);
  auto found = held_.find(Key{topic_id, partition});
  return found == held_.end() ? nullptr : found->second;
}

std::vector<std::shared_ptr<Partition>> Partitions::all() const {
  std::vector<std::shared_ptr<Partition>> held;
  {
    absl::ReaderMutexLock lock(&mutex_);
    held.reserve(held_.size());
    for (const auto& [key, partition] : held_) held.push_back(partition);
  }
  std::sort(held.begin(), held.end(), [](const auto& a, const auto& b) {
    return std::tie(a->id().topic, a->id().partition) < std::tie(b->id().topic, b->id().partition);
  });
  return held;
}

void Partitions::add(std::shared_ptr<Partition> partition) {
  absl::MutexLock lock(&mutex_);
  Key key{partition->id().topic_id, partition->id().partition};
  CHECK(held_.emplace(key, std::move(partition)).second);
  version_.fetch_add(1, std::memory_order_release);
}

std::shared_ptr<Partition> Partitions::remove(const Uuid& topic_id, int32_t partition) {
  absl::MutexLock lock(&mutex_);
  auto found = held_.find(Key{topic_id, partition});
  if (found == held_.end()) return nullptr;
  std::shared_ptr<Partition> removed = std::move(found->second);
  held_.erase(found);
  version_.fetch_add(1, std::memory_order_release);
  return removed;
}

}  // namespace klamm::broker
