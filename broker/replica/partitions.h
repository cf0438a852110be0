// Partitions: the replicas that this node holds, found by topic id and index.
#pragma once

#include <absl/base/thread_annotations.h>
#include <absl/container/flat_hash_map.h>
#include <absl/synchronization/mutex.h>

#include <atomic>
#include <memory>
#include <vector>

#include "base/uuid.h"
#include "broker/replica/partition.h"

namespace klamm::broker {

class Partitions {
 public:
  // nullptr when this node holds no replica of it.
  std::shared_ptr<Partition> find(const Uuid& topic_id, int32_t partition) const;
  // By topic name and index, for answers that list everything.
  std::vector<std::shared_ptr<Partition>> all() const;

  void add(std::shared_ptr<Partition> partition);
  std::shared_ptr<Partition> remove(const Uuid& topic_id, int32_t partition);
  // Another number whenever one has come or gone.
  uint64_t version() const { return version_.load(std::memory_order_acquire); }

 private:
  struct Key {
    Uuid topic_id;
    int32_t partition;
    friend bool operator==(const Key&, const Key&) = default;
    template <class H>
    friend H AbslHashValue(H h, const Key& key) {
      return H::combine(std::move(h), key.topic_id.bytes, key.partition);
    }
  };

  std::atomic<uint64_t> version_{1};
  mutable absl::Mutex mutex_;
  absl::flat_hash_map<Key, std::shared_ptr<Partition>> held_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace klamm::broker
