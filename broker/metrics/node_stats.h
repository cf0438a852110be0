// NodeStats: what a node counts and says of itself, beside what its objects know: made with the node, written
// by its parts, read by whoever scrapes it or asks how it is. From any thread.
#pragma once

#include <absl/synchronization/mutex.h>

#include <atomic>
#include <cstdint>

#include "broker/metrics/counters.h"
#include "broker/metrics/histogram.h"
#include "broker/metrics/recent_times.h"
#include "broker/metrics/topic_stats.h"

namespace klamm::broker::metrics {

enum class NodeCounter : uint8_t {
  kIsrExpands,
  kIsrShrinks,
  kFailedIsrUpdates,
  // These go up and down: requests that wait.
  kDelayedProduce,
  kDelayedFetch,
  // Partitions that were given another leader, while this node was the active controller.
  kLeaderElections,
  kUncleanLeaderElections,
  kEligibleLeaderElections,  // of an eligible leader replica (KIP-966)
  kNewActiveControllers,     // leaders of the metadata quorum that this node has heard of
  // Of the metadata quorum's connections.
  kQuorumRequests,
  kQuorumResponses,
  kQuorumBytesIn,
  kQuorumBytesOut,
  kQuorumRecordsFetched,
  kQuorumRecordsAppended,
  kCount,
};

// Values of several writers at a time, of what takes far longer than its lock.
class SharedHistogram {
 public:
  void add(int64_t value) {
    absl::MutexLock lock(&mutex_);
    histogram_.add(value);
  }
  const Histogram& read() const { return histogram_; }

 private:
  absl::Mutex mutex_;
  Histogram histogram_;
};

// As Kafka's raft-metrics name them. "unattached" stands for a resigned leader, too.
enum class QuorumRole : uint8_t {
  kUnattached,
  kUnattachedVoted,
  kProspective,
  kProspectiveVoted,
  kCandidate,
  kLeader,
  kFollower,
  kObserver,
};

// Of the metadata quorum. Written on the quorum loop alone.
struct QuorumStats {
  std::atomic<QuorumRole> role{QuorumRole::kUnattached};
  std::atomic<int32_t> leader{-1};
  std::atomic<int32_t> voted{-1};
  std::atomic<int32_t> epoch{0};
  std::atomic<int64_t> high_watermark{0};
  std::atomic<int64_t> end_offset{0};
  std::atomic<int32_t> end_epoch{0};
  std::atomic<int32_t> voters{0};
  std::atomic<int32_t> observers{0};  // that the leader hears of; 0 elsewhere
  RecentTimes commits;
  RecentTimes elections;
};

// How far a start has come.
struct StartProgress {
  std::atomic<int64_t> logs{-1};  // that were found; -1 before they have been counted
  std::atomic<int64_t> logs_loaded{0};
};

// Where a node stands in its life.
struct Health {
  // BrokerState's numbers; -1 where this node is no broker.
  std::atomic<int8_t> broker_state{-1};
  std::atomic<bool> is_registered{false};
  std::atomic<bool> is_fenced{true};
  std::atomic<bool> is_caught_up{false};  // its metadata is as new as its registration
  std::atomic<bool> is_loaded{false};     // its logs are recovered
  std::atomic<bool> serves{false};        // its listeners are open
  std::atomic<bool> stops{false};
  std::atomic<bool> is_active_controller{false};
};

struct NodeStats {
  TopicStatsOfNode topics;
  Counters<NodeCounter> counters;
  SharedHistogram flushes_us;  // of partitions' logs
  SharedHistogram metadata_syncs_us;
  QuorumStats quorum;
  StartProgress start;
  Health health;
};

}  // namespace klamm::broker::metrics
