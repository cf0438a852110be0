// Transactions and delegation tokens.
#include "broker/config/definition_rows.h"

namespace klamm::broker::rows {
namespace {

// clang-format off
constexpr ConfigKey kRows[] = {
    {"transaction.max.timeout.ms", kInt, "900000", at_least(1), kHigh, kReadOnly,
     not_yet("transactions come later"), "The longest transaction timeout that a producer may ask for."},
    {"transactional.id.expiration.ms", kInt, "604800000", at_least(1), kHigh, kReadOnly,
     not_yet("transactions come later"), "How long an idle transactional id is remembered."},
    {"transaction.abort.timed.out.transaction.cleanup.interval.ms", kInt, "10000", at_least(1), kLow,
     kReadOnly,
     not_yet("transactions come later"), "How often transactions are looked at for their timeout."},
    {"transaction.remove.expired.transaction.cleanup.interval.ms", kInt, "3600000", at_least(1), kLow,
     kReadOnly,
     not_yet("transactions come later"), "How often transactional ids are looked at for expiry."},
    {"transaction.partition.verification.enable", kBoolean, "true", any(), kLow, kClusterWide,
     not_yet("transactions come later"),
     "Whether a write in a transaction is checked with the coordinator first."},
    {"transaction.two.phase.commit.enable", kBoolean, "false", any(), kLow, kReadOnly,
     not_yet("transactions come later"), "Whether transactions may be prepared by an outside coordinator."},
    {"transaction.state.log.num.partitions", kInt, "50", at_least(1), kHigh, kReadOnly,
     not_yet("transactions come later"), "Partitions of __transaction_state."},
    {"transaction.state.log.replication.factor", kShort, "3", at_least(1), kHigh, kReadOnly,
     not_yet("transactions come later"), "Replicas of __transaction_state."},
    {"transaction.state.log.min.isr", kInt, "2", at_least(1), kHigh, kReadOnly,
     not_yet("transactions come later"), "min.insync.replicas of __transaction_state."},
    {"transaction.state.log.segment.bytes", kInt, "104857600", at_least(1), kHigh, kReadOnly,
     not_yet("transactions come later"), "Segment size of __transaction_state."},
    {"transaction.state.log.load.buffer.size", kInt, "5242880", at_least(1), kHigh, kReadOnly,
     not_yet("transactions come later"),
     "Bytes per read when a transaction coordinator loads its partition."},
    {"add.partitions.to.txn.retry.backoff.ms", kInt, "20", at_least(1), kHigh, kReadOnly,
     not_yet("transactions come later"),
     "The pause before the broker asks again to add partitions to a transaction."},
    {"add.partitions.to.txn.retry.backoff.max.ms", kInt, "100", at_least(0), kHigh, kReadOnly,
     not_yet("transactions come later"),
     "How long the broker goes on asking to add partitions to a transaction."},
    {"delegation.token.secret.key", kPassword, kNull, any(), kMedium, kReadOnly,
     not_yet("delegation tokens come later"),
     "The secret that delegation tokens are made with; the same on all nodes."},
    {"delegation.token.max.lifetime.ms", kLong, "604800000", at_least(1), kMedium, kReadOnly,
     not_yet("delegation tokens come later"), "How long a delegation token can be renewed."},
    {"delegation.token.expiry.time.ms", kLong, "86400000", at_least(1), kMedium, kReadOnly,
     not_yet("delegation tokens come later"), "How long a delegation token holds before it must be renewed."},
    {"delegation.token.expiry.check.interval.ms", kLong, "3600000", at_least(1), kLow, kReadOnly,
     not_yet("delegation tokens come later"), "How often expired delegation tokens are removed."},
};
// clang-format on

}  // namespace

std::span<const ConfigKey> transactions() { return kRows; }

}  // namespace klamm::broker::rows
