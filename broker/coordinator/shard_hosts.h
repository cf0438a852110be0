// ShardHosts: the partitions of one coordinator's topic that this node leads, each with its host. Follows the
// cluster's metadata behind the replica manager, and finds the host of a key.
#pragma once

#include <absl/base/thread_annotations.h>
#include <absl/synchronization/mutex.h>

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "broker/coordinator/shard_host.h"
#include "broker/metadata/image_delta.h"
#include "broker/replica/partitions.h"

namespace klamm::broker {

class ShardHosts {
 public:
  struct Uses {
    const Clock& clock;
    Workers& workers;
    const Partitions& partitions;
    std::function<Loop&(int32_t partition)> loop_of;  // whose deadlines go off where
    ShardHost::MakeShard make;
  };
  struct Config {
    NodeId self;
    std::string topic;
    int32_t partitions = 50;  // until the topic is there
    ShardHost::Config host;
  };

  ShardHosts(Uses uses, Config config) : uses_(std::move(uses)), config_(std::move(config)) {}

  // The node's metadata has come to `after`, by `delta`, and its replicas with it. One call at a time.
  void follow(const ClusterImage& after, const ImageDelta& delta) ABSL_LOCKS_EXCLUDED(mutex_);
  // Every host resigns, and none starts any more; then `done`, on any thread.
  void stop(Task done) ABSL_LOCKS_EXCLUDED(mutex_);

  // The rest from any thread.
  // NOT_COORDINATOR where this node does not lead the key's partition, COORDINATOR_NOT_AVAILABLE when it
  // stops.
  Outcome<std::shared_ptr<ShardHost>> find(std::string_view key) ABSL_LOCKS_EXCLUDED(mutex_);
  // By partition; COORDINATOR_NOT_AVAILABLE when it stops.
  Outcome<std::vector<std::shared_ptr<ShardHost>>> all() const ABSL_LOCKS_EXCLUDED(mutex_);
  // How many partitions the topic has, or is to have. Kept as they were when this node first saw the topic,
  // as Kafka does until a restart: more of them would give most keys another partition, without what the old
  // one knows of them.
  int32_t partitions() const ABSL_LOCKS_EXCLUDED(mutex_);

 private:
  struct Starting {
    Uuid topic_id;
    Epoch leader_epoch;
  };

  void follow_count(const ClusterImage& after, const ImageDelta& delta) ABSL_LOCKS_EXCLUDED(mutex_);
  void check_cleanup(int32_t index, const Starting& starting) const;
  void lead(int32_t index, const Starting& starting) ABSL_LOCKS_EXCLUDED(mutex_);
  void leave(int32_t index) ABSL_LOCKS_EXCLUDED(mutex_);
  // nullptr while the log is not there.
  std::shared_ptr<ShardHost> make(int32_t index, const Starting& starting)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);

  const Uses uses_;
  const Config config_;

  mutable absl::Mutex mutex_;
  std::map<int32_t, std::shared_ptr<ShardHost>> hosts_ ABSL_GUARDED_BY(mutex_);
  // Led here, but the replica manager could not make the log: it tries again without a new image.
  std::map<int32_t, Starting> without_log_ ABSL_GUARDED_BY(mutex_);
  std::optional<int32_t> seen_partitions_ ABSL_GUARDED_BY(mutex_);
  bool stopped_ ABSL_GUARDED_BY(mutex_) = false;
};

}  // namespace klamm::broker
