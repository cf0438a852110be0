// Upkeep: what a node does over time without being asked: checkpoints, retention, flushes, removal of what
// was deleted. Timers of one loop, work on the replica manager's lane.
#pragma once

#include <atomic>
#include <memory>
#include <vector>

#include "broker/config/node_config.h"
#include "broker/lane.h"
#include "broker/loop.h"
#include "broker/replica/replica_manager.h"

namespace klamm::broker {

class Upkeep {
 public:
  // All outlive the loop's thread.
  Upkeep(Loop& loop, Lane& lane, ReplicaManager& replicas, const NodeConfig& config);

  void start();
  void stop();

 private:
  struct Chore {
    int64_t first_ms;
    int64_t period_ms;
    void (ReplicaManager::*work)();
    // It is on the lane, or about to be. A chore that takes longer than its period is not queued behind
    // itself.
    std::unique_ptr<std::atomic<bool>> is_queued = std::make_unique<std::atomic<bool>>(false);
  };
  void schedule(const Chore& chore, int64_t delay_ms);
  void run(const Chore& chore);

  Loop& loop_;
  Lane& lane_;
  ReplicaManager& replicas_;
  std::vector<Chore> chores_;
  bool stopped_ = false;  // touched on the loop
};

}  // namespace klamm::broker
