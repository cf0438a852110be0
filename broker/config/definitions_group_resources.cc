// Keys of a group (resource type 32) and of a client-metrics subscription (16).
#include "broker/config/definition_rows.h"

namespace klamm::broker::rows {
namespace {

// clang-format off
constexpr ConfigKey kRows[] = {
    {"consumer.assignment.interval.ms", kInt, "1000", at_least(0), kMedium, kClusterWide,
     not_yet("groups of the new consumer protocol come later"), "The shortest time between two assignments."},
    {"consumer.heartbeat.interval.ms", kInt, "5000", at_least(1), kMedium, kClusterWide,
     not_yet("groups of the new consumer protocol come later"), "How often members report."},
    {"consumer.session.timeout.ms", kInt, "45000", at_least(1), kMedium, kClusterWide,
     not_yet("groups of the new consumer protocol come later"), "How long a member may be silent."},
    {"share.assignment.interval.ms", kInt, "1000", at_least(0), kMedium, kClusterWide,
     not_yet("share groups come later"), "The shortest time between two assignments."},
    {"share.auto.offset.reset", kString, "latest", of(ValidatorKind::kOffsetReset), kMedium, kClusterWide,
     not_yet("share groups come later"),
     "Where a share partition begins: latest, earliest, or by_duration:<ISO 8601 duration>."},
    {"share.delivery.count.limit", kInt, "5", at_least(2), kMedium, kClusterWide,
     not_yet("share groups come later"), "How often a record is delivered before it is given up."},
    {"share.heartbeat.interval.ms", kInt, "5000", at_least(1), kMedium, kClusterWide,
     not_yet("share groups come later"), "How often members report."},
    {"share.isolation.level", kString, "read_uncommitted", one_of("read_committed, read_uncommitted"),
     kMedium, kClusterWide,
     not_yet("share groups come later"), "Whether records of open and aborted transactions are delivered."},
    {"share.partition.max.record.locks", kInt, "2000", at_least(100), kMedium, kClusterWide,
     not_yet("share groups come later"), "Records of a partition that may be acquired at once."},
    {"share.record.lock.duration.ms", kInt, "30000", at_least(1000), kMedium, kClusterWide,
     not_yet("share groups come later"), "How long a record stays acquired."},
    {"share.renew.acknowledge.enable", kBoolean, "true", any(), kMedium, kClusterWide,
     not_yet("share groups come later"), "Whether members may renew the acquisition of a record."},
    {"share.session.timeout.ms", kInt, "45000", at_least(1), kMedium, kClusterWide,
     not_yet("share groups come later"), "How long a member may be silent."},
    {"streams.assignment.interval.ms", kInt, "1000", at_least(0), kMedium, kClusterWide,
     not_yet("streams groups come later"), "The shortest time between two assignments."},
    {"streams.heartbeat.interval.ms", kInt, "5000", at_least(1), kMedium, kClusterWide,
     not_yet("streams groups come later"), "How often members report."},
    {"streams.initial.rebalance.delay.ms", kInt, "3000", at_least(0), kMedium, kClusterWide,
     not_yet("streams groups come later"), "How long the first assignment waits for more members."},
    {"streams.num.standby.replicas", kInt, "0", at_least(0), kMedium, kClusterWide,
     not_yet("streams groups come later"), "Standby tasks of the group."},
    {"streams.session.timeout.ms", kInt, "45000", at_least(1), kMedium, kClusterWide,
     not_yet("streams groups come later"), "How long a member may be silent."},
};
constexpr ConfigKey kClientMetrics[] = {
    {"interval.ms", kInt, "300000", any(), kMedium, kClusterWide,
     acts(), "How often clients push metrics."},
    {"match", kList, "", list(), kMedium, kClusterWide,
     acts(),
     "Which clients the subscription is for, as selector=pattern."},
    {"metrics", kList, "", list(), kMedium, kClusterWide,
     acts(),
     "Prefixes of the metrics that are asked for; * for all."},
};
// clang-format on

}  // namespace

std::span<const ConfigKey> group_resources() { return kRows; }
std::span<const ConfigKey> client_metrics() { return kClientMetrics; }

}  // namespace klamm::broker::rows
