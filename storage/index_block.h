// The part of an index file that was read last. Who reads a log in its order looks up one place after the
// other, and most of those are in the same block: they cost no read. Kept for as long as the index's file may
// be open.
#pragma once

#include <algorithm>
#include <cstdint>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/synchronization/mutex.h"

namespace klamm::storage {

// Entries in a row, the first of which has the index `first`.
template <class Entry>
struct IndexBlock {
  uint32_t first = 0;
  std::vector<Entry> entries;

  bool holds(uint32_t index) const { return index >= first && index - first < entries.size(); }
  const Entry& at(uint32_t index) const { return entries[index - first]; }
  // How many entries of the index satisfy `before`, which holds for a prefix of them, if some of these do and
  // some do not: only then is it known without the others.
  template <class Before>
  std::optional<uint32_t> count_while(Before before) const {
    if (entries.empty() || !before(entries.front()) || before(entries.back())) return std::nullopt;
    return first + count_here(before);
  }
  template <class Before>
  uint32_t count_here(Before before) const {
    return static_cast<uint32_t>(std::partition_point(entries.begin(), entries.end(), before) -
                                 entries.begin());
  }
};

// Thread-safe. A block never changes, so that readers need no lock while they look.
template <class Entry>
class LastBlock {
 public:
  using Block = std::shared_ptr<const IndexBlock<Entry>>;

  Block get() const ABSL_LOCKS_EXCLUDED(mutex_) {
    absl::MutexLock lock(&mutex_);
    return block_;
  }
  // Without a block: what was kept is let go.
  void keep(Block block) ABSL_LOCKS_EXCLUDED(mutex_) {
    absl::MutexLock lock(&mutex_);
    block_.swap(block);
  }

 private:
  mutable absl::Mutex mutex_;
  Block block_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace klamm::storage
