#include "broker/replica/replica_manager.h"

#include <fmt/core.h>

#include <algorithm>
#include <optional>
#include <string_view>
#include <utility>

#include "base/check.h"
#include "base/logging.h"
#include "broker/config/alter.h"
#include "broker/config/broker_settings.h"
#include "broker/config/setting_notices.h"
#include "broker/config/value.h"
#include "broker/replica/parallel.h"
#include "broker/replica/replication_quota.h"

namespace klamm::broker {
namespace {

constexpr size_t kSyncingThreads = 64;
constexpr size_t kRemovedAtOnce = 100;

// The configurations of topics in one image, which outlives this. What the broker sets, and what that is to a
// topic without settings of its own, is worked out once for all of them.
class TopicConfigs {
 public:
  TopicConfigs(const ClusterImage& image, const NodeConfig& config)
      : topics_(image.configs()),
        broker_(BrokerSettings(image.configs(), config).effective()),
        plain_(resolve_topic_config({}, broker_)) {}

  TopicConfig of(std::string_view topic) const {
    const ConfigOverrides& own = topics_.of_topic(topic);
    return own.empty() ? plain_ : resolve_topic_config(to_config_map(own), broker_);
  }

 private:
  const ConfigsImage& topics_;
  const ConfigMap broker_;
  const TopicConfig plain_;
};

// Which replicas of topics are throttled here (KIP-73). A topic's lists are read once for those of its
// partitions that stand together; the broker's settings have none.
class Throttles {
 public:
  Throttles(const ConfigsImage& configs, NodeId self) : configs_(configs), self_(self) {}

  void apply(Partition& partition) {
    const TopicPartitionId& id = partition.id();
    if (!topic_ || *topic_ != id.topic) read(id.topic);
    partition.throttle(leader_.has(id.partition, self_), follower_.has(id.partition, self_));
  }

 private:
  void read(const std::string& topic) {
    const ConfigOverrides& own = configs_.of_topic(topic);
    const auto list = [&own](std::string_view key) {
      const std::string* text = own.find(key);
      return ThrottledReplicas(text == nullptr ? std::string_view() : std::string_view(*text));
    };
    leader_ = list("leader.replication.throttled.replicas");
    follower_ = list("follower.replication.throttled.replicas");
    topic_ = topic;
  }

  const ConfigsImage& configs_;
  const NodeId self_;
  std::optional<std::string> topic_;
  ThrottledReplicas leader_{""};
  ThrottledReplicas follower_{""};
};

// Bytes per second.
int64_t throttled_rate(const ConfigMap& settings, std::string_view name) {
  const auto set = settings.find(name);
  const ConfigKey* key = broker_keys().find(name);
  CHECK(key != nullptr);
  if (set == settings.end()) return ReplicationQuota::kUnlimited;
  const Result<ConfigValue, Failure> rate = parse_value(*key, set->second);
  return rate ? std::get<int64_t>(*rate) : ReplicationQuota::kUnlimited;
}

}  // namespace

ReplicaManager::ReplicaManager(const Uses& uses, const NodeConfig& config, std::unique_ptr<LogManager> logs)
    : uses_(uses),
      config_(config),
      logs_(std::move(logs)),
      producer_id_expiration_ms_(config.storage.producer_id_expiration_ms),
      repairs_(repair_uses()) {}

// Opening logs is mostly waiting for disks, so that it takes the disk workers' number of threads even where
// num.recovery.threads.per.data.dir asks for fewer.
size_t ReplicaManager::threads() const {
  return std::max(logs_->recovery_threads(), static_cast<size_t>(std::max(config_.network.disk_workers, 1)));
}

// Making and closing logs is waiting for syncs and hardly anything else, several for each. Those that wait
// together become one commit of the file system's journal: the more there are at a time, the sooner they are
// all done. Where one thread is asked for, it stays alone.
size_t ReplicaManager::syncing_threads() const {
  return threads() == 1 ? 1 : std::max(threads(), kSyncingThreads);
}

Result<void, Failure> ReplicaManager::load(const std::function<bool()>& is_cancelled) {
  const ClusterImage none;
  return logs_->load(TopicConfigs(none, config_).of(""), uses_.clock.wall_ms(), threads(), is_cancelled,
                     uses_.stats == nullptr ? nullptr : &uses_.stats->start);
}

void ReplicaManager::apply(const ClusterImage& before, const ClusterImage& after) {
  if (closed_) return;
  image_ = after;
  ImageDelta delta = difference(before, after);
  // What goes, goes first: a topic that was created again has the name, and so the directory, of the old one.
  for (const PartitionDelta& partition : delta.partitions) {
    if (replica_change(partition, config_.id) == ReplicaChange::kRemoved) {
      stop_replica(*partition.topic, partition.index);
    }
  }
  if (auto synced = logs_->sync_names(); !synced) check(synced);
  follow_broker_settings(after, delta);
  std::vector<Starting> starting;
  for (const PartitionDelta& partition : delta.partitions) {
    switch (replica_change(partition, config_.id)) {
      case ReplicaChange::kNone:
      case ReplicaChange::kRemoved:
        break;
      case ReplicaChange::kBecomesLeader:
      case ReplicaChange::kLeads:
      case ReplicaChange::kFollows:
        starting.push_back({partition.topic, partition.index, partition.after});
        break;
    }
  }
  if (!delta.brokers.empty()) {
    for (const auto& [key, held] : held_) held.partition->follow_brokers(after.brokers());
  }
  start_replicas(starting, after);
  count_.store(held_.size() + unstarted_.size(), std::memory_order_relaxed);
  reconfigure(after, delta);
  if (std::exchange(held_others_, false) || !delta.configs.empty()) find_flush_ms_min();
  repairs_.step(after);
}

// Asks each partition.
void ReplicaManager::find_flush_ms_min() {
  int64_t flush_ms = INT64_MAX;
  for (const auto& [key, held] : held_) flush_ms = std::min(flush_ms, held.partition->config()->flush_ms);
  flush_ms_min_.store(flush_ms, std::memory_order_relaxed);
}

// Those whose logs have to be made are made together.
void ReplicaManager::start_replicas(const std::vector<Starting>& starting, const ClusterImage& image) {
  std::vector<const Starting*> fresh;
  std::vector<WantedLog> wanted;
  std::vector<TopicConfig> configs;
  std::optional<TopicConfigs> topics;  // most images start nothing
  for (const Starting& one : starting) {
    const TopicImage& topic = *one.topic;
    if (held_.contains({topic.id, one.index})) continue;
    storage::TopicPartition name{topic.name, one.index};
    if (is_leaving(name)) {
      unstarted_.insert({topic.id, one.index});
      continue;
    }
    const bool is_same_topic = !fresh.empty() && fresh.back()->topic == one.topic;
    if (!topics) topics.emplace(image, config_);
    configs.push_back(is_same_topic ? configs.back() : topics->of(topic.name));
    const storage::LogConfig config = log_config(configs.back(), name);
    wanted.push_back({std::move(name), topic.id, config});
    fresh.push_back(&one);
  }
  std::vector<std::shared_ptr<Partition>> made;
  Throttles throttles(image.configs(), config_.id);
  auto logs = logs_->take_or_create(wanted, uses_.clock.wall_ms(), syncing_threads());
  for (size_t i = 0; i < fresh.size(); ++i) {
    if (logs[i].log) {
      made.push_back(hold(*fresh[i]->topic, fresh[i]->index, std::move(logs[i]), configs[i]));
      throttles.apply(*made.back());
    } else {
      check(Error{logs[i].failure});
      unstarted_.insert({fresh[i]->topic->id, fresh[i]->index});
    }
  }
  if (!unstarted_.empty()) has_waiting_ = true;
  for (const Starting& one : starting) assign(one, image);
  // Who finds one knows what it is assigned.
  for (auto& partition : made) uses_.partitions.add(std::move(partition));
}

// Who led until now leads no more before another one is followed.
void ReplicaManager::assign(const Starting& starting, const ClusterImage& image) {
  const auto found = held_.find({starting.topic->id, starting.index});
  if (found == held_.end()) return;
  const std::shared_ptr<Partition>& partition = found->second.partition;
  const PartitionImage& state = *starting.state;
  const PartitionKey key{starting.topic->id, starting.index};
  // Said by an earlier life of this process, which had found damage.
  if (state.directory_of(config_.id) == kLostDirectory && !repairs_.holds(key)) begin_repair(found->second);
  tell_directory(found->second, key, state, image);
  const bool follows = state.leader != config_.id && state.has_leader() && !repairs_.holds(key);
  if (!follows && uses_.unfollow) uses_.unfollow({starting.topic->id, starting.index});
  partition->assign(state, image.brokers());
  if (follows && uses_.follow) uses_.follow(partition, state.leader, state.leader_epoch);
}

// Where a replica is, the controller knows from this broker (KIP-858): of one that is new, and of one whose
// disk is another. What is damaged says so by itself.
void ReplicaManager::tell_directory(const Held& held, const PartitionKey& key, const PartitionImage& state,
                                    const ClusterImage& image) {
  const auto version = image.features().metadata_version();
  if (!version || !version->has_directory_assignment() || !uses_.assign_directory || repairs_.holds(key))
    return;
  const Uuid& here = logs_->directories()[held.directory]->id();
  if (state.directory_of(config_.id) != here) uses_.assign_directory(key, here);
}

void ReplicaManager::check_followers() {
  if (closed_) return;
  for (const auto& [key, held] : held_) held.partition->check_followers();
}

std::shared_ptr<Partition> ReplicaManager::hold(const TopicImage& topic, int32_t index, OpenLog log,
                                                const TopicConfig& config) {
  auto fatal = [fatal = uses_.fatal](const storage::DiskError& error) { fatal(error.what); };
  Partition::Uses uses{uses_.disk,     uses_.clock,     uses_.flushers,
                       uses_.shortage, fatal,           uses_.propose,
                       uses_.examine,  uses_.on_damage, config_.replication.lag_time_max_ms,
                       [this] { write_cuts(); }};
  uses.stats = uses_.stats;
  uses.quotas = uses_.quotas;
  if (uses_.stats != nullptr) uses.topic_stats = uses_.stats->topics.of(topic.name);
  auto partition = std::make_shared<Partition>(uses, TopicPartitionId{topic.name, topic.id, index},
                                               config_.id, std::move(log.log), config, log.high_watermark);
  held_.emplace(Key{topic.id, index}, Held{partition, log.directory, uses_.clock.monotonic_ms()});
  held_others_ = true;
  return partition;
}

void ReplicaManager::stop_replica(const TopicImage& topic, int32_t index) {
  unstarted_.erase({topic.id, index});
  auto found = held_.find({topic.id, index});
  if (found == held_.end()) return;
  Held held = std::move(found->second);
  held_.erase(found);
  held_others_ = true;
  uses_.partitions.remove(topic.id, index);
  if (uses_.unfollow) uses_.unfollow({topic.id, index});
  held.partition->stop();
  // The files stay readable for those who hold slices of them; only their names go.
  held.partition->as_writer([](storage::Log& log) {
    log.close_idle_files();
    return storage::DiskResult<>();
  });
  set_aside({held.directory, {topic.name, index}, held.partition->config()->file_delete_delay_ms});
}

void ReplicaManager::set_aside(const Leaving& leaving) {
  auto name = logs_->set_aside_deleted(leaving.directory, leaving.partition);
  if (!name) {
    check(Error{name.error()});
    leaving_.push_back(leaving);
    has_waiting_ = true;
    return;
  }
  LOG_INFO("Log for partition {}-{} is renamed to {} and is scheduled for deletion", leaving.partition.topic,
           leaving.partition.partition, *name);
  deleted_.push_back({uses_.clock.monotonic_ms() + leaving.delay_ms, leaving.directory, std::move(*name)});
}

bool ReplicaManager::is_leaving(const storage::TopicPartition& name) const {
  return std::any_of(leaving_.begin(), leaving_.end(),
                     [&](const Leaving& leaving) { return leaving.partition == name; });
}

void ReplicaManager::retry_waiting() {
  if (closed_) return;
  for (const Leaving& leaving : std::exchange(leaving_, {})) set_aside(leaving);
  if (auto synced = logs_->sync_names(); !synced) check(synced);
  std::vector<Starting> starting;
  for (const auto& [id, index] : std::exchange(unstarted_, {})) {
    const TopicImage* topic = image_.topics().find(id);
    const PartitionImage* state = topic ? topic->partition(index) : nullptr;
    if (state) starting.push_back({topic, index, state});
  }
  start_replicas(starting, image_);
  repairs_.step(image_);
  has_waiting_ = !leaving_.empty() || !unstarted_.empty() || !repairs_.empty();
}

storage::LogConfig ReplicaManager::log_config(const TopicConfig& config,
                                              const storage::TopicPartition& name) const {
  storage::LogConfig made = log_config_of(config, producer_id_expiration_ms_);
  made.segment_jitter_ms = segment_jitter(config, name);
  return made;
}

// Before logs are opened with them.
void ReplicaManager::follow_broker_settings(const ClusterImage& image, const ImageDelta& delta) {
  for (const ConfigDelta& change : delta.configs) {
    if (change.resource->type != ConfigResourceType::kBroker) continue;
    BrokerSettings settings(image.configs(), config_);
    producer_id_expiration_ms_ = reconfigured(config_, settings.layers()).storage.producer_id_expiration_ms;
    if (uses_.quotas == nullptr) return;
    const ConfigMap effective = settings.effective();
    uses_.quotas->leader.set_rate(throttled_rate(effective, "leader.replication.throttled.rate"));
    uses_.quotas->follower.set_rate(throttled_rate(effective, "follower.replication.throttled.rate"));
    return;
  }
}

// Most images change no settings. There may be very many partitions, and as many topics with settings of
// their own, all of which come at once when the node starts.
void ReplicaManager::reconfigure(const ClusterImage& image, const ImageDelta& delta) {
  bool broker_changed = false;
  std::set<std::string_view> topics;
  for (const ConfigDelta& change : delta.configs) {
    tell_of(change);
    if (change.resource->type == ConfigResourceType::kTopic) topics.insert(change.resource->name);
    if (change.resource->type != ConfigResourceType::kBroker) continue;
    broker_changed = true;
    for (const auto& [key, value] : change.either()) {
      if (key == "num.network.threads" && change.after)
        LOG_WARN("{}={} changes nothing: klamm.loops says how many network loops there are", key, value);
    }
  }
  // Those of new topics have been made with their settings.
  for (const TopicImage* added : delta.added_topics) topics.erase(added->name);
  if (!broker_changed && topics.empty()) return;
  const TopicConfigs configs(image, config_);
  std::optional<std::pair<Uuid, TopicConfig>> last;  // a topic's partitions stand together
  Throttles throttles(image.configs(), config_.id);
  for (auto& [key, held] : held_) {
    const std::string& topic = held.partition->id().topic;
    if (!broker_changed && !topics.contains(topic)) continue;
    if (!last || last->first != key.first) last.emplace(key.first, configs.of(topic));
    const TopicConfig& config = last->second;
    held.partition->configure(config);
    throttles.apply(*held.partition);
    held.partition->as_writer([&](storage::Log& log) {
      log.update_config(log_config(config, {topic, key.second}));
      return storage::DiskResult<>();
    });
  }
}

void ReplicaManager::tell_of(const ConfigDelta& change) {
  const ConfigResource& resource = *change.resource;
  const bool is_for_others = resource.type == ConfigResourceType::kBroker && !resource.name.empty() &&
                             resource.name != std::to_string(config_.id.value);
  if (is_for_others) return;
  for (const Notice& notice : setting_notices(change, config_.network.listeners)) {
    if (notice.level == LogLevel::kWarn) {
      LOG_WARN_LIMITED("{}", notice.text);
    } else {
      LOG_INFO_LIMITED("{}", notice.text);
    }
  }
}

void ReplicaManager::finish_start() {
  if (closed_) return;
  check(logs_->set_aside_strays());
  for (auto& [directory, name] : logs_->take_leftovers()) {
    deleted_.push_back({uses_.clock.monotonic_ms(), directory, std::move(name)});
  }
}

bool ReplicaManager::write_checkpoint(storage::CheckpointKind kind) {
  if (closed_) return false;
  std::vector<storage::OffsetCheckpoint> by_directory(logs_->directories().size());
  for (const auto& [key, held] : held_) {
    const TopicPartitionId& id = held.partition->id();
    if (auto offset = checkpointed(kind, held))
      by_directory[held.directory][{id.topic, id.partition}] = *offset;
  }
  logs_->add_unclaimed(kind, by_directory);
  return check(logs_->write_checkpoint(kind, by_directory));
}

std::optional<Offset> ReplicaManager::checkpointed(storage::CheckpointKind kind, const Held& held) {
  if (kind == storage::CheckpointKind::kRecoveryPoint) return held.partition->recovery_point();
  Partition::State state = held.partition->state();
  if (kind == storage::CheckpointKind::kHighWatermark) return state.high_watermark.offset;
  const auto& segments = state.view->segments();
  if (segments.empty() || state.view->start() <= segments.front()->base()) return std::nullopt;
  return state.view->start();
}

void ReplicaManager::flush_sealed() {
  for (auto& [key, held] : held_) {
    held.has_sealed |= held.partition->take_rolled();
    if (closed_ || !held.has_sealed) continue;
    held.has_sealed = !check(flush(held, storage::Log::FlushScope::kSealed));
  }
}

void ReplicaManager::write_recovery_points() {
  flush_sealed();
  write_checkpoint(storage::CheckpointKind::kRecoveryPoint);
}

void ReplicaManager::write_cuts() {
  std::vector<std::pair<Partition*, uint64_t>> known;
  for (const auto& [key, held] : held_) known.emplace_back(held.partition.get(), held.partition->cuts());
  const bool has_points = write_checkpoint(storage::CheckpointKind::kRecoveryPoint);
  if (!write_checkpoint(storage::CheckpointKind::kLogStart) || !has_points) return;
  for (const auto& [partition, cuts] : known) partition->on_cuts_written(cuts);
}

void ReplicaManager::apply_retention() {
  if (closed_) return;
  int64_t now_ms = uses_.clock.wall_ms();
  for (auto& [key, held] : held_) {
    Offset high_watermark = held.partition->state().high_watermark.offset;
    storage::RetiredFiles retired;
    held.partition->as_writer([&](storage::Log& log) {
      auto kept = log.apply_retention(high_watermark, now_ms);
      retired = log.take_retired();
      return kept;
    });
    if (retired.empty()) continue;
    int64_t delay_ms = held.partition->config()->file_delete_delay_ms;
    retired_.push_back({uses_.clock.monotonic_ms() + delay_ms, std::move(retired)});
  }
  // With a short delay and frequent checks, what is due need not wait for its own chore.
  remove_deleted();
}

// flush.ms: Kafka looks at it only when its flush scheduler is configured; here it holds. Leaders see to
// flush.messages themselves, before they acknowledge.
void ReplicaManager::flush_due() {
  if (closed_) return;
  int64_t now_ms = uses_.clock.monotonic_ms();
  for (auto& [key, held] : held_) {
    auto config = held.partition->config();
    if (config->flush_ms == INT64_MAX || now_ms - held.last_flush_ms < config->flush_ms) continue;
    int64_t unflushed = 0;
    held.partition->as_writer([&](storage::Log& log) {
      unflushed = log.unflushed_records();
      return storage::DiskResult<>();
    });
    if (unflushed > 0) check(flush(held, storage::Log::FlushScope::kAll));
  }
}

storage::DiskResult<> ReplicaManager::flush(Held& held, storage::Log::FlushScope scope) {
  std::optional<storage::FlushJob> job;
  storage::DiskResult<> outcome;  // a log that was given up has told of it
  held.partition->as_writer([&](storage::Log& log) -> storage::DiskResult<> {
    auto prepared = log.prepare_flush(scope);
    if (prepared) {
      job = std::move(*prepared);
    } else if (is_full(prepared.error())) {
      outcome = Error{prepared.error()};
    }
    return prepared ? storage::DiskResult<>() : Error{prepared.error()};
  });
  if (!job) return outcome;
  const int64_t begun_us = uses_.clock.monotonic_us();
  outcome = job->run(uses_.disk);
  if (uses_.stats != nullptr) uses_.stats->flushes_us.add(uses_.clock.monotonic_us() - begun_us);
  held.partition->as_writer([&](storage::Log& log) { return log.complete_flush(*job, outcome); });
  held.last_flush_ms = uses_.clock.monotonic_ms();
  return outcome;
}

void ReplicaManager::expire_producers() {
  int64_t now_ms = uses_.clock.wall_ms();
  for (auto& [key, held] : held_) {
    held.partition->as_writer([&](storage::Log& log) {
      log.expire_producers(now_ms);
      return storage::DiskResult<>();
    });
  }
}

// There may be as many as partitions, and images wait for the lane: so many at a time, and the others of the
// list move up in one go.
void ReplicaManager::remove_deleted() {
  has_removals_ = false;
  if (closed_) return;
  const int64_t now_ms = uses_.clock.monotonic_ms();
  size_t left = kRemovedAtOnce;
  const auto goes = [&](int64_t due_ms) {
    if (due_ms > now_ms) return false;
    if (left == 0) {
      has_removals_ = true;
      return false;
    }
    --left;
    return true;
  };
  std::erase_if(deleted_, [&](const Deleted& deleted) {
    if (!goes(deleted.due_ms)) return false;
    check(logs_->remove_deleted(deleted.directory, deleted.name));
    return true;
  });
  std::erase_if(retired_, [&](const RetiredLater& retired) {
    if (!goes(retired.due_ms)) return false;
    check(retired.files.remove(uses_.disk));
    return true;
  });
}

void ReplicaManager::close_idle_files() {
  for (auto& [key, held] : held_) {
    held.partition->as_writer([](storage::Log& log) {
      log.close_idle_files();
      return storage::DiskResult<>();
    });
  }
}

void ReplicaManager::close(int64_t broker_epoch) {
  std::vector<Partition*> partitions;
  for (auto& [key, held] : held_) partitions.push_back(held.partition.get());
  std::atomic<bool> clean{true};
  for_each_parallel(partitions.size(), syncing_threads(), [&](size_t i) {
    partitions[i]->stop();
    bool closed = false;
    partitions[i]->as_writer([&](storage::Log& log) {
      auto done = log.close();
      closed = done.ok();
      return done;
    });
    if (!closed) clean = false;
  });
  if (!check(logs_->close_unclaimed(syncing_threads())) || logs_->has_unclaimed_gap()) clean = false;
  for (auto kind : {storage::CheckpointKind::kRecoveryPoint, storage::CheckpointKind::kLogStart,
                    storage::CheckpointKind::kHighWatermark}) {
    if (!write_checkpoint(kind)) clean = false;
  }
  // The mark is a promise about every log, and about the checkpoints that go with them: what could not be
  // closed or written withholds it (KAFKA-15375).
  if (clean) {
    check(logs_->mark_clean(broker_epoch));
  } else {
    LOG_WARN(
        "not all logs could be closed, or not all checkpoints written: the next start examines the logs");
  }
  closed_ = true;
}

std::vector<ReplicaManager::DirectoryReport> ReplicaManager::describe() const {
  std::vector<DirectoryReport> reports;
  for (const auto& directory : logs_->directories()) {
    DirectoryReport& report = reports.emplace_back();
    report.path = directory->path();
    if (auto space = uses_.disk.space(directory->path())) report.space = *space;
  }
  for (const auto& [key, held] : held_) {
    reports[held.directory].sizes.emplace_back(held.partition, held.partition->state().view->size_bytes());
  }
  return reports;
}

bool ReplicaManager::check(const storage::DiskResult<>& result) {
  if (result) {
    uses_.shortage.on_written();
    return true;
  }
  if (is_full(result.error())) {
    uses_.shortage.on_refused(result.error());
    if (is_out_of_descriptors(result.error())) close_idle_files();
    return false;
  }
  uses_.fatal(fmt::format("a log directory has failed: {}", result.error().what));
  return false;
}

}  // namespace klamm::broker
