// Kept: what is remembered from one scrape to the next: rates, windows, and the list of partitions. Touched
// by the admin's thread alone.
#pragma once

#include <absl/base/thread_annotations.h>
#include <absl/synchronization/mutex.h>

#include <array>
#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "broker/metadata/cluster_image.h"
#include "broker/metrics/histogram.h"
#include "broker/metrics/meter.h"
#include "broker/metrics/request_stats.h"
#include "broker/metrics/topic_stats.h"
#include "broker/replica/partition.h"

namespace klamm::broker::scrape {

// The replicas that this node holds, by topic and index. Never changed: a later one takes its place. A
// replica that has gone is passed over, and not kept.
struct PartitionList {
  struct Entry {
    std::weak_ptr<Partition> partition;
    size_t topic = 0;  // in topics
    int32_t index = 0;
  };
  uint64_t version = 0;  // Partitions::version()
  std::vector<std::shared_ptr<metrics::TopicStats>> topics;
  std::vector<Entry> entries;
};

// A list that is being made elsewhere.
struct ListInTheMaking {
  absl::Mutex mutex;
  std::shared_ptr<const PartitionList> done ABSL_GUARDED_BY(mutex);
};

// Of the cluster's topics; found anew only when these have changed.
struct ClusterCounts {
  SharedMap<Uuid, TopicImage> of;
  bool are_known = false;
  int64_t offline = 0;
  int64_t imbalanced = 0;
};

// The idle share of loops between two scrapes.
struct Idleness {
  int64_t idle_us = 0;
  int64_t read_us = 0;
  double share = 1;
};

struct Kept {
  std::shared_ptr<const PartitionList> partitions;
  std::shared_ptr<ListInTheMaking> making;
  ClusterCounts cluster;
  std::array<metrics::Meter, 3> topic_rates;  // of all topics: messages in, bytes in, bytes out
  // By row of RequestStats: total, local, remote, response queue, response send, size, throttle.
  static constexpr size_t kRequestTimes = 7;
  using Windows = std::array<metrics::HistogramWindow, kRequestTimes>;
  std::array<std::unique_ptr<Windows>, metrics::RequestStats::kRows> requests;
  std::map<std::pair<std::string, size_t>, metrics::Meter> connections;  // by listener and loop
  std::vector<Idleness> loops;
  metrics::HistogramWindow flushes;
  metrics::HistogramWindow metadata_syncs;
  metrics::Meter flush_rate;
  metrics::Meter appended_rate;
  metrics::Meter fetched_rate;
  int scrapes = 0;  // that are under way
  int64_t last_us = 0;
};

}  // namespace klamm::broker::scrape
