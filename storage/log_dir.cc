#include "storage/log_dir.h"

#include <fmt/core.h>

#include <cerrno>
#include <functional>

#include "base/logging.h"
#include "storage/partition_metadata.h"

namespace klamm::storage {
namespace {

constexpr std::string_view kLockFile = ".lock";

LogDirFailure refused(std::string message) { return {false, std::move(message)}; }

LogDirFailure offline(const DiskError& error) {
  std::string remedy = error.code == EACCES || error.code == EPERM || error.code == EROFS
                           ? "; the user that runs the node must be able to read and write the directory"
                           : "";
  return {true, error.what + remedy};
}

size_t hash_of(std::string_view text) { return std::hash<std::string_view>()(text); }

}  // namespace

std::string_view checkpoint_file(CheckpointKind kind) {
  switch (kind) {
    case CheckpointKind::kRecoveryPoint:
      return "recovery-point-offset-checkpoint";
    case CheckpointKind::kLogStart:
      return "log-start-offset-checkpoint";
    case CheckpointKind::kHighWatermark:
      return "replication-offset-checkpoint";
    case CheckpointKind::kCleaner:
      return "cleaner-offset-checkpoint";
  }
  return "";
}

Result<std::unique_ptr<LogDir>, LogDirFailure> LogDir::open(Disk& disk, Random& random,
                                                            const std::string& path,
                                                            const LogDirOwner& owner) {
  std::unique_ptr<LogDir> dir(new LogDir(disk, random, path));
  // Nothing is written, not even a lock file, into a directory that is not this node's.
  if (auto failure = dir->identify(owner)) return Error{*failure};
  if (auto failure = dir->take_lock()) return Error{*failure};
  if (auto done = dir->complete_identity(); !done) return Error{offline(done.error())};
  auto clean = take_clean_shutdown(disk, path);
  if (!clean) return Error{offline(clean.error())};
  dir->clean_shutdown_ = *clean;
  if (auto done = dir->read_checkpoints(); !done) return Error{offline(done.error())};
  if (auto done = dir->find_partitions(); !done) return Error{offline(done.error())};
  dir->drop_offsets_of_missing();
  return dir;
}

std::optional<LogDirFailure> LogDir::identify(const LogDirOwner& owner) {
  auto meta = read_meta_properties(disk_, path_);
  if (!meta && meta.error().code == ENOENT) {
    return refused(
        fmt::format("{} is not formatted: it has no {}. Format it with `klamm storage format --config FILE "
                    "--cluster-id ID`, or set log.dirs to this node's directories",
                    path_, kMetaPropertiesFile));
  }
  if (!meta && meta.error().code == ENOTDIR) {
    return refused(fmt::format("{} is a file, not a directory: set log.dirs to directories", path_));
  }
  if (!meta) return offline(meta.error());
  meta_ = *meta;
  std::string file = path_of(kMetaPropertiesFile);
  if (meta_.version == 0 && !meta_.node_id && !meta_.cluster_id && !meta_.directory_id) {
    return refused(
        fmt::format("{} is empty, so that it cannot be told whose directory this is. Write version=1, "
                    "cluster.id, node.id={} and directory.id into it, as a backup or, but for the last, "
                    "another directory of this node has them; if nothing in {} is needed, remove all that is "
                    "in it and format it anew",
                    file, owner.node_id.value, path_));
  }
  if (!meta_.node_id || !meta_.cluster_id) {
    std::string_view key = meta_.node_id ? "cluster.id" : meta_.version == 0 ? "broker.id" : "node.id";
    return refused(
        fmt::format("{}: {} is missing, so that it cannot be told whose directory this is; add it, or "
                    "format the directory anew",
                    file, key));
  }
  if (owner.cluster_id && *owner.cluster_id != *meta_.cluster_id) {
    return refused(
        fmt::format("{} has cluster.id={}, but this node belongs to cluster {}: the directory is another "
                    "cluster's. Set log.dirs to this cluster's directories",
                    file, *meta_.cluster_id, *owner.cluster_id));
  }
  if (*meta_.node_id != owner.node_id) {
    return refused(
        fmt::format("{} has node id {}, but the configuration has node.id={}. Set node.id={}, or log.dirs to "
                    "this node's directories",
                    file, meta_.node_id->value, owner.node_id.value, meta_.node_id->value));
  }
  if (meta_.directory_id && is_reserved_directory_id(*meta_.directory_id)) {
    return refused(
        fmt::format("{} has directory.id={}, which is reserved; remove the line, and the node makes a new id",
                    file, meta_.directory_id->to_string()));
  }
  return std::nullopt;
}

std::optional<LogDirFailure> LogDir::take_lock() {
  auto lock = disk_.lock(path_of(kLockFile));
  if (!lock && lock.error().code == EWOULDBLOCK) {
    return refused(
        fmt::format("{} is in use: another process holds {}. Stop that broker, or give this node a "
                    "directory of its own in log.dirs",
                    path_, path_of(kLockFile)));
  }
  if (!lock) return offline(lock.error());
  lock_ = std::move(*lock);
  return std::nullopt;
}

DiskResult<> LogDir::complete_identity() {
  if (meta_.directory_id) return {};
  meta_.directory_id = random_directory_id(random_);
  LOG_INFO("{}: giving the directory the id {}", path_, meta_.directory_id->to_string());
  return write_meta_properties(disk_, path_, meta_);
}

DiskResult<> LogDir::read_checkpoints() {
  for (CheckpointKind kind : kCheckpointKinds) {
    auto offsets = read_offset_checkpoint(disk_, path_of(checkpoint_file(kind)));
    if (!offsets && offsets.error().code != EBADMSG) return Error{offsets.error()};
    // What is lost with one of these files is time or disk space, and no records: logs are recovered from
    // their start, deleted records seen again, high watermarks found anew by the leaders, cleaning begun
    // again. (Kafka takes the directory offline for want of the high watermarks.)
    if (!offsets) {
      LOG_WARN("{}; the node goes on as if the file were empty", offsets.error().what);
      continue;
    }
    checkpoint(kind).written_hash = hash_of(offset_checkpoint_text(*offsets));
    checkpoint(kind).found = std::move(*offsets);
  }
  return {};
}

DiskResult<> LogDir::find_partitions() {
  auto names = disk_.list(path_);
  if (!names) return Error{names.error()};
  for (const std::string& name : *names) {
    auto parsed = parse_partition_directory(name);
    if (!parsed) {
      LOG_DEBUG("{} is not a partition's directory", path_of(name));
      continue;
    }
    if (parsed->partition.topic == kMetadataTopic) continue;
    auto topic_id = read_partition_metadata(disk_, path_of(name));
    // A file that happens to be called like a partition.
    if (!topic_id && topic_id.error().code == ENOTDIR) continue;
    // What is thrown away need not be whole.
    bool deleted = parsed->kind == PartitionDirectoryKind::kDeleted;
    if (!topic_id && !deleted) return Error{topic_id.error()};
    found_.push_back({name, std::move(parsed->partition), parsed->kind, topic_id ? *topic_id : std::nullopt});
  }
  return {};
}

void LogDir::drop_offsets_of_missing() {
  std::set<TopicPartition> here;
  for (const FoundPartition& found : found_) {
    if (found.kind == PartitionDirectoryKind::kCurrent || found.kind == PartitionDirectoryKind::kFuture) {
      here.insert(found.partition);
    }
  }
  for (CheckpointKind kind : kCheckpointKinds) {
    std::erase_if(checkpoint(kind).found, [&](const auto& entry) {
      if (here.contains(entry.first)) return false;
      stale_.insert(entry.first);
      return true;
    });
  }
}

void LogDir::forget_found() {
  found_ = {};
  for (Checkpoint& checkpoint : checkpoints_) checkpoint.found = {};
}

DiskResult<std::string> LogDir::create_partition(const TopicPartition& partition, const Uuid& topic_id) {
  CHECK(!marked_clean_);
  CHECK(!topic_id.is_zero());
  std::string directory = path_of(partition.to_string());
  auto known = read_partition_metadata(disk_, directory);
  if (!known) return Error{known.error()};
  if (*known && **known != topic_id) {
    return Error{DiskError{EEXIST, fmt::format("cannot create {} for topic id {}: it belongs to topic id {}",
                                               directory, topic_id.to_string(), (*known)->to_string())}};
  }
  CHECK(!stale_.contains(partition));
  if (auto done = disk_.make_directories(directory); !done) return Error{done.error()};
  if (!*known) {
    if (auto done = write_partition_metadata(disk_, directory, topic_id); !done) return Error{done.error()};
  }
  names_unsynced_ = true;
  return directory;
}

// An offset of a deleted topic's partition must not meet a new topic of that name: its log start would hide
// the new records, and its recovery point would keep them from being recovered.
DiskResult<> LogDir::forget_offsets(std::span<const TopicPartition> partitions) {
  std::set<TopicPartition> stale;
  for (const TopicPartition& partition : partitions)
    if (stale_.contains(partition)) stale.insert(partition);
  if (stale.empty()) return {};
  for (CheckpointKind kind : kCheckpointKinds) {
    auto offsets = read_offset_checkpoint(disk_, path_of(checkpoint_file(kind)));
    // A damaged file holds nothing for the next start either.
    if (!offsets && offsets.error().code == EBADMSG) continue;
    if (!offsets) return Error{offsets.error()};
    if (std::erase_if(*offsets, [&](const auto& entry) { return stale.contains(entry.first); }) == 0)
      continue;
    if (auto done = write_checkpoint(kind, *offsets); !done) return done;
  }
  for (const TopicPartition& partition : stale) stale_.erase(partition);
  return {};
}

DiskResult<std::string> LogDir::set_aside(const std::string& name, PartitionDirectoryKind kind) {
  CHECK(!marked_clean_);
  CHECK(kind == PartitionDirectoryKind::kDeleted || kind == PartitionDirectoryKind::kStray);
  auto parsed = parse_partition_directory(name);
  CHECK(parsed && parsed->kind != PartitionDirectoryKind::kDeleted);
  std::string aside = marked_directory_name(parsed->partition, kind, random_);
  if (auto done = disk_.rename(path_of(name), path_of(aside)); !done) return Error{done.error()};
  stale_.insert(parsed->partition);
  names_unsynced_ = true;
  return aside;
}

DiskResult<> LogDir::sync_names() {
  if (!names_unsynced_) return {};
  if (auto done = disk_.sync_directory(path_); !done) return done;
  names_unsynced_ = false;
  return {};
}

DiskResult<> LogDir::remove_deleted(const std::string& name) {
  auto parsed = parse_partition_directory(name);
  CHECK(parsed && parsed->kind == PartitionDirectoryKind::kDeleted);
  // A power cut may bring it back under this name, and the next start removes it again; but half of it may
  // not come back under its old one.
  if (auto done = sync_names(); !done) return done;
  return disk_.remove_all(path_of(name));
}

DiskResult<> LogDir::write_checkpoint(CheckpointKind kind, const OffsetCheckpoint& offsets) {
  CHECK(!marked_clean_);
  std::string text = offset_checkpoint_text(offsets);
  size_t hash = hash_of(text);
  if (checkpoint(kind).written_hash == hash) return {};
  checkpoint(kind).written_hash.reset();
  if (auto done = replace_file(disk_, path_of(checkpoint_file(kind)), as_bytes(text)); !done) return done;
  checkpoint(kind).written_hash = hash;
  return {};
}

DiskResult<> LogDir::mark_clean(int64_t broker_epoch) {
  CHECK(!marked_clean_);
  marked_clean_ = true;
  return write_clean_shutdown(disk_, path_, broker_epoch);
}

}  // namespace klamm::storage
