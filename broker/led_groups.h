// LedGroups: the groups whose partitions of __consumer_offsets this node leads.
#pragma once

#include <functional>
#include <string_view>

#include "base/random.h"
#include "broker/config/group_coordinator_config.h"
#include "broker/coordinator/shard_hosts.h"
#include "broker/group_coordinator.h"

namespace klamm::broker {

class LedGroups final : public GroupCoordinator {
 public:
  // All of which outlive the groups.
  struct Uses {
    const GroupCoordinatorConfig& config;
    const Clock& clock;
    Random& random;
    Workers& workers;
    const Partitions& partitions;
    std::function<Loop&(int32_t partition)> loop_of;
  };

  LedGroups(const Uses& uses, NodeId self);

  // Behind the replica manager, on its lane: the node's metadata has gone from one image to another.
  void follow(const ClusterImage& before, const ClusterImage& after);
  // Whoever waits is told NOT_COORDINATOR; then `done`, on any thread.
  void stop(Task done) { hosts_.stop(std::move(done)); }

  // Of __consumer_offsets, that there are or would be.
  int32_t partitions() const { return hosts_.partitions(); }

  // GroupCoordinator
  void with_group(std::string_view group_id, Work work) override;
  void with_commit(std::string_view group_id, Work work) override;
  void with_each_shard(EachWork work, absl::AnyInvocable<void(protocol::ErrorCode)> done) override;

 private:
  struct Round;  // of with_each_shard

  void with_host_of(std::string_view group_id, ShardHost::Step step, Work work);

  const std::function<Loop&(int32_t partition)> loop_of_;
  ShardHosts hosts_;
};

}  // namespace klamm::broker
