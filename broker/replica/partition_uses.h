// What a Partition is given by the node that it is of.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>

#include "base/clock.h"
#include "broker/loop.h"
#include "broker/metrics/node_stats.h"
#include "broker/replica/fetcher_types.h"
#include "broker/replica/isr_proposal.h"
#include "broker/replica/replication_quota.h"
#include "broker/replica/shortage.h"
#include "storage/disk.h"
#include "storage/segment_exam.h"

namespace klamm::broker {

class Partition;

// All of it outlives the partition.
struct PartitionUses {
  storage::Disk& disk;
  const Clock& clock;
  // For the syncs that acknowledgements wait for. They must go on while other workers wait in as_writer().
  Workers& flushers;
  // Told of every error that is_full(), and of rounds that were written.
  Shortage& shortage;
  // Told when the log's disk has failed. The partition answers KAFKA_STORAGE_ERROR from then on.
  std::function<void(const storage::DiskError&)> on_disk_error;
  // A leader's proposal of other in-sync replicas, for the controller; on any thread, unlocked.
  std::function<void(const PartitionKey&, IsrProposal)> propose{};
  // A segment is to be examined, elsewhere and soon, and on_examined() to be called with what came of it;
  // from any thread, unlocked, and again and again while nothing has. Without, all is believed.
  std::function<void(std::shared_ptr<Partition>, storage::SegmentExam)> examine{};
  // Damage was found, or is not there any more; on any thread, unlocked.
  std::function<void(const PartitionKey&)> on_damage{};
  int64_t lag_time_max_ms = 30'000;  // replica.lag.time.max.ms
  // The checkpoints are to be brought down to what logs are that were cut, before this one leads: from
  // within assign(). on_cuts_written() follows.
  std::function<void()> write_cuts{};
  // Where is counted what happens, if anybody wants to know.
  metrics::NodeStats* stats = nullptr;
  std::shared_ptr<metrics::TopicStats> topic_stats{};
  ReplicationQuotas* quotas = nullptr;  // of what is throttled, if anything may be
};

}  // namespace klamm::broker
