// OffsetStore: committed offsets by group, topic and partition. A group's id and a topic's name are kept
// once, however many partitions there are. Loading a log of millions of commits is what it is made for:
// commits of one group come together, so the place of the last one is remembered; overwriting allocates
// nothing.
#pragma once

#include <absl/container/btree_map.h>

#include <map>
#include <string>
#include <string_view>

#include "broker/group/committed_offset.h"
#include "broker/group/offset_records.h"

namespace klamm::broker::group {

class OffsetStore {
 public:
  using Partitions = absl::btree_map<int32_t, CommittedOffset>;
  using Topics = std::map<std::string, Partitions, std::less<>>;
  using ByGroup = std::map<std::string, Topics, std::less<>>;

  // nullptr when there is none. Valid until the next change.
  const Topics* find(std::string_view group) const;
  const CommittedOffset* find(const OffsetKeyView& key) const;

  // The place of the offset, made if there is none: to be filled in by the caller. Valid until the next
  // change.
  CommittedOffset& put(const OffsetKeyView& key);
  bool erase(const OffsetKeyView& key);

  const ByGroup& by_group() const { return by_group_; }
  size_t size() const { return size_; }

 private:
  ByGroup by_group_;
  size_t size_ = 0;
  // Where the last commit went; null when that is gone. Nodes of a std::map stay where they are.
  ByGroup::value_type* last_group_ = nullptr;
  Topics::value_type* last_topic_ = nullptr;
};

}  // namespace klamm::broker::group
