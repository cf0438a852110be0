#include "broker/coordinator/shard_hosts.h"

#include <algorithm>
#include <atomic>
#include <utility>

#include "base/logging.h"
#include "broker/coordinator/coordinator_partition.h"

namespace klamm::broker {

// What goes, goes first: a topic that was created again has its partitions under the same numbers.
void ShardHosts::follow(const ClusterImage& after, const ImageDelta& delta) {
  follow_count(after, delta);
  std::vector<std::pair<int32_t, Starting>> starting;
  for (const PartitionDelta& partition : delta.partitions) {
    if (partition.topic->name != config_.topic) continue;
    switch (replica_change(partition, config_.self)) {
      case ReplicaChange::kNone:
      case ReplicaChange::kLeads:
        break;
      case ReplicaChange::kRemoved:
      case ReplicaChange::kFollows:
        leave(partition.index);
        break;
      case ReplicaChange::kBecomesLeader:
        starting.push_back({partition.index, {partition.topic->id, partition.after->leader_epoch}});
        break;
    }
  }
  if (!starting.empty()) check_cleanup(starting.front().first, starting.front().second);
  for (const auto& [index, one] : starting) lead(index, one);
}

// Someone may have created the topic by hand.
void ShardHosts::check_cleanup(int32_t index, const Starting& starting) const {
  const auto partition = uses_.partitions.find(starting.topic_id, index);
  if (partition == nullptr || !partition->config()->deletes) return;
  LOG_WARN(
      "{} is cleaned up by deletion: what is older or larger than its retention allows is lost, even if it "
      "still counts. Set its cleanup.policy to compact with kafka-configs",
      config_.topic);
}

void ShardHosts::follow_count(const ClusterImage& after, const ImageDelta& delta) {
  absl::MutexLock lock(&mutex_);
  for (const TopicImage* removed : delta.removed_topics) {
    if (removed->name == config_.topic) seen_partitions_.reset();
  }
  const TopicImage* topic = after.topics().find(config_.topic);
  if (topic == nullptr) return;
  const auto count = static_cast<int32_t>(topic->partitions.size());
  if (!seen_partitions_) seen_partitions_ = count;
  const bool changed = std::any_of(delta.partitions.begin(), delta.partitions.end(),
                                   [&](const auto& partition) { return partition.topic == topic; });
  if (changed && count != *seen_partitions_) {
    LOG_WARN(
        "{} has {} partitions now, and had {}: the new ones are not used before this node is restarted, and "
        "then "
        "most groups and ids belong to another partition, without what theirs knows of them",
        config_.topic, count, *seen_partitions_);
  }
}

void ShardHosts::lead(int32_t index, const Starting& starting) {
  std::shared_ptr<ShardHost> leading, made;
  {
    absl::MutexLock lock(&mutex_);
    if (auto found = hosts_.find(index); found != hosts_.end()) leading = found->second;
  }
  if (leading && leading->id().topic_id == starting.topic_id && leading->continue_in(starting.leader_epoch)) {
    return;
  }
  leave(index);
  {
    absl::MutexLock lock(&mutex_);
    made = make(index, starting);
    if (!made && !stopped_) without_log_[index] = starting;
  }
  if (made) made->start();
}

void ShardHosts::leave(int32_t index) {
  std::shared_ptr<ShardHost> left;
  {
    absl::MutexLock lock(&mutex_);
    without_log_.erase(index);
    auto found = hosts_.find(index);
    if (found == hosts_.end()) return;
    left = std::move(found->second);
    hosts_.erase(found);
  }
  left->resign([] {});
}

std::shared_ptr<ShardHost> ShardHosts::make(int32_t index, const Starting& starting) {
  auto partition = uses_.partitions.find(starting.topic_id, index);
  if (partition == nullptr || stopped_) return nullptr;
  auto made =
      std::make_shared<ShardHost>(ShardHost::Uses{uses_.clock, uses_.workers, uses_.loop_of(index)},
                                  config_.host, std::move(partition), starting.leader_epoch, uses_.make);
  without_log_.erase(index);
  hosts_[index] = made;
  return made;
}

void ShardHosts::stop(Task done) {
  struct Leaving {
    std::atomic<size_t> left;
    Task done;
  };
  std::vector<std::shared_ptr<ShardHost>> hosts;
  {
    absl::MutexLock lock(&mutex_);
    stopped_ = true;
    without_log_.clear();
    for (auto& [index, host] : hosts_) hosts.push_back(std::move(host));
    hosts_.clear();
  }
  if (hosts.empty()) return done();
  auto leaving = std::make_shared<Leaving>();
  leaving->left = hosts.size();
  leaving->done = std::move(done);
  for (const auto& host : hosts) {
    host->resign([leaving] {
      if (--leaving->left == 0) leaving->done();
    });
  }
}

Outcome<std::shared_ptr<ShardHost>> ShardHosts::find(std::string_view key) {
  std::shared_ptr<ShardHost> made;
  {
    absl::MutexLock lock(&mutex_);
    if (stopped_) return Error{ErrorCode::kCoordinatorNotAvailable};
    const int32_t index = coordinator_partition(key, seen_partitions_.value_or(config_.partitions));
    if (auto found = hosts_.find(index); found != hosts_.end()) return found->second;
    auto waiting = without_log_.find(index);
    if (waiting == without_log_.end()) return Error{ErrorCode::kNotCoordinator};
    made = make(index, Starting(waiting->second));
  }
  if (!made) return Error{ErrorCode::kNotCoordinator};
  made->start();
  return made;
}

Outcome<std::vector<std::shared_ptr<ShardHost>>> ShardHosts::all() const {
  absl::ReaderMutexLock lock(&mutex_);
  if (stopped_) return Error{ErrorCode::kCoordinatorNotAvailable};
  std::vector<std::shared_ptr<ShardHost>> hosts;
  for (const auto& [index, host] : hosts_) hosts.push_back(host);
  return hosts;
}

int32_t ShardHosts::partitions() const {
  absl::ReaderMutexLock lock(&mutex_);
  return seen_partitions_.value_or(config_.partitions);
}

}  // namespace klamm::broker
