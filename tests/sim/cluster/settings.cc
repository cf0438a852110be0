#include "tests/sim/cluster/settings.h"

#include <initializer_list>
#include <string_view>

namespace klamm::sim::cluster {
namespace {

// Small things, so that snapshots, new segments, expirations and shrinking happen in minutes and not in
// weeks.
constexpr std::string_view kSettings =
    "min.insync.replicas=2\n"
    "default.replication.factor=3\n"
    "offsets.topic.replication.factor=3\n"
    "offsets.topic.num.partitions=3\n"
    "auto.create.topics.enable=false\n"
    "num.recovery.threads.per.data.dir=1\n"
    "num.io.threads=1\n"
    "log.retention.ms=-1\n"
    "log.retention.check.interval.ms=20000\n"
    "log.initial.task.delay.ms=5000\n"
    "log.segment.delete.delay.ms=5000\n"
    "metadata.log.max.record.bytes.between.snapshots=20000\n"
    "internal.metadata.log.segment.bytes=20000\n"
    "metadata.max.idle.interval.ms=1000\n"
    // A majority may be down for minutes: who starts meanwhile waits, and does not end by itself.
    "initial.broker.registration.timeout.ms=600000\n"
    "leader.imbalance.check.interval.seconds=60\n";

// A decision about one broker takes several batches, so that it is a metadata transaction; and who follows
// the log gets them one by one, so that it is committed up to its middle now and then.
constexpr std::string_view kSmallBatches =
    "internal.metadata.max.batch.size.in.bytes=500\n"
    "controller.quorum.fetch.max.bytes=500\n"
    "controller.quorum.fetch.snapshot.max.bytes=2000\n";

constexpr std::string_view kUncleanElections = "unclean.leader.election.enable=true\n";

}  // namespace

std::string settings_of(const ClusterPlan& plan, uint64_t kind) {
  std::string text(kSettings);
  // Two snapshots and what lies between them, or the newest one alone: who was away has to fetch it.
  text += kind % 2 == 0 ? "metadata.max.retention.bytes=60000\n" : "metadata.max.retention.bytes=20000\n";
  if (plan.flushes) text += "log.flush.interval.messages=1\n";
  if (plan.small_batches) text += kSmallBatches;
  if (kind % 2 == 0) text += "replica.lag.time.max.ms=8000\n";
  if (kind % 3 == 0) text += "broker.session.timeout.ms=6000\nbroker.heartbeat.interval.ms=1000\n";
  if (kind % 5 == 0) text += "replica.fetch.max.bytes=20000\nreplica.fetch.response.max.bytes=60000\n";
  return text;
}

std::string other_settings(const ClusterPlan& plan, uint64_t number) {
  std::string text;
  const auto choose = [&](std::initializer_list<std::string_view> lines) {
    text += lines.begin()[number % lines.size()];
    number /= lines.size();
  };
  // The cluster's own, in the metadata since it began, goes before the nodes' where replicas may be eligible
  // (KIP-966): these change nothing, which is their point.
  choose({"", "min.insync.replicas=1\n", "min.insync.replicas=3\n"});
  choose({"", "broker.rack=a\n", "broker.rack=b\n"});
  choose({"", "metadata.log.max.record.bytes.between.snapshots=4000\n",
          "metadata.log.max.record.bytes.between.snapshots=100000\n"});
  choose({"", "metadata.max.retention.bytes=10000\n", "metadata.max.retention.bytes=1000000\n"});
  choose({"", "internal.metadata.log.segment.bytes=4000\n"});
  choose({"", "replica.lag.time.max.ms=5000\n"});
  choose({"", kUncleanElections});
  if (!plan.flushes) {
    choose({"", "log.flush.interval.messages=1\n", "log.flush.interval.messages=7\n",
            "log.flush.interval.ms=1000\n"});
  }
  return text;
}

bool allow_unclean_elections(const std::string& settings) {
  return settings.find(kUncleanElections) != std::string::npos;
}

}  // namespace klamm::sim::cluster
