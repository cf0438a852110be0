// RefusedTopics: the part of an answer that is known before the group is asked: topics and partitions that do
// not exist. What the group says of the others is merged into it the way Kafka does: refused partitions
// first, the rest behind them under the same topic; without any refused, as the request had them, repeated
// topics included.
#pragma once

#include <map>
#include <vector>

#include "protocol/errors.h"

namespace klamm::broker::group {

template <class Key, class Topic>
class RefusedTopics {
 public:
  // The topic is answered for, if perhaps without partitions.
  Topic& add(const Key& key, const Topic& topic) {
    auto [place, is_new] = index_.try_emplace(key, topics_.size());
    if (is_new) topics_.push_back(topic);
    return topics_[place->second];
  }
  void add(const Key& key, const Topic& topic, int32_t partition, protocol::ErrorCode code) {
    auto& refused = add(key, topic).partitions.emplace_back();
    refused.partition_index = partition;
    refused.error_code = protocol::wire_value(code);
  }

  // `key_of` gives a topic's key. Nothing is left here.
  template <class KeyOf>
  std::vector<Topic> merge(std::vector<Topic> answered, KeyOf key_of) {
    if (topics_.empty()) return answered;
    for (Topic& topic : answered) {
      auto [place, is_new] = index_.try_emplace(key_of(topic), topics_.size());
      if (is_new) {
        topics_.push_back(std::move(topic));
      } else {
        auto& partitions = topics_[place->second].partitions;
        partitions.insert(partitions.end(), topic.partitions.begin(), topic.partitions.end());
      }
    }
    index_.clear();
    return std::move(topics_);
  }

 private:
  std::vector<Topic> topics_;
  std::map<Key, size_t> index_;
};

}  // namespace klamm::broker::group
