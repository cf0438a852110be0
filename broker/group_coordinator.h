// GroupCoordinator: the groups that this node coordinates. A group belongs to a partition of
// __consumer_offsets, by the hash of its id, and to whoever leads that; each partition's groups are a
// GroupShard behind a host that loads it, gives it its turns, and writes for it.
#pragma once

#include <absl/functional/any_invocable.h>

#include <string_view>
#include <vector>

#include "broker/group/group_shard.h"
#include "protocol/errors.h"

namespace klamm::broker {

inline constexpr std::string_view kOffsetsTopic = "__consumer_offsets";

// The partition of a coordinator's topic that a key belongs to: Java's String.hashCode over UTF-16, its
// absolute value (0 for the smallest), modulo the partitions.
int32_t coordinator_partition(std::string_view key, int32_t partitions);

class GroupCoordinator {
 public:
  virtual ~GroupCoordinator() = default;

  // A step of a shard, while it has its turn.
  struct Turn {
    group::GroupShard& shard;
    group::Now now;
  };
  // Runs once, on any thread and perhaps before the call returns, in the turn of the group's shard; with
  // NOT_COORDINATOR, COORDINATOR_LOAD_IN_PROGRESS or COORDINATOR_NOT_AVAILABLE where there is none to be had.
  using Work = absl::AnyInvocable<void(protocol::Outcome<Turn>)>;
  virtual void with_group(std::string_view group_id, Work work) = 0;

  // In the turn of each shard that is led here, one after the other or at once; `done` when all have had
  // theirs. `loading` says that some are not loaded yet and were left out.
  using EachWork = std::function<void(Turn)>;
  virtual void with_each_shard(EachWork work, absl::AnyInvocable<void(bool loading)> done) = 0;
};

}  // namespace klamm::broker
