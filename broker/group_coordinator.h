// GroupCoordinator: the groups that this node coordinates. A group belongs to a partition of
// __consumer_offsets, by the hash of its id, and to whoever leads that; each partition's groups are a
// GroupShard behind a host that loads it, gives it its turns, and writes for it.
#pragma once

#include <absl/functional/any_invocable.h>

#include <functional>
#include <string_view>
#include <utility>

#include "broker/coordinator/coordinator_partition.h"
#include "broker/group/group_shard.h"
#include "protocol/errors.h"

namespace klamm::broker {

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
  // The same for a commit of offsets, and for nothing else: it does not depend on what other commits write,
  // so that those that wait for their turn together become one append.
  virtual void with_commit(std::string_view group_id, Work work) { with_group(group_id, std::move(work)); }

  // In the turn of each shard that is led here, one after the other, so that what the work gathers needs no
  // lock; `done` when all have had theirs, with COORDINATOR_LOAD_IN_PROGRESS if some are not loaded yet and
  // were left out, or COORDINATOR_NOT_AVAILABLE when the node stops.
  using EachWork = std::function<void(Turn)>;
  virtual void with_each_shard(EachWork work, absl::AnyInvocable<void(protocol::ErrorCode)> done) = 0;
};

}  // namespace klamm::broker
