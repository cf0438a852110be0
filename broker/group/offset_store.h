// OffsetStore: committed offsets by group, topic and partition. A group's id and a topic's name are kept
// once, however many partitions there are. Loading a log of millions of commits is what it is made for:
// overwriting allocates nothing; commits of one group come together, so the place of the last one is
// remembered; and a group is found by a number, since comparing ids, which mostly begin alike, is what takes
// the time among thousands of groups.
#pragma once

#include <absl/container/btree_map.h>

#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "broker/group/committed_offset.h"
#include "broker/group/offset_records.h"

namespace klamm::broker::group {

class OffsetStore {
 public:
  using Partitions = absl::btree_map<int32_t, CommittedOffset>;
  using Topics = std::map<std::string, Partitions, std::less<>>;
  struct GroupOffsets {
    Topics topics;
    // Groups::erasures() when the group was last known to be there: until the next one it need not be looked
    // for again.
    std::optional<uint64_t> known_at;
  };
  using ByGroup = std::map<std::string, GroupOffsets, std::less<>>;

  // nullptr when there is none. Valid until the next change.
  const Topics* find(std::string_view group) const;
  const CommittedOffset* find(const OffsetKeyView& key) const;

  // The place of the offset, made if there is none: to be filled in by the caller. Valid until the next
  // change.
  struct Place {
    GroupOffsets& group;
    CommittedOffset& offset;
  };
  Place put(const OffsetKeyView& key);
  bool erase(const OffsetKeyView& key);

  const ByGroup& by_group() const { return by_group_; }
  size_t size() const { return size_; }

 private:
  using Group = ByGroup::value_type;
  // By a hash that is another one in each process, so that nobody can choose ids that fall together. It is
  // never walked through: the order means nothing.
  using ByHash = absl::btree_multimap<size_t, Group*>;

  // nullptr when there is none.
  Group* group(std::string_view id) const;
  Group& put_group(std::string_view id);
  void erase_group(Group& group);

  ByGroup by_group_;  // its nodes stay where they are
  ByHash by_hash_;
  size_t size_ = 0;
  // Where the last commit went; null when that is gone.
  Group* last_group_ = nullptr;
  Topics::value_type* last_topic_ = nullptr;
};

}  // namespace klamm::broker::group
