// The metadata quorum and its log.
#include "broker/config/definition_rows.h"

namespace klamm::broker::rows {
namespace {

// clang-format off
constexpr ConfigKey kRows[] = {
    {"controller.listener.names", kList, kNull, non_empty_list(), kHigh, kReadOnly,
     acts(), "The listeners of controllers; a node that speaks to controllers uses the first.", kRequired},
    {"controller.quorum.voters", kList, "", of(ValidatorKind::kQuorumVoters), kHigh, kReadOnly,
     acts(), "The voters of a static quorum, as id@host:port."},
    {"controller.quorum.bootstrap.servers", kList, "", of(ValidatorKind::kBootstrapServers), kHigh,
     kReadOnly,
     acts(),
     "Where to find the quorum, as host:port."},
    {"controller.quorum.election.timeout.ms", kInt, "1000", at_least(0), kHigh, kReadOnly,
     acts(), "How long a candidate waits for votes before it tries again."},
    {"controller.quorum.election.backoff.max.ms", kInt, "1000", at_least(0), kHigh, kReadOnly,
     acts(), "The longest pause between failed elections."},
    {"controller.quorum.fetch.timeout.ms", kInt, "2000", at_least(0), kHigh, kReadOnly,
     acts(),
     "How long a voter goes without the leader before it stands for election, and a leader without a "
     "majority before it resigns."},
    {"controller.quorum.append.linger.ms", kInt, "25", at_least(0), kMedium, kReadOnly,
     meaningless("records are written at once; what comes during an fsync goes with the next"),
     "How long Kafka's leader gathers records before it writes them."},
    {"controller.quorum.request.timeout.ms", kInt, "2000", at_least(0), kMedium, kReadOnly,
     acts(), "How long a request between voters may take."},
    {"controller.quorum.retry.backoff.ms", kInt, "20", at_least(0), kLow, kReadOnly,
     acts(), "The pause before a request between voters is repeated."},
    {"controller.quorum.auto.join.enable", kBoolean, "false", any(), kLow, kReadOnly,
     not_yet("voters do not change while a quorum runs yet"),
     "Whether a controller adds itself to the voters."},
    {"controller.quorum.fetch.max.bytes", kInt, "1048576", at_least(1), kLow, kReadOnly,
     acts(), "The most that a fetch of the metadata log carries."},
    {"controller.quorum.fetch.snapshot.max.bytes", kInt, "1048576", at_least(1), kLow, kReadOnly,
     acts(), "The most that a piece of a metadata snapshot carries."},
    {"controller.socket.timeout.ms", kInt, "30000", any(), kMedium, kReadOnly,
     acts(), "How long a request to the controller may take before it is asked anew."},
    {"controller.performance.always.log.threshold.ms", kLong, "2000", at_least(0), kMedium, kReadOnly,
     not_yet("slow controller events are not logged yet"), "A controller event that takes longer is logged.",
     kInternal},
    {"controller.performance.sample.period.ms", kLong, "60000", at_least(100), kMedium, kReadOnly,
     not_yet("controller times are not logged yet"),
     "How often Kafka's controller logs how long its events took.", kInternal},
    {"metadata.log.dir", kString, kNull, any(), kHigh, kReadOnly,
     acts(), "The directory of the metadata log; by default the first of log.dirs."},
    {"metadata.log.segment.bytes", kInt, "1073741824", at_least(8388608), kHigh, kReadOnly,
     acts(), "The size at which a segment of the metadata log is closed."},
    {"metadata.log.segment.ms", kLong, "604800000", any(), kHigh, kReadOnly,
     acts(), "The age at which a segment of the metadata log is closed."},
    {"metadata.max.retention.bytes", kLong, "104857600", any(), kHigh, kReadOnly,
     acts(), "The size of the metadata log and its snapshots above which old ones go."},
    {"metadata.max.retention.ms", kLong, "604800000", any(), kHigh, kReadOnly,
     acts(),
     "The age of their last record above which old snapshots and what is before them go; -1 for never."},
    {"metadata.log.max.record.bytes.between.snapshots", kLong, "20971520", at_least(1), kHigh, kReadOnly,
     acts(), "Bytes of metadata records after which a snapshot is written."},
    {"metadata.log.max.snapshot.interval.ms", kLong, "3600000", at_least(0), kHigh, kReadOnly,
     acts(), "The longest time between snapshots while there is something new; 0 for none."},
    {"metadata.max.idle.interval.ms", kInt, "500", at_least(0), kLow, kReadOnly,
     acts(),
     "An active controller with nothing to write writes a no-op record this often; 0 for never, and never "
     "where nobody else follows its log."},
    {"internal.metadata.log.segment.bytes", kInt, kNull, any(), kLow, kReadOnly,
     acts(), "A smaller segment size of the metadata log than Kafka allows otherwise, for tests.", kInternal},
    {"internal.metadata.max.batch.size.in.bytes", kInt, "8388608", any(), kLow, kReadOnly,
     acts(), "The largest batch that is written to the metadata log, 8 MiB at most, for tests.", kInternal},
    {"internal.metadata.delete.delay.millis", kLong, "60000", any(), kLow, kReadOnly,
     meaningless("they go at once; nobody reads what has left the log"),
     "How long deleted files of the metadata log stay, for tests.", kInternal},
};
// clang-format on

}  // namespace

std::span<const ConfigKey> quorum() { return kRows; }

}  // namespace klamm::broker::rows
