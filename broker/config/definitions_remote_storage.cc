// Tiered storage.
#include "broker/config/definition_rows.h"

namespace klamm::broker::rows {
namespace {

// clang-format off
constexpr ConfigKey kRows[] = {
    {"remote.log.storage.system.enable", kBoolean, "false", any(), kMedium, kReadOnly,
     refused("tiered storage comes later; leave it false"),
     "Whether topics may keep old segments in tiered storage."},
    {"remote.log.storage.manager.class.name", kString, kNull, of(ValidatorKind::kNonEmptyString), kMedium,
     kReadOnly,
     not_yet("tiered storage comes later"), "The Java class that stores segments."},
    {"remote.log.storage.manager.class.path", kString, kNull, any(), kMedium, kReadOnly,
     not_yet("tiered storage comes later"), "Where that class is found."},
    {"remote.log.storage.manager.impl.prefix", kString, "rsm.config.", of(ValidatorKind::kNonEmptyString),
     kMedium, kReadOnly,
     not_yet("tiered storage comes later"), "The prefix of keys that are handed to that class."},
    {"remote.log.metadata.manager.class.name", kString,
     "org.apache.kafka.server.log.remote.metadata.storage.TopicBasedRemoteLogMetadataManager",
     of(ValidatorKind::kNonEmptyString), kMedium, kReadOnly,
     not_yet("tiered storage comes later"), "The Java class that keeps the list of stored segments."},
    {"remote.log.metadata.manager.class.path", kString, kNull, any(), kMedium, kReadOnly,
     not_yet("tiered storage comes later"), "Where that class is found."},
    {"remote.log.metadata.manager.impl.prefix", kString, "rlmm.config.", of(ValidatorKind::kNonEmptyString),
     kMedium, kReadOnly,
     not_yet("tiered storage comes later"), "The prefix of keys that are handed to that class."},
    {"remote.log.metadata.manager.listener.name", kString, kNull, of(ValidatorKind::kNonEmptyString), kMedium,
     kReadOnly,
     not_yet("tiered storage comes later"), "The listener over which that class reaches brokers."},
    {"remote.log.metadata.custom.metadata.max.bytes", kInt, "128", at_least(0), kLow, kReadOnly,
     not_yet("tiered storage comes later"), "The most that a storage plug-in may remember of a segment."},
    {"remote.log.index.file.cache.total.size.bytes", kLong, "1073741824", at_least(1), kLow, kClusterWide,
     not_yet("tiered storage comes later"), "Space for fetched indexes."},
    {"remote.log.index.file.cache.ttl.ms", kLong, "900000", at_least(-1), kLow, kReadOnly,
     not_yet("tiered storage comes later"), "How long an unused fetched index stays.", kInternal},
    {"remote.log.manager.thread.pool.size", kInt, "2", at_least(1), kMedium, kReadOnly,
     not_yet("tiered storage comes later"),
     "Threads of followers of tiered partitions (deprecated in Kafka)."},
    {"remote.log.manager.copier.thread.pool.size", kInt, "10", at_least(1), kMedium, kClusterWide,
     not_yet("tiered storage comes later"), "Threads that copy segments away."},
    {"remote.log.manager.expiration.thread.pool.size", kInt, "10", at_least(1), kMedium, kClusterWide,
     not_yet("tiered storage comes later"), "Threads that delete stored segments."},
    {"remote.log.manager.follower.thread.pool.size", kInt, "2", at_least(1), kMedium, kClusterWide,
     not_yet("tiered storage comes later"), "Threads of followers of tiered partitions."},
    {"remote.log.manager.task.interval.ms", kLong, "30000", at_least(1), kLow, kReadOnly,
     not_yet("tiered storage comes later"), "How often work of tiered storage is looked for."},
    {"remote.log.manager.task.retry.backoff.ms", kLong, "500", at_least(1), kLow, kReadOnly,
     not_yet("tiered storage comes later"), "The first pause after a failure of tiered storage.", kInternal},
    {"remote.log.manager.task.retry.backoff.max.ms", kLong, "30000", at_least(1), kLow, kReadOnly,
     not_yet("tiered storage comes later"), "The longest pause after failures of tiered storage.", kInternal},
    {"remote.log.manager.task.retry.jitter", kDouble, "0.2", between(0, 0.5), kLow, kReadOnly,
     not_yet("tiered storage comes later"), "The random share of those pauses.", kInternal},
    {"remote.log.manager.copy.max.bytes.per.second", kLong, "9223372036854775807", at_least(1), kMedium,
     kClusterWide,
     not_yet("tiered storage comes later"), "What copying away may use."},
    {"remote.log.manager.copy.quota.window.num", kInt, "11", at_least(1), kMedium, kReadOnly,
     not_yet("tiered storage comes later"), "How many samples the quota of copying looks at."},
    {"remote.log.manager.copy.quota.window.size.seconds", kInt, "1", at_least(1), kMedium, kReadOnly,
     not_yet("tiered storage comes later"), "The time that one sample of the quota of copying covers."},
    {"remote.log.manager.fetch.max.bytes.per.second", kLong, "9223372036854775807", at_least(1), kMedium,
     kClusterWide,
     not_yet("tiered storage comes later"), "What fetching back may use."},
    {"remote.log.manager.fetch.quota.window.num", kInt, "11", at_least(1), kMedium, kReadOnly,
     not_yet("tiered storage comes later"), "How many samples the quota of fetching looks at."},
    {"remote.log.manager.fetch.quota.window.size.seconds", kInt, "1", at_least(1), kMedium, kReadOnly,
     not_yet("tiered storage comes later"), "The time that one sample of the quota of fetching covers."},
    {"remote.log.reader.threads", kInt, "10", at_least(1), kMedium, kClusterWide,
     not_yet("tiered storage comes later"), "Threads that read stored segments."},
    {"remote.log.reader.max.pending.tasks", kInt, "100", at_least(1), kMedium, kReadOnly,
     not_yet("tiered storage comes later"), "Reads of stored segments that may wait."},
    {"remote.fetch.max.wait.ms", kInt, "500", at_least(1), kMedium, kClusterWide,
     not_yet("tiered storage comes later"), "How long a fetch waits for a stored segment."},
    {"remote.list.offsets.request.timeout.ms", kLong, "30000", at_least(1), kMedium, kClusterWide,
     not_yet("tiered storage comes later"), "How long a search by time in stored segments may take."},
};
// clang-format on

}  // namespace

std::span<const ConfigKey> remote_storage() { return kRows; }

}  // namespace klamm::broker::rows
