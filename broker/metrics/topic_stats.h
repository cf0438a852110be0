// TopicStats: what comes and goes of each topic, and of all together: Kafka's BrokerTopicMetrics. The
// counters of a topic live for as long as this node holds a replica of it, those of all topics as long as the
// process.
#pragma once

#include <absl/base/thread_annotations.h>
#include <absl/synchronization/mutex.h>

#include <cstddef>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "broker/metrics/counters.h"
#include "broker/metrics/exposition.h"
#include "broker/metrics/meter.h"

namespace klamm::broker::metrics {

enum class TopicCounter : uint8_t {
  kMessagesIn,
  kBytesIn,
  kBytesOut,  // to consumers
  kBytesRejected,
  kTotalProduceRequests,  // partitions that were asked for, as in Kafka
  kTotalFetchRequests,
  kFailedProduceRequests,
  kFailedFetchRequests,
  kProduceMessageConversions,
  kInvalidMessageCrc,
  kInvalidOffsetOrSequence,
  // Of all topics together alone.
  kReplicationBytesIn,
  kReplicationBytesOut,
  kCount,
};

class TopicStats {
 public:
  TopicStats(std::string topic, Counters<TopicCounter>& all)
      : topic_(std::move(topic)), labels_(Labels("topic", topic_).text()), all_(all) {}

  const std::string& topic() const { return topic_; }
  // `topic="its name"`, made once.
  const std::string& labels() const { return labels_; }
  // To the topic's and to those of all.
  void add(TopicCounter which, int64_t amount = 1) {
    own_.add(which, amount);
    all_.add(which, amount);
  }
  int64_t load(TopicCounter which) const { return own_.load(which); }

  // For the thread that scrapes alone; made when it first asks.
  struct Rates {
    Meter messages_in;
    Meter bytes_in;
    Meter bytes_out;
  };
  Rates& rates() {
    if (rates_ == nullptr) rates_ = std::make_unique<Rates>();
    return *rates_;
  }

 private:
  const std::string topic_;
  const std::string labels_;
  Counters<TopicCounter> own_;
  Counters<TopicCounter>& all_;
  std::unique_ptr<Rates> rates_;
};

class TopicStatsOfNode {
 public:
  Counters<TopicCounter>& all() { return all_; }
  const Counters<TopicCounter>& all() const { return all_; }

  // Of the topic: those that somebody holds, or new ones. This outlives them. From any thread.
  std::shared_ptr<TopicStats> of(std::string_view topic) {
    absl::MutexLock lock(&mutex_);
    auto found = topics_.find(topic);
    if (found == topics_.end()) {
      if (topics_.size() >= 2 * held_ + kNamesMin) drop_names();
      found = topics_.try_emplace(std::string(topic)).first;
    }
    std::shared_ptr<TopicStats> stats = found->second.lock();
    if (stats == nullptr) {
      stats = std::make_shared<TopicStats>(found->first, all_);
      found->second = stats;
    }
    return stats;
  }

  // Those of up to `count` topics that are held, in the order of their names, from the first behind `after`.
  std::vector<std::shared_ptr<TopicStats>> some(std::string_view after, size_t count) {
    std::vector<std::shared_ptr<TopicStats>> held;
    absl::MutexLock lock(&mutex_);
    for (auto at = topics_.upper_bound(after); at != topics_.end() && held.size() < count;) {
      if (auto stats = at->second.lock()) {
        held.push_back(std::move(stats));
        ++at;
      } else {
        at = topics_.erase(at);
      }
    }
    return held;
  }

  // Names that are remembered, those of topics that have gone among them until somebody asks.
  size_t names() {
    absl::MutexLock lock(&mutex_);
    return topics_.size();
  }
  static constexpr size_t kNamesMin = 1'000;

 private:
  // Where nobody scrapes, those of topics that come and go would add up.
  void drop_names() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) {
    std::erase_if(topics_, [](const auto& entry) { return entry.second.expired(); });
    held_ = topics_.size();
  }

  Counters<TopicCounter> all_;
  absl::Mutex mutex_;
  std::map<std::string, std::weak_ptr<TopicStats>, std::less<>> topics_ ABSL_GUARDED_BY(mutex_);
  size_t held_ ABSL_GUARDED_BY(mutex_) = 0;  // when names were dropped last
};

}  // namespace klamm::broker::metrics
