#include "broker/upkeep.h"

#include <algorithm>

namespace klamm::broker {
namespace {

// How often logs with flush.ms are looked at, at least and at most; the others cost nothing.
constexpr int64_t kFlushCheckMs = 1'000;
constexpr int64_t kFlushCheckMinMs = 10;
constexpr int64_t kWaitingCheckMs = 1'000;
constexpr int64_t kRemovalCheckMs = 15'000;
constexpr int64_t kIdleFilesMs = 600'000;

}  // namespace

Upkeep::Upkeep(Loop& loop, Lane& lane, ReplicaManager& replicas, const NodeConfig& node)
    : loop_(loop), lane_(lane), replicas_(replicas) {
  const StorageConfig& config = node.storage;
  int64_t first = config.initial_task_delay_ms;
  const auto add = [this](int64_t first_ms, int64_t period_ms, void (ReplicaManager::*work)()) {
    chores_.push_back({first_ms, period_ms, work});
  };
  add(config.high_watermark_checkpoint_interval_ms, config.high_watermark_checkpoint_interval_ms,
      &ReplicaManager::write_high_watermarks);
  add(first, config.recovery_point_checkpoint_interval_ms, &ReplicaManager::write_recovery_points);
  add(first, config.log_start_offset_checkpoint_interval_ms, &ReplicaManager::write_log_starts);
  add(first, config.retention_check_interval_ms, &ReplicaManager::apply_retention);
  add(kFlushCheckMs, kFlushCheckMs, &ReplicaManager::flush_due);
  add(first, config.producer_id_expiration_check_interval_ms, &ReplicaManager::expire_producers);
  add(kWaitingCheckMs, kWaitingCheckMs, &ReplicaManager::retry_waiting);
  add(kRemovalCheckMs, kRemovalCheckMs, &ReplicaManager::remove_deleted);
  add(kIdleFilesMs, kIdleFilesMs, &ReplicaManager::close_idle_files);
  const int64_t lag_check_ms = std::max<int64_t>(node.replication.lag_time_max_ms / 2, 1);
  add(lag_check_ms, lag_check_ms, &ReplicaManager::check_followers);
}

void Upkeep::start() {
  loop_.post([this] {
    for (const Chore& chore : chores_) schedule(chore, chore.first_ms);
  });
}

void Upkeep::stop() {
  loop_.post([this] { stopped_ = true; });
}

void Upkeep::schedule(const Chore& chore, int64_t delay_ms) {
  loop_.call_at(loop_.now_ms() + delay_ms, [this, &chore] {
    if (stopped_) return;
    // A worker is not woken for nothing.
    bool flushes = chore.work == &ReplicaManager::flush_due;
    int64_t flush_ms = replicas_.flush_ms_min();
    bool idle = (flushes && flush_ms == INT64_MAX) ||
                (chore.work == &ReplicaManager::retry_waiting && !replicas_.has_waiting());
    if (!idle) run(chore);
    schedule(chore, flushes ? std::clamp(flush_ms, kFlushCheckMinMs, kFlushCheckMs) : chore.period_ms);
  });
}

void Upkeep::run(const Chore& chore) {
  if (chore.is_queued->exchange(true)) return;
  lane_.run([this, &chore] {
    (replicas_.*chore.work)();
    *chore.is_queued = false;
    // The rest waits behind whatever came for the lane meanwhile.
    if (chore.work == &ReplicaManager::remove_deleted && replicas_.has_removals()) run(chore);
  });
}

}  // namespace klamm::broker
