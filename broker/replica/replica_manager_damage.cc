// What the replica manager does for replicas that are damaged (Repairs).
#include <utility>

#include "broker/replica/replica_manager.h"

namespace klamm::broker {

Repairs::Uses ReplicaManager::repair_uses() {
  return {.self = config_.id,
          .assign =
              [this](const PartitionKey& key, const Uuid& directory) {
                if (uses_.assign_directory) uses_.assign_directory(key, directory);
              },
          .follow =
              [this](const std::shared_ptr<Partition>& partition, const PartitionImage& state) {
                if (uses_.follow) uses_.follow(partition, state.leader, state.leader_epoch);
              },
          .unfollow =
              [this](const PartitionKey& key) {
                if (uses_.unfollow) uses_.unfollow(key);
              },
          .checkpoint =
              [this] {
                for (auto kind : {storage::CheckpointKind::kRecoveryPoint, storage::CheckpointKind::kLogStart,
                                  storage::CheckpointKind::kHighWatermark})
                  write_checkpoint(kind);
              }};
}

void ReplicaManager::begin_repair(const Held& held) {
  repairs_.begin(held.partition, logs_->directories()[held.directory]->id());
  has_waiting_ = true;
}

void ReplicaManager::on_damage(const PartitionKey& key) {
  const auto found = held_.find({key.topic_id, key.partition});
  if (closed_ || found == held_.end()) return;
  if (found->second.partition->damage()) begin_repair(found->second);
  repairs_.step(image_);
}

}  // namespace klamm::broker
