#include "broker/replica/log_manager.h"

#include <fmt/core.h>

#include <algorithm>
#include <cerrno>

#include "base/bytes.h"
#include "base/check.h"
#include "base/crc32c.h"
#include "base/logging.h"
#include "base/mutants.h"
#include "broker/replica/parallel.h"

namespace klamm::broker {
namespace {

using storage::CheckpointKind;

// What can be recovered at once, and how it went.
struct LoadJob {
  size_t directory;
  const storage::FoundPartition* found;
  std::unique_ptr<storage::Log> log;
  std::string failure;
};

}  // namespace

storage::LogConfig log_config_of(const TopicConfig& topic, int64_t producer_id_expiration_ms) {
  storage::LogConfig config;
  config.segment_bytes = topic.segment_size_max;
  config.segment_ms = topic.segment_ms;
  config.segment_index_bytes = topic.segment_index_bytes;
  config.index_interval_bytes = topic.index_interval_bytes;
  config.retention_ms = topic.retention_ms;
  config.retention_bytes = topic.retention_bytes;
  config.remove = topic.deletes;
  config.compact = topic.compacts;
  config.file_delete_delay_ms = topic.file_delete_delay_ms;
  config.producer_id_expiration_ms = producer_id_expiration_ms;
  return config;
}

int64_t segment_jitter(const TopicConfig& topic, const storage::TopicPartition& name) {
  const int64_t most = std::min(topic.segment_jitter_ms, topic.segment_ms);
  const std::string text = fmt::format("{}-{}", name.topic, name.partition);
  return most <= 0 ? 0 : crc32c(as_bytes(text)) % most;
}

Result<std::unique_ptr<LogManager>, Failure> LogManager::open(storage::Disk& disk, Random& random,
                                                              NodeId node, const StorageConfig& config) {
  std::unique_ptr<LogManager> manager(new LogManager(disk, config));
  storage::LogDirOwner owner{node, std::nullopt};
  std::vector<std::optional<storage::CleanShutdown>> marks;
  for (const std::string& path : config.log_dirs) {
    auto directory = storage::LogDir::open(disk, random, path, owner);
    if (!directory) return Error{Failure{directory.error().message}};
    owner.cluster_id = (*directory)->cluster_id();
    marks.push_back((*directory)->clean_shutdown());
    manager->directories_.push_back(std::move(*directory));
  }
  manager->previous_broker_epoch_ = storage::previous_broker_epoch(marks);
  manager->partition_counts_.resize(config.log_dirs.size());
  return manager;
}

size_t LogManager::partition_count() const {
  size_t count = 0;
  for (const auto& directory : directories_) count += directory->found().size();
  return count;
}

size_t LogManager::recovery_threads() const {
  return directories_.size() * static_cast<size_t>(std::max(config_.recovery_threads_per_dir, 1));
}

Result<void, Failure> LogManager::load(const TopicConfig& defaults, int64_t now_ms, size_t threads,
                                       const std::function<bool()>& is_cancelled,
                                       metrics::StartProgress* progress) {
  std::vector<LoadJob> jobs;
  for (size_t i = 0; i < directories_.size(); ++i) {
    for (const storage::FoundPartition& found : directories_[i]->found()) {
      bool usable = found.kind == storage::PartitionDirectoryKind::kCurrent && found.topic_id;
      if (usable) jobs.push_back({i, &found, nullptr, {}});
    }
  }
  if (progress != nullptr) progress->logs = static_cast<int64_t>(jobs.size());
  for_each_parallel(jobs.size(), threads, [&](size_t i) {
    LoadJob& job = jobs[i];
    if (is_cancelled && is_cancelled()) return;
    auto log = open_log(job.directory, *job.found, defaults, now_ms, is_cancelled);
    if (log)
      job.log = std::move(*log);
    else
      job.failure = log.error().what;
    if (progress != nullptr) ++progress->logs_loaded;
  });
  if (is_cancelled && is_cancelled()) return Error{Failure{"the logs were not all recovered: the node ends"}};
  for (LoadJob& job : jobs) {
    if (!job.log)
      return Error{Failure{fmt::format("the log {} cannot be loaded: {}", job.found->name, job.failure)}};
    found_.emplace(job.found->partition, Found{job.directory, *job.found->topic_id, std::move(job.log)});
    ++partition_counts_[job.directory];
  }
  lower_recovery_points();
  return {};
}

// A log may have less than its checkpoint says: a backup was put back, or a power cut came between a
// truncation and the checkpoint. What is appended there now would pass for synced at the next start.
void LogManager::lower_recovery_points() {
  for (size_t i = 0; i < directories_.size(); ++i) {
    storage::OffsetCheckpoint points = directories_[i]->found_checkpoint(CheckpointKind::kRecoveryPoint);
    bool is_lower = false;
    for (auto& [partition, point] : points) {
      auto found = found_.find(partition);
      if (found == found_.end() || found->second.directory != i) continue;
      const storage::Log& log = *found->second.log;
      if (log.end().offset < point) {
        LOG_ERROR(
            "{} ends at offset {}, although everything below {} had been synced: what lies between is "
            "lost, unless an older copy of the directory was put in its place on purpose",
            log.directory(), log.end().offset.value, point.value);
      }
      is_lower |= log.recovery_point() < point;
      point = std::min(point, log.recovery_point());
    }
    if (!is_lower) continue;
    auto written = directories_[i]->write_checkpoint(CheckpointKind::kRecoveryPoint, points);
    if (!written) LOG_WARN("{}; it is tried again with the next checkpoint", written.error().what);
  }
}

storage::DiskResult<std::unique_ptr<storage::Log>> LogManager::open_log(
    size_t directory, const storage::FoundPartition& found, const TopicConfig& config, int64_t now_ms,
    const std::function<bool()>& is_cancelled) {
  const storage::LogDir& dir = *directories_[directory];
  auto hint = [&](CheckpointKind kind) {
    const storage::OffsetCheckpoint& checkpoint = dir.found_checkpoint(kind);
    auto known = checkpoint.find(found.partition);
    return known == checkpoint.end() ? Offset{0} : known->second;
  };
  // Whether the topic is compacted, and how long producers are remembered, is known once the metadata is.
  // Until then a gap between offsets proves nothing, and nobody is forgotten.
  storage::LogConfig recovering = log_config_of(config, INT32_MAX);
  recovering.compact = true;
  storage::OpenHints hints{mutant::kTailNotExamined || dir.clean_shutdown().has_value(),
                           hint(CheckpointKind::kRecoveryPoint), hint(CheckpointKind::kLogStart)};
  hints.is_cancelled = is_cancelled;
  return storage::Log::open(disk_, dir.path_of(found.name), recovering, hints, now_ms);
}

std::vector<OpenLog> LogManager::take_or_create(const std::vector<WantedLog>& wanted, int64_t now_ms,
                                                size_t threads) {
  std::vector<OpenLog> logs(wanted.size());
  std::vector<size_t> fresh;
  for (size_t i = 0; i < wanted.size(); ++i) {
    if (auto taken = take(wanted[i], now_ms, logs[i]); !taken) {
      logs[i].failure = taken.error();
    } else if (!logs[i].log) {
      fresh.push_back(i);
      logs[i].directory = emptiest_directory();
      ++partition_counts_[logs[i].directory];
    }
  }
  make(wanted, fresh, now_ms, threads, logs);
  for (size_t i : fresh) partition_counts_[logs[i].directory] -= logs[i].log ? 0 : 1;
  return logs;
}

storage::DiskResult<> LogManager::take(const WantedLog& wanted, int64_t now_ms, OpenLog& log) {
  auto found = found_.find(wanted.partition);
  if (found == found_.end()) return {};
  log.directory = found->second.directory;
  // Its gap could not be cut, for its disk has failed: nothing more may be asked of it.
  if (found->second.log->is_failed())
    return Error{storage::DiskError{EIO, found->second.log->directory() + " was given up"}};
  const bool is_its_own = mutant::kOldTopicAdopted || found->second.topic_id == wanted.topic_id;
  if (is_its_own != mutant::kStraysInverted) {
    storage::Log& there = *found->second.log;
    found->second.is_wanted = true;
    there.update_config(wanted.config);
    if (!wanted.config.compact) {
      if (auto cut = there.cut_at_gap(now_ms); !cut) return cut;
    }
    there.expire_producers(now_ms);
    log.log = std::move(found->second.log);
    const auto& marks = directories_[log.directory]->found_checkpoint(CheckpointKind::kHighWatermark);
    if (const auto mark = marks.find(wanted.partition); mark != marks.end())
      log.high_watermark = mark->second;
    found_.erase(found);
    return {};
  }
  LOG_WARN("{}-{} on disk belongs to topic id {}, not to {}: it is set aside", wanted.partition.topic,
           wanted.partition.partition, found->second.topic_id.to_string(), wanted.topic_id.to_string());
  if (auto closed = found->second.log->close(); !closed) return closed;
  auto aside = directories_[log.directory]->set_aside(wanted.partition.to_string(),
                                                      storage::PartitionDirectoryKind::kStray);
  if (!aside) return Error{aside.error()};
  --partition_counts_[log.directory];
  found_.erase(found);
  return {};
}

// No log is given out before its directory's name is durable: what is flushed to it could be lost with that.
void LogManager::make(const std::vector<WantedLog>& wanted, const std::vector<size_t>& fresh, int64_t now_ms,
                      size_t threads, std::vector<OpenLog>& logs) {
  std::vector<std::vector<storage::TopicPartition>> names(directories_.size());
  for (size_t i : fresh) names[logs[i].directory].push_back(wanted[i].partition);
  std::vector<storage::DiskResult<>> usable(directories_.size());
  for (size_t i = 0; i < directories_.size(); ++i) usable[i] = directories_[i]->forget_offsets(names[i]);
  for_each_parallel(fresh.size(), threads, [&](size_t at) {
    OpenLog& log = logs[fresh[at]];
    if (!usable[log.directory]) return;
    auto made = make_log(wanted[fresh[at]], log.directory, now_ms);
    if (made)
      log.log = std::move(*made);
    else
      log.failure = made.error();
  });
  for (size_t i = 0; i < directories_.size(); ++i) {
    if (usable[i] && !names[i].empty()) usable[i] = directories_[i]->sync_names();
  }
  for (size_t i : fresh) {
    if (usable[logs[i].directory]) continue;
    logs[i].log.reset();
    logs[i].failure = usable[logs[i].directory].error();
  }
}

storage::DiskResult<std::unique_ptr<storage::Log>> LogManager::make_log(const WantedLog& wanted,
                                                                        size_t directory, int64_t now_ms) {
  storage::LogDir& dir = *directories_[directory];
  // One that is there already had no topic id, and nobody has looked into it: it may hold what a crash left.
  const bool is_new = !disk_.exists(dir.path_of(wanted.partition.to_string()));
  auto path = dir.create_partition(wanted.partition, wanted.topic_id);
  if (!path) return Error{path.error()};
  storage::OpenHints hints;
  hints.clean_shutdown = is_new;
  return storage::Log::open(disk_, *path, wanted.config, hints, now_ms);
}

storage::DiskResult<> LogManager::set_aside_strays() {
  for (auto at = found_.begin(); at != found_.end();) {
    auto& [partition, found] = *at;
    if (found.is_wanted != mutant::kStraysInverted) {
      ++at;
      continue;
    }
    LOG_WARN("{}-{} (topic id {}) is on disk but not assigned to this node: it is kept as a stray directory",
             partition.topic, partition.partition, found.topic_id.to_string());
    if (auto closed = found.log->close(); !closed) return closed;
    auto aside = directories_[found.directory]->set_aside(partition.to_string(),
                                                          storage::PartitionDirectoryKind::kStray);
    if (!aside) return Error{aside.error()};
    --partition_counts_[found.directory];
    at = found_.erase(at);
  }
  return sync_names();
}

storage::DiskResult<> LogManager::close_unclaimed(size_t threads) {
  std::vector<storage::Log*> logs;
  for (auto& [partition, found] : found_) logs.push_back(found.log.get());
  std::vector<storage::DiskResult<>> results(logs.size());
  for_each_parallel(logs.size(), threads, [&](size_t i) {
    if (logs[i]->is_failed()) {
      results[i] = Error{storage::DiskError{EIO, logs[i]->directory() + " was given up"}};
    } else {
      results[i] = logs[i]->close();
    }
  });
  for (storage::DiskResult<>& closed : results)
    if (!closed) return std::move(closed);
  return {};
}

bool LogManager::has_unclaimed_gap() const {
  return std::ranges::any_of(found_, [](const auto& entry) { return entry.second.log->has_gap(); });
}

void LogManager::add_unclaimed(CheckpointKind kind,
                               std::vector<storage::OffsetCheckpoint>& by_directory) const {
  for (const auto& [partition, found] : found_) {
    const auto& checkpoint = directories_[found.directory]->found_checkpoint(kind);
    auto known = checkpoint.find(partition);
    if (known == checkpoint.end()) continue;
    Offset offset = known->second;
    if (kind == CheckpointKind::kRecoveryPoint) offset = std::min(offset, found.log->recovery_point());
    by_directory[found.directory].emplace(partition, offset);
  }
}

storage::DiskResult<std::string> LogManager::set_aside_deleted(size_t directory,
                                                               const storage::TopicPartition& partition) {
  auto aside =
      directories_[directory]->set_aside(partition.to_string(), storage::PartitionDirectoryKind::kDeleted);
  if (aside) --partition_counts_[directory];
  return aside;
}

storage::DiskResult<> LogManager::sync_names() {
  storage::DiskResult<> result;
  for (const auto& directory : directories_) {
    if (auto synced = directory->sync_names(); !synced) result = synced;
  }
  return result;
}

storage::DiskResult<> LogManager::remove_deleted(size_t directory, const std::string& name) {
  return directories_[directory]->remove_deleted(name);
}

std::vector<std::pair<size_t, std::string>> LogManager::take_leftovers() {
  std::vector<std::pair<size_t, std::string>> leftovers;
  for (size_t i = 0; i < directories_.size(); ++i) {
    for (const storage::FoundPartition& found : directories_[i]->found()) {
      if (found.kind == storage::PartitionDirectoryKind::kDeleted) leftovers.emplace_back(i, found.name);
    }
    directories_[i]->forget_found();
  }
  return leftovers;
}

storage::DiskResult<> LogManager::write_checkpoint(
    CheckpointKind kind, const std::vector<storage::OffsetCheckpoint>& by_directory) {
  CHECK(by_directory.size() == directories_.size());
  storage::DiskResult<> result;
  for (size_t i = 0; i < directories_.size(); ++i) {
    if (auto written = directories_[i]->write_checkpoint(kind, by_directory[i]); !written) result = written;
  }
  return result;
}

storage::DiskResult<> LogManager::mark_clean(int64_t broker_epoch) {
  for (const auto& directory : directories_) {
    if (auto marked = directory->mark_clean(broker_epoch); !marked) return marked;
  }
  return {};
}

size_t LogManager::emptiest_directory() const {
  auto least = std::min_element(partition_counts_.begin(), partition_counts_.end());
  return static_cast<size_t>(least - partition_counts_.begin());
}

}  // namespace klamm::broker
