// What the requests and the responses of the metadata quorum have in common: one topic, one partition, the
// versions, and where a leader is reached.
//
// In Fetch the topic is named by its id alone: before version 13, which has none, Kafka 4.3 answers every
// Fetch of its quorum with INVALID_REQUEST, and gives up on every answer (RaftUtil.hasValidTopicPartition).
// So 13 is the oldest version that is sent, although Kafka's own client would agree on 4.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/types.h"
#include "base/uuid.h"
#include "raft/messages.h"

namespace klamm::broker {

inline constexpr std::string_view kMetadataTopic = "__cluster_metadata";
inline Uuid metadata_topic_id() { return Uuid::of(0, 1); }

struct NodeAddress {
  std::string host{};
  uint16_t port = 0;

  friend bool operator==(const NodeAddress&, const NodeAddress&) = default;
};

// Where a node is reached by whoever asked at the listener in question; nullopt where that is not known.
using EndpointOf = std::function<std::optional<NodeAddress>(NodeId)>;

struct VersionRange {
  int16_t min = 0;
  int16_t max = 0;

  friend bool operator==(const VersionRange&, const VersionRange&) = default;
};

int16_t api_key_of(const raft::Request& request);
// The versions in which a request may go out. A pre-vote is lost before version 2 of Vote: whoever knows
// none has to be told to the machine as UNSUPPORTED_VERSION (KIP-996).
VersionRange versions_of(const raft::Request& request);

// What the machine is told in place of a response that did not come, or could not be read.
raft::Response unanswered(const raft::Request& request, raft::ErrorCode error);
// The same of a request that is known by its API alone.
raft::Response unanswered(int16_t api_key, raft::ErrorCode error);

// No epoch can follow this one, so nobody may be led into it from outside. (Apache Kafka takes it, and fails
// at its next election.)
inline constexpr Epoch kLastEpoch{INT32_MAX};

// nullopt for an address that nobody could connect to.
std::optional<NodeAddress> usable_address(std::string_view host, int32_t port);

// The messages name the same things by different names.
template <class Topic>
bool is_metadata_topic(const Topic& topic) {
  if constexpr (requires { topic.topic_id; }) {
    return topic.topic_id == metadata_topic_id();
  } else if constexpr (requires { topic.topic_name; }) {
    return topic.topic_name == kMetadataTopic;
  } else {
    return topic.name == kMetadataTopic;
  }
}
template <class Partition>
int32_t index_of(const Partition& partition) {
  if constexpr (requires { partition.partition_index; }) {
    return partition.partition_index;
  } else if constexpr (requires { partition.index; }) {
    return partition.index;
  } else {
    return partition.partition;
  }
}

// Partition 0 of the metadata topic if there is nothing else, nullptr otherwise.
template <class Topic>
auto only_metadata_partition(const std::vector<Topic>& topics) -> decltype(topics[0].partitions.data()) {
  const bool is_ours = topics.size() == 1 && is_metadata_topic(topics[0]) &&
                       topics[0].partitions.size() == 1 && index_of(topics[0].partitions[0]) == 0;
  return is_ours ? topics[0].partitions.data() : nullptr;
}

}  // namespace klamm::broker
