// Groups: the groups of a shard, by id.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <string_view>

#include "broker/group/group.h"

namespace klamm::broker::group {

class Groups {
 public:
  using ById = std::map<std::string, std::unique_ptr<Group>, std::less<>>;

  // nullptr when there is none.
  Group* find(std::string_view id) const {
    auto found = by_id_.find(id);
    return found == by_id_.end() ? nullptr : found->second.get();
  }
  // Takes the place of a group with that id.
  Group& put(std::unique_ptr<Group> group) {
    auto& place = by_id_[group->id()];
    place = std::move(group);
    return *place;
  }
  void erase(std::string_view id) {
    if (auto found = by_id_.find(id); found != by_id_.end()) {
      by_id_.erase(found);
      ++erasures_;
    }
  }
  // How often a group has gone. While this is the same, a group that was there is there.
  uint64_t erasures() const { return erasures_; }
  const ById& by_id() const { return by_id_; }

 private:
  ById by_id_;
  uint64_t erasures_ = 0;
};

}  // namespace klamm::broker::group
