// PendingOffsets: offsets that were committed within transactions which have not ended yet. They count when
// the transaction's marker says so. Several producers may have one pending for the same partition.
#pragma once

#include <map>
#include <set>
#include <string>
#include <string_view>
#include <tuple>
#include <vector>

#include "broker/group/committed_offset.h"
#include "broker/group/offset_records.h"

namespace klamm::broker::group {

// An OffsetKeyView that owns its texts. Ordered by group, topic, partition, together with the views.
struct OffsetKey {
  std::string group;
  std::string topic;
  int32_t partition = 0;

  OffsetKeyView view() const { return {group, topic, partition}; }
};

struct OffsetKeyLess {
  using is_transparent = void;
  static OffsetKeyView view(const OffsetKey& key) { return key.view(); }
  static OffsetKeyView view(const OffsetKeyView& key) { return key; }
  template <class A, class B>
  bool operator()(const A& a, const B& b) const {
    const OffsetKeyView left = view(a), right = view(b);
    return std::tie(left.group, left.topic, left.partition) <
           std::tie(right.group, right.topic, right.partition);
  }
};

class PendingOffsets {
 public:
  // The place of the producer's pending commit, to be filled in by the caller.
  CommittedOffset& put(int64_t producer_id, const OffsetKeyView& key);
  // A tombstone: nothing of the partition is pending, whoever committed it.
  void erase(const OffsetKeyView& key);

  struct Ended {
    OffsetKey key;
    CommittedOffset offset;
  };
  // All of the producer's, in the order of their keys: its transaction has ended.
  std::vector<Ended> take(int64_t producer_id);

  bool has(const OffsetKeyView& key) const { return by_key_.contains(key); }
  bool has_group(std::string_view group) const;
  // The partitions of the group that have something pending. The views are valid until the next change.
  std::vector<OffsetKeyView> keys_of(std::string_view group) const;
  // By key, then by producer.
  using ByKey = std::map<OffsetKey, std::map<int64_t, CommittedOffset>, OffsetKeyLess>;
  const ByKey& by_key() const { return by_key_; }

 private:
  ByKey by_key_;
  // The same partitions by producer; no set is empty.
  std::map<int64_t, std::set<OffsetKey, OffsetKeyLess>> by_producer_;
};

}  // namespace klamm::broker::group
