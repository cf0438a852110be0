// The topics and partitions of the cluster, as the metadata log says. Part of ClusterImage: an immutable
// value that shares what it can with the image before it.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/types.h"
#include "base/uuid.h"
#include "broker/metadata/broker_loads.h"
#include "broker/metadata/shared_map.h"

namespace klamm::protocol {
struct ClearElrRecord;
struct PartitionChangeRecord;
struct PartitionRecord;
struct RemoveTopicRecord;
struct TopicRecord;
}  // namespace klamm::protocol

namespace klamm::broker {

// Directory ids that name no directory (KIP-858).
inline const Uuid kMigratingDirectory = Uuid::of(0, 0);
inline const Uuid kUnassignedDirectory = Uuid::of(0, 1);
inline const Uuid kLostDirectory = Uuid::of(0, 2);

enum class LeaderRecoveryState : int8_t { kRecovered = 0, kRecovering = 1 };

struct PartitionImage {
  std::vector<NodeId> replicas;   // in the order of preference
  std::vector<Uuid> directories;  // one for each replica
  std::vector<NodeId> isr;
  std::vector<NodeId> removing_replicas;
  std::vector<NodeId> adding_replicas;
  std::vector<NodeId> elr;  // eligible leader replicas (KIP-966)
  std::vector<NodeId> last_known_elr;
  NodeId leader = kNoNode;
  LeaderRecoveryState leader_recovery_state = LeaderRecoveryState::kRecovered;
  Epoch leader_epoch{0};
  Epoch partition_epoch{0};  // one up with every change

  bool has_leader() const { return leader != kNoNode; }
  NodeId preferred_leader() const { return replicas.empty() ? kNoNode : replicas.front(); }
  bool is_reassigning() const { return !adding_replicas.empty() || !removing_replicas.empty(); }
  bool has_replica(NodeId id) const;
  bool in_isr(NodeId id) const;
  bool adds(NodeId id) const;  // a reassignment does
  // The directory of a replica, or kUnassignedDirectory when `id` holds none.
  Uuid directory_of(NodeId id) const;

  friend bool operator==(const PartitionImage&, const PartitionImage&) = default;
};

// Node ids as they stand in records and messages, and back.
std::vector<int32_t> numbers_of(const std::vector<NodeId>& nodes);
std::vector<NodeId> nodes_of(const std::vector<int32_t>& numbers);

struct TopicImage {
  std::string name;
  Uuid id;
  SharedMap<int32_t, PartitionImage> partitions;

  const PartitionImage* partition(int32_t index) const { return partitions.find(index); }

  friend bool operator==(const TopicImage&, const TopicImage&) = default;
};

class TopicsImage {
 public:
  // nullptr when there is none. Good while an image that holds it lives.
  const TopicImage* find(std::string_view name) const;
  const TopicImage* find(const Uuid& id) const;
  const PartitionImage* find(std::string_view topic, int32_t partition) const;
  const PartitionImage* find(const Uuid& topic, int32_t partition) const;

  const SharedMap<Uuid, TopicImage>& by_id() const { return by_id_; }
  // Name to id; with find(id) the walk in the order of the names.
  const SharedMap<std::string, Uuid>& by_name() const { return by_name_; }
  size_t partition_count() const { return partition_count_; }
  // Of all partitions here.
  const BrokerLoads& loads() const { return loads_; }

  // Each applies a record, or says how it contradicts what is here and changes nothing.
  Result<void, Failure> apply(const protocol::TopicRecord& record);
  Result<void, Failure> apply(const protocol::PartitionRecord& record);
  Result<void, Failure> apply(const protocol::PartitionChangeRecord& record);
  Result<void, Failure> apply(const protocol::RemoveTopicRecord& record);
  Result<void, Failure> apply(const protocol::ClearElrRecord& record);

  friend bool operator==(const TopicsImage& a, const TopicsImage& b) { return a.by_id_ == b.by_id_; }

 private:
  void clear_elr(const TopicImage& topic);

  SharedMap<Uuid, TopicImage> by_id_;
  SharedMap<std::string, Uuid> by_name_;
  size_t partition_count_ = 0;
  BrokerLoads loads_;
};

// `partition` with the change made to it: the leader epoch goes up when the record names a leader, the
// partition epoch always. Fails when the lists of replicas and directories come to differ in length.
Result<PartitionImage, Failure> changed(const PartitionImage& partition,
                                        const protocol::PartitionChangeRecord& record);

}  // namespace klamm::broker
