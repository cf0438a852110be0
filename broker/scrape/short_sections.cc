// Of the node and its cluster; what is of the process and its network is in process_sections.cc.
#include "broker/scrape/short_sections.h"

#include <algorithm>
#include <string>
#include <string_view>

namespace klamm::broker::scrape {
namespace {

using metrics::HistogramCounts;
using metrics::HistogramSummary;
using metrics::Labels;
using metrics::NodeCounter;

constexpr double kMsOfUs = 1e-3;

HistogramSummary read(const metrics::Histogram& histogram, metrics::HistogramWindow& window, int64_t now_ms) {
  HistogramCounts counts;
  counts.add(histogram);
  return window.read(counts, now_ms);
}

// Microseconds, told in milliseconds.
void write_times(Family family, const HistogramSummary& times, Exposition& out) {
  out.begin(family);
  for (size_t i = 0; i < times.quantiles.size(); ++i)
    out.add_quantile({}, HistogramSummary::kQuantileNames[i], times.quantiles[i] * kMsOfUs);
  out.add_sum({}, static_cast<double>(times.sum) * kMsOfUs);
  out.add_count({}, times.count);
}

// Found anew when topics have changed: a walk over all of the cluster's partitions.
void count(const ClusterImage& image, ClusterCounts& counts) {
  const auto& topics = image.topics().by_id();
  if (counts.are_known && counts.of.same_as(topics)) return;
  counts = {.of = topics, .are_known = true};
  for (const auto& [id, topic] : topics) {
    for (const auto& [index, partition] : topic.partitions) {
      counts.offline += !partition.has_leader();
      counts.imbalanced += partition.has_leader() && partition.leader != partition.preferred_leader();
    }
  }
}

std::string_view name_of(metrics::QuorumRole role) {
  using enum metrics::QuorumRole;
  switch (role) {
    case kProspective:
      return "prospective";
    case kProspectiveVoted:
      return "prospective-voted";
    case kCandidate:
      return "candidate";
    case kLeader:
      return "leader";
    case kFollower:
      return "follower";
    case kObserver:
      return "observer";
    case kUnattachedVoted:
      return "unattached-voted";
    case kUnattached:
      break;
  }
  return "unattached";
}

int64_t lag_ms(const AppliedTo& applied, const Clock& clock) {
  return applied.append_time_ms < 0 ? 0 : std::max<int64_t>(clock.wall_ms() - applied.append_time_ms, 0);
}

std::string roles_of(const NodeConfig& config) {
  if (config.is_broker && config.is_controller) return "broker,controller";
  return config.is_broker ? "broker" : "controller";
}

}  // namespace

void write_identity(const NodeView& node, Exposition& out) {
  Labels labels("node", std::to_string(node.config.id.value));
  labels.add("cluster", node.cluster_id).add("roles", roles_of(node.config));
  out.begin(Family::kNodeInfo);
  out.add(labels.text(), 1);
}

void write_logs(const NodeView& node, Kept& kept, Exposition& out) {
  out.add_only(Family::kOfflineLogDirectories, 0);
  const auto& directories = node.config.storage.log_dirs;
  out.begin(Family::kLogDirectoryOffline);
  for (const std::string& path : directories) out.add(Labels("logdirectory", path).text(), 0);
  std::vector<storage::DiskSpace> spaces(directories.size());
  for (size_t i = 0; i < directories.size(); ++i) {
    if (auto space = node.data_disk.space(directories[i])) spaces[i] = *space;
  }
  out.begin(Family::kLogDirectorySpace);
  for (size_t i = 0; i < directories.size(); ++i)
    out.add(Labels("logdirectory", directories[i]).text(), spaces[i].usable_bytes);
  out.begin(Family::kLogDirectorySize);
  for (size_t i = 0; i < directories.size(); ++i)
    out.add(Labels("logdirectory", directories[i]).text(), spaces[i].total_bytes);

  const int64_t now_ms = node.clock.monotonic_ms();
  const HistogramSummary flushes = read(node.stats.flushes_us.read(), kept.flushes, now_ms);
  kept.flush_rate.read(flushes.count, now_ms);
  write_times(Family::kLogFlush, flushes, out);
  out.add_only(Family::kLogFlushOneMinuteRate, kept.flush_rate.one_minute());
  out.add_only(Family::kLogFlushMean, flushes.mean * kMsOfUs);
  write_times(Family::kMetadataSync, read(node.stats.metadata_syncs_us.read(), kept.metadata_syncs, now_ms),
              out);
}

// As in Kafka, controllers alone tell of the cluster, whether or not they are the active one.
void write_controller(const NodeView& node, Kept& kept, Exposition& out) {
  const auto& counters = node.stats.counters;
  out.add_only(Family::kActiveControllerCount, node.stats.health.is_active_controller.load());
  out.add_only(Family::kNewActiveControllers, counters.load(NodeCounter::kNewActiveControllers));
  out.add_only(Family::kLeaderElections, counters.load(NodeCounter::kLeaderElections));
  out.add_only(Family::kUncleanLeaderElections, counters.load(NodeCounter::kUncleanLeaderElections));
  out.add_only(Family::kUncleanLeaderElectionsPerSec, counters.load(NodeCounter::kUncleanLeaderElections));
  out.add_only(Family::kEligibleLeaderElections, counters.load(NodeCounter::kEligibleLeaderElections));
  if (!node.config.is_controller) return;
  const auto image = node.images.get();
  count(*image, kept.cluster);
  int64_t fenced = 0, active = 0, stopping = 0;
  for (const auto& [id, broker] : image->brokers().brokers()) {
    (broker.fenced ? fenced : active) += 1;
    stopping += broker.in_controlled_shutdown;
  }
  out.add_only(Family::kOfflinePartitionsCount, kept.cluster.offline);
  out.add_only(Family::kPreferredReplicaImbalance, kept.cluster.imbalanced);
  out.add_only(Family::kGlobalTopicCount, image->topics().by_id().size());
  out.add_only(Family::kGlobalPartitionCount, image->topics().partition_count());
  out.add_only(Family::kFencedBrokerCount, fenced);
  out.add_only(Family::kActiveBrokerCount, active);
  out.add_only(Family::kControlledShutdownBrokerCount, stopping);
  const AppliedTo& applied = image->last_applied();
  out.add_only(Family::kLastAppliedRecordOffset, applied.offset.value);
  out.add_only(Family::kLastAppliedRecordTimestamp, applied.append_time_ms);
  out.add_only(Family::kLastAppliedRecordLagMs, lag_ms(applied, node.clock));
  out.add_only(Family::kLastCommittedRecordOffset, node.stats.quorum.high_watermark.load() - 1);
}

void write_quorum(const NodeView& node, Kept& kept, Exposition& out) {
  metrics::QuorumStats& quorum = node.stats.quorum;
  const auto& counters = node.stats.counters;
  const int64_t now_ms = node.clock.monotonic_ms();
  out.begin(Family::kRaftState);
  out.add(Labels("current_state", name_of(quorum.role.load())).text(), 1);
  out.add_only(Family::kRaftLeader, quorum.leader.load());
  out.add_only(Family::kRaftVote, quorum.voted.load());
  out.add_only(Family::kRaftEpoch, quorum.epoch.load());
  out.add_only(Family::kRaftHighWatermark, quorum.high_watermark.load());
  out.add_only(Family::kRaftEndOffset, quorum.end_offset.load());
  out.add_only(Family::kRaftEndEpoch, quorum.end_epoch.load());
  out.add_only(Family::kRaftVoters, quorum.voters.load());
  out.add_only(Family::kRaftObservers, quorum.observers.load());
  const auto commits = quorum.commits.read(now_ms);
  const auto elections = quorum.elections.read(now_ms);
  out.add_only(Family::kRaftCommitAvg, commits.average);
  out.add_only(Family::kRaftCommitMax, commits.max);
  out.add_only(Family::kRaftElectionAvg, elections.average);
  out.add_only(Family::kRaftElectionMax, elections.max);
  kept.appended_rate.read(counters.load(NodeCounter::kQuorumRecordsAppended), now_ms);
  kept.fetched_rate.read(counters.load(NodeCounter::kQuorumRecordsFetched), now_ms);
  out.add_only(Family::kRaftAppendRate, kept.appended_rate.one_minute());
  out.add_only(Family::kRaftFetchRate, kept.fetched_rate.one_minute());
  out.add_only(Family::kRaftRequests, counters.load(NodeCounter::kQuorumRequests));
  out.add_only(Family::kRaftResponses, counters.load(NodeCounter::kQuorumResponses));
  out.add_only(Family::kRaftBytesIn, counters.load(NodeCounter::kQuorumBytesIn));
  out.add_only(Family::kRaftBytesOut, counters.load(NodeCounter::kQuorumBytesOut));
}

void write_metadata(const NodeView& node, Exposition& out) {
  const auto image = node.images.get();
  const AppliedTo& applied = image->last_applied();
  out.add_only(Family::kMetadataOffset, applied.offset.value);
  out.add_only(Family::kMetadataTimestamp, applied.append_time_ms);
  out.add_only(Family::kMetadataLag, lag_ms(applied, node.clock));
  out.add_only(Family::kMetadataLoadErrors, 0);
  out.add_only(Family::kMetadataApplyErrors, 0);
  const auto version = image->features().metadata_version();
  out.add_only(Family::kMetadataVersion, version ? version->level : 0);
  out.add_only(Family::kMetadataController, node.stats.quorum.leader.load());
}

void write_telemetry(const NodeView& node, Exposition& out) {
  const ClientSubscriptions::Counts counts = node.subscriptions.counts();
  out.add_only(Family::kClientMetricsInstances, counts.clients);
  out.add_only(Family::kClientMetricsUnknown, counts.unknown_subscriptions);
  out.add_only(Family::kClientMetricsThrottles, counts.throttled);
  out.add_only(Family::kClientMetricsExports, counts.taken);
  out.add_only(Family::kClientMetricsErrors, counts.malformed);
  out.add_only(Family::kClientMetricsDropped, node.pushed.dropped());
}

}  // namespace klamm::broker::scrape
