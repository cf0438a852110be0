// ReplicaManager: makes this node hold the replicas that the cluster's metadata assigns to it. It follows the
// published images, and keeps what the logs need over time: checkpoints, retention, flushes, and removal of
// what was deleted.
//
// Everything here runs on one lane of the disk workers, but for the constructor and load(). Handlers reach
// the replicas through Partitions.
//
// A disk that is full is not broken: what it had no room for is tried again, and the node goes on meanwhile.
// (Kafka takes the directory offline, and ends when it was the last one.) Nor is it when the process may open
// no more files. Any other error of a disk ends it.
#pragma once

#include <atomic>
#include <functional>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "base/clock.h"
#include "broker/config/node_config.h"
#include "broker/config/topic_config.h"
#include "broker/metadata/image_delta.h"
#include "broker/replica/log_manager.h"
#include "broker/replica/partitions.h"
#include "broker/replica/repairs.h"

namespace klamm::broker {

class ReplicaManager {
 public:
  struct Uses {
    storage::Disk& disk;
    const Clock& clock;
    Partitions& partitions;
    Workers& flushers;
    Shortage& shortage;
    // The last log directory has failed: the process ends with this message.
    std::function<void(const std::string&)> fatal;
    // A leader's proposal of other in-sync replicas; from any thread.
    std::function<void(const PartitionKey&, IsrProposal)> propose{};
    // A replica follows another broker from now on, or in a later epoch; or it follows nobody.
    std::function<void(const std::shared_ptr<Partition>&, NodeId leader, Epoch leader_epoch)> follow{};
    std::function<void(const PartitionKey&)> unfollow{};
    // A segment is to be examined: Partition::Uses. And damage was found, from any thread: on_damage() on the
    // lane.
    std::function<void(std::shared_ptr<Partition>, storage::SegmentExam)> examine{};
    std::function<void(const PartitionKey&)> on_damage{};
    // The controller is to be told in which directory a replica is; said again, it changes nothing.
    std::function<void(const PartitionKey&, const Uuid& directory)> assign_directory{};
    metrics::NodeStats* stats = nullptr;  // Partition::Uses
    ReplicationQuotas* quotas = nullptr;  // Partition::Uses; their rates are set here
  };

  ReplicaManager(const Uses& uses, const NodeConfig& config, std::unique_ptr<LogManager> logs);

  // Before anything else: recovers the logs that are there. Fails soon when it `is_cancelled`, which is asked
  // from any thread.
  Result<void, Failure> load(const std::function<bool()>& is_cancelled = {});

  // The node's metadata has gone from one image to another.
  void apply(const ClusterImage& before, const ClusterImage& after);
  // The first image that is complete has been applied: logs that nobody claimed are strays.
  void finish_start();

  // How many replicas this node has or is to have; from any thread.
  size_t count() const { return count_.load(std::memory_order_relaxed); }

  // Upkeep, each called when it is due.
  // After flushing what was sealed meanwhile, so that a crash leaves no more than the last segments to
  // examine.
  void write_recovery_points();
  void write_log_starts() { write_checkpoint(storage::CheckpointKind::kLogStart); }
  // Logs have been cut: what is appended to them from here on may not pass for synced, nor for deleted.
  void write_cuts();
  void write_high_watermarks() { write_checkpoint(storage::CheckpointKind::kHighWatermark); }
  void apply_retention();
  // The smallest flush.ms of a topic; INT64_MAX when none has one. From any thread.
  int64_t flush_ms_min() const { return flush_ms_min_.load(std::memory_order_relaxed); }
  void flush_due();
  void expire_producers();
  // Of all that are led here: who has lagged for too long leaves the in-sync replicas.
  void check_followers();
  // A part of it at a time; has_removals() says whether there is more to remove at once.
  void remove_deleted();
  bool has_removals() const { return has_removals_; }
  void close_idle_files();
  // Whether something waits for room on a disk, or for its repair; from any thread.
  bool has_waiting() const { return has_waiting_.load(std::memory_order_relaxed); }
  void retry_waiting();
  // A replica's log was found damaged, or is no longer: replica_manager_damage.cc.
  void on_damage(const PartitionKey& key);

  // Flushes and closes every log, and says so in the directories, so that the next start need not look.
  void close(int64_t broker_epoch);

  // For DescribeLogDirs.
  struct DirectoryReport {
    std::string path;
    std::vector<std::pair<std::shared_ptr<Partition>, uint64_t>> sizes;
    storage::DiskSpace space;
  };
  std::vector<DirectoryReport> describe() const;
  const LogManager& logs() const { return *logs_; }

 private:
  struct Held {
    std::shared_ptr<Partition> partition;
    size_t directory = 0;
    int64_t last_flush_ms = 0;
    bool has_sealed = false;  // a segment was sealed and is not flushed yet
  };
  using Key = std::pair<Uuid, int32_t>;
  struct Deleted {
    int64_t due_ms;
    size_t directory;
    std::string name;
  };
  struct Leaving {
    size_t directory;
    storage::TopicPartition partition;
    int64_t delay_ms;
  };
  struct RetiredLater {
    int64_t due_ms;
    storage::RetiredFiles files;
  };

  // A replica that is to be here, and its partition as the image has it.
  struct Starting {
    const TopicImage* topic;
    int32_t index;
    const PartitionImage* state;
  };

  void start_replicas(const std::vector<Starting>& starting, const ClusterImage& image);
  std::shared_ptr<Partition> hold(const TopicImage& topic, int32_t index, OpenLog log,
                                  const TopicConfig& config);
  void stop_replica(const TopicImage& topic, int32_t index);
  void assign(const Starting& starting, const ClusterImage& image);
  void tell_directory(const Held& held, const PartitionKey& key, const PartitionImage& state,
                      const ClusterImage& image);
  Repairs::Uses repair_uses();
  void begin_repair(const Held& held);
  void set_aside(const Leaving& leaving);
  size_t threads() const;
  size_t syncing_threads() const;
  bool is_leaving(const storage::TopicPartition& name) const;
  void follow_broker_settings(const ClusterImage& image, const ImageDelta& delta);
  void reconfigure(const ClusterImage& image, const ImageDelta& delta);
  void find_flush_ms_min();
  void tell_of(const ConfigDelta& change);
  storage::LogConfig log_config(const TopicConfig& config, const storage::TopicPartition& name) const;
  storage::DiskResult<> flush(Held& held, storage::Log::FlushScope scope);
  void flush_sealed();
  static std::optional<Offset> checkpointed(storage::CheckpointKind kind, const Held& held);
  // As check().
  bool write_checkpoint(storage::CheckpointKind kind);
  // True when it went well. Want of room is reported once; for anything else the node goes down, as its only
  // directories have failed it.
  bool check(const storage::DiskResult<>& result);

  const Uses uses_;
  const NodeConfig& config_;
  const std::unique_ptr<LogManager> logs_;
  std::map<Key, Held> held_;
  bool held_others_ = false;  // than when flush_ms_min_ was found
  std::vector<Deleted> deleted_;
  std::vector<RetiredLater> retired_;
  bool has_removals_ = false;  // that are due, when remove_deleted() was called last
  std::atomic<int64_t> flush_ms_min_{INT64_MAX};
  std::atomic<size_t> count_{0};
  int64_t producer_id_expiration_ms_;
  ClusterImage image_;       // the last one that was applied
  std::set<Key> unstarted_;  // replicas that there was no room for
  std::vector<Leaving> leaving_;
  std::atomic<bool> has_waiting_{false};
  Repairs repairs_;
  // What comes late (a chore, an image that was on its way) may not touch a directory that is marked clean.
  bool closed_ = false;
};

}  // namespace klamm::broker
