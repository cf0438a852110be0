// Replicas and leaders.
#include "broker/config/definition_rows.h"

namespace klamm::broker::rows {
namespace {

// clang-format off
constexpr ConfigKey kRows[] = {
    {"default.replication.factor", kInt, "1", any(), kMedium, kReadOnly,
     acts(), "Replicas of a topic that is created without saying how many."},
    {"auto.leader.rebalance.enable", kBoolean, "true", any(), kHigh, kReadOnly,
     acts(),
     "Whether leadership goes back to preferred replicas by itself."},
    {"leader.imbalance.check.interval.seconds", kLong, "300", at_least(1), kHigh, kReadOnly,
     acts(),
     "How often leadership is looked at for imbalance."},
    {"unclean.leader.election.interval.ms", kLong, "300000", at_least(1), kMedium, kReadOnly,
     acts(),
     "How often partitions without a leader are looked at for an unclean election.", kInternal},
    {"num.replica.fetchers", kInt, "1", at_least(1), kHigh, kClusterWide,
     meaningless("one fetcher per broker, whose requests name all that is followed there"),
     "Fetchers per source broker."},
    {"num.replica.alter.log.dirs.threads", kInt, kNull, any(), kHigh, kReadOnly,
     not_yet("several directories come later"), "Threads that move replicas between log directories."},
    {"replica.lag.time.max.ms", kLong, "30000", any(), kHigh, kReadOnly,
     acts(), "How long a follower may lag before it leaves the in-sync set."},
    {"replica.socket.timeout.ms", kInt, "30000", any(), kHigh, kReadOnly,
     acts(), "How long a follower's fetch may take."},
    {"replica.socket.receive.buffer.bytes", kInt, "65536", any(), kHigh, kReadOnly,
     meaningless("the kernel sizes the buffers of a connection by itself"),
     "SO_RCVBUF of a follower's connection."},
    {"replica.fetch.max.bytes", kInt, "1048576", at_least(0), kMedium, kReadOnly,
     acts(), "Bytes per partition that a follower asks for."},
    {"replica.fetch.wait.max.ms", kInt, "500", any(), kHigh, kReadOnly,
     acts(), "How long a leader may keep a follower's fetch waiting."},
    {"replica.fetch.min.bytes", kInt, "1", any(), kHigh, kReadOnly,
     acts(), "Bytes that a follower's fetch waits for."},
    {"replica.fetch.response.max.bytes", kInt, "10485760", at_least(0), kMedium, kReadOnly,
     acts(), "Bytes that a follower's fetch brings at most."},
    {"replica.fetch.backoff.ms", kInt, "1000", at_least(0), kMedium, kReadOnly,
     acts(), "The pause after a follower's failed fetch."},
    {"replica.high.watermark.checkpoint.interval.ms", kLong, "5000", any(), kHigh, kReadOnly,
     acts(), "How often high watermarks are written down."},
    {"replica.selector.class", kString, kNull,
     one_of("org.apache.kafka.common.replica.RackAwareReplicaSelector"), kMedium, kReadOnly,
     acts("this class of Kafka's alone, since Klamm runs no Java"),
     "Which replica a consumer reads from: with Kafka's RackAwareReplicaSelector one of its own client.rack, "
     "else the leader (KIP-392)."},
    {"follower.fetch.last.tiered.offset.enable", kBoolean, "false", any(), kMedium, kClusterWide,
     not_yet("tiered storage comes later"),
     "Whether an empty follower begins behind what is in tiered storage."},
};
// clang-format on

}  // namespace

std::span<const ConfigKey> replication() { return kRows; }

}  // namespace klamm::broker::rows
