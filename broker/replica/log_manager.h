// LogManager: the node's log directories and the logs in them: opened and recovered at start, created, set
// aside and closed later. Everything but open() and load() runs on one lane.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "base/random.h"
#include "base/result.h"
#include "broker/config/storage_config.h"
#include "broker/config/topic_config.h"
#include "broker/metrics/node_stats.h"
#include "storage/log.h"
#include "storage/log_dir.h"

namespace klamm::broker {

// Without jitter.
storage::LogConfig log_config_of(const TopicConfig& topic, int64_t producer_id_expiration_ms);
// How much earlier than segment.ms this log's segments are closed: always as much, so that it is nothing to
// remember, and spread over what segment.jitter.ms allows from log to log.
int64_t segment_jitter(const TopicConfig& topic, const storage::TopicPartition& name);

// A log that is open, and where it lies; or why it is not.
struct OpenLog {
  std::unique_ptr<storage::Log> log;
  size_t directory = 0;  // index into LogManager::directories()
  storage::DiskError failure;
  Offset high_watermark{0};  // as it was written down last
};

// A log that a replica wants.
struct WantedLog {
  storage::TopicPartition partition;
  Uuid topic_id;
  storage::LogConfig config;
};

class LogManager {
 public:
  // Locks and checks every directory of log.dirs. They agree on the cluster.
  static Result<std::unique_ptr<LogManager>, Failure> open(storage::Disk& disk, Random& random, NodeId node,
                                                           const StorageConfig& config);

  const std::vector<std::unique_ptr<storage::LogDir>>& directories() const { return directories_; }
  const std::string& cluster_id() const { return directories_.front()->cluster_id(); }
  // That were found, in all directories.
  size_t partition_count() const;
  // For this node's next registration: -1 unless all directories were left by the same clean shutdown.
  int64_t previous_broker_epoch() const { return previous_broker_epoch_; }

  // Opens every log that was found, recovering those of a directory that was not left clean; as many at a
  // time as there are threads. Fails soon when it `is_cancelled`, which is asked from any thread. `progress`
  // is told how far it is.
  Result<void, Failure> load(const TopicConfig& defaults, int64_t now_ms, size_t threads,
                             const std::function<bool()>& is_cancelled = {},
                             metrics::StartProgress* progress = nullptr);
  // num.recovery.threads.per.data.dir for all directories.
  size_t recovery_threads() const;

  // For each the log that load() found, or a new one, made by as many threads, and their names durable
  // together. A found log of another topic id under the same name is set aside first: it belongs to a topic
  // that was deleted while this node was away (KAFKA-14616).
  std::vector<OpenLog> take_or_create(const std::vector<WantedLog>& wanted, int64_t now_ms, size_t threads);
  // What load() found and nobody has taken is nobody's: set aside as stray, and kept for the operator.
  storage::DiskResult<> set_aside_strays();
  // What load() found and nobody has taken yet, as when the node stops before its metadata has come: it is
  // closed like the rest, and what the checkpoints said of it stays in them.
  storage::DiskResult<> close_unclaimed(size_t threads);
  // Whether one of them has a gap: the next start has to find it again, and may not believe the log.
  bool has_unclaimed_gap() const;
  void add_unclaimed(storage::CheckpointKind kind,
                     std::vector<storage::OffsetCheckpoint>& by_directory) const;
  // Renames a closed partition's directory as deleted; answers what to give to remove_deleted() later.
  // Durable after sync_names(), and before anything is removed.
  storage::DiskResult<std::string> set_aside_deleted(size_t directory,
                                                     const storage::TopicPartition& partition);
  storage::DiskResult<> sync_names();
  storage::DiskResult<> remove_deleted(size_t directory, const std::string& name);
  // Left over from an earlier process: to be removed in the background.
  std::vector<std::pair<size_t, std::string>> take_leftovers();

  storage::DiskResult<> write_checkpoint(storage::CheckpointKind kind,
                                         const std::vector<storage::OffsetCheckpoint>& by_directory);
  storage::DiskResult<> mark_clean(int64_t broker_epoch);

 private:
  struct Found {
    size_t directory;
    Uuid topic_id;
    std::unique_ptr<storage::Log> log;
    bool is_wanted = false;  // by a replica that has yet to get it: there was no room for what goes before
  };

  LogManager(storage::Disk& disk, const StorageConfig& config) : disk_(disk), config_(config) {}
  storage::DiskResult<std::unique_ptr<storage::Log>> open_log(size_t directory,
                                                              const storage::FoundPartition& found,
                                                              const TopicConfig& config, int64_t now_ms,
                                                              const std::function<bool()>& is_cancelled);
  void lower_recovery_points();
  // Leaves `log` empty when there is none that may be taken.
  storage::DiskResult<> take(const WantedLog& wanted, int64_t now_ms, OpenLog& log);
  // Of `logs` those at `fresh`, whose directories were chosen.
  void make(const std::vector<WantedLog>& wanted, const std::vector<size_t>& fresh, int64_t now_ms,
            size_t threads, std::vector<OpenLog>& logs);
  storage::DiskResult<std::unique_ptr<storage::Log>> make_log(const WantedLog& wanted, size_t directory,
                                                              int64_t now_ms);
  size_t emptiest_directory() const;

  storage::Disk& disk_;
  const StorageConfig config_;
  std::vector<std::unique_ptr<storage::LogDir>> directories_;
  std::vector<size_t> partition_counts_;  // by directory
  std::map<storage::TopicPartition, Found> found_;
  int64_t previous_broker_epoch_ = -1;
};

}  // namespace klamm::broker
