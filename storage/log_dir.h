// One log directory: whose it is, what partitions are in it, and the checkpoints beside them.
// docs/format-directory.md shows the layout.
//
// Opening it locks it, checks its meta.properties, and takes the clean-shutdown mark away before anybody
// loads a log. Not thread-safe, but for what says so: whoever manages the node's logs calls it from one
// thread at a time.
//
// The names of partitions that are made or set aside are durable after sync_names(): one sync for as many of
// them as there are.
//
// After a DiskError from any function the directory is to be taken offline, as Kafka does; not after want of
// room (is_full), which leaves the old content in place, so that the call can be made again.
#pragma once

#include <array>
#include <atomic>
#include <memory>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <vector>

#include "base/random.h"
#include "base/result.h"
#include "base/types.h"
#include "base/uuid.h"
#include "storage/checkpoint.h"
#include "storage/clean_shutdown.h"
#include "storage/disk.h"
#include "storage/meta_properties.h"
#include "storage/partition_directory.h"

namespace klamm::storage {

// What a directory must be to be opened.
struct LogDirOwner {
  NodeId node_id = kNoNode;
  // Not known before the first directory has been opened.
  std::optional<std::string> cluster_id;
};

// Why a directory was not opened, as a sentence for the operator. One that is `offline` has a disk that fails
// or content that cannot be read: the node may go on with its other directories, as Kafka does. Any other
// failure (not formatted, of another cluster or node, in use) means that the node must not start.
struct LogDirFailure {
  bool offline = false;
  std::string message;
};

// A partition's directory as it was found when the log directory was opened.
struct FoundPartition {
  std::string name;
  TopicPartition partition;
  PartitionDirectoryKind kind = PartitionDirectoryKind::kCurrent;
  std::optional<Uuid> topic_id;
};

enum class CheckpointKind { kRecoveryPoint, kLogStart, kHighWatermark, kCleaner };
inline constexpr std::array<CheckpointKind, 4> kCheckpointKinds = {
    CheckpointKind::kRecoveryPoint, CheckpointKind::kLogStart, CheckpointKind::kHighWatermark,
    CheckpointKind::kCleaner};
// "recovery-point-offset-checkpoint" and so on.
std::string_view checkpoint_file(CheckpointKind kind);

inline constexpr std::string_view kMetadataTopic = "__cluster_metadata";

class LogDir {
 public:
  static Result<std::unique_ptr<LogDir>, LogDirFailure> open(Disk& disk, Random& random,
                                                             const std::string& path,
                                                             const LogDirOwner& owner);

  const std::string& path() const { return path_; }
  const std::string& cluster_id() const { return *meta_.cluster_id; }
  Uuid id() const { return *meta_.directory_id; }

  // How the directory was left. Without it every log has to be recovered.
  const std::optional<CleanShutdown>& clean_shutdown() const { return clean_shutdown_; }
  // All partitions' directories but that of the metadata log, in the order of their names.
  const std::vector<FoundPartition>& found() const { return found_; }
  // The checkpoint as it was found, without partitions that are no longer there.
  const OffsetCheckpoint& found_checkpoint(CheckpointKind kind) const { return checkpoint(kind).found; }
  // Frees what the two functions above give, once the logs are loaded.
  void forget_found();

  std::string path_of(std::string_view name) const { return path_ + "/" + std::string(name); }
  // Before partitions of these names are created: removes the offsets that the checkpoint files still hold
  // for earlier ones.
  DiskResult<> forget_offsets(std::span<const TopicPartition> partitions);
  // Makes the partition's directory with its partition.metadata, and answers its path. A directory that is
  // there already with the same topic id, or none, is completed; one of another topic is an error (EEXIST).
  // Several threads may do this at once, each for another partition.
  DiskResult<std::string> create_partition(const TopicPartition& partition, const Uuid& topic_id);
  // Renames a partition's directory as deleted or stray, so that its name is free; answers the new name.
  DiskResult<std::string> set_aside(const std::string& name, PartitionDirectoryKind kind);
  DiskResult<> sync_names();
  // Removes a directory that was set aside as deleted, once that is durable. Long: for a disk worker.
  DiskResult<> remove_deleted(const std::string& name);

  // Replaces the checkpoint file if it would change.
  DiskResult<> write_checkpoint(CheckpointKind kind, const OffsetCheckpoint& offsets);
  // The last act of a shutdown, when all logs were loaded, and are flushed and closed, and the checkpoints
  // written.
  DiskResult<> mark_clean(int64_t broker_epoch);

 private:
  struct Checkpoint {
    OffsetCheckpoint found;
    std::optional<size_t> written_hash;  // Of the text in the file; nothing while that is not known.
  };

  LogDir(Disk& disk, Random& random, std::string path)
      : disk_(disk), random_(random), path_(std::move(path)) {}

  std::optional<LogDirFailure> identify(const LogDirOwner& owner);
  std::optional<LogDirFailure> take_lock();
  DiskResult<> complete_identity();
  DiskResult<> read_checkpoints();
  DiskResult<> find_partitions();
  void drop_offsets_of_missing();
  const Checkpoint& checkpoint(CheckpointKind kind) const { return checkpoints_[static_cast<size_t>(kind)]; }
  Checkpoint& checkpoint(CheckpointKind kind) { return checkpoints_[static_cast<size_t>(kind)]; }

  Disk& disk_;
  Random& random_;
  const std::string path_;
  std::unique_ptr<DirectoryLock> lock_;
  MetaProperties meta_;
  std::optional<CleanShutdown> clean_shutdown_;
  bool marked_clean_ = false;
  std::vector<FoundPartition> found_;
  std::array<Checkpoint, kCheckpointKinds.size()> checkpoints_;
  // Partitions without a directory that a checkpoint file may still have an offset of.
  std::set<TopicPartition> stale_;
  std::atomic<bool> names_unsynced_{false};  // since the last sync_names() that went well
};

}  // namespace klamm::storage
