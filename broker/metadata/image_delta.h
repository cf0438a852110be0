// What differs between two images, for those who react to it: partitions to start and stop, configurations to
// compile anew, brokers that came and went. Found by walking the two trees together, past all that they
// share: the cost is what changed, not what there is.
//
// Everything points into the two images: good while both live.
#pragma once

#include <cstdint>
#include <vector>

#include "broker/metadata/cluster_image.h"

namespace klamm::broker {

// `before` is null for what was added, `after` for what was removed.
template <class Image>
struct Changed {
  const Image* before = nullptr;
  const Image* after = nullptr;

  const Image& either() const { return after ? *after : *before; }
};

struct PartitionDelta : Changed<PartitionImage> {
  const TopicImage* topic = nullptr;  // of the later image, or of the earlier one for a removed topic
  int32_t index = 0;
};

struct ConfigDelta : Changed<ConfigOverrides> {
  const ConfigResource* resource = nullptr;
};

struct ImageDelta {
  // A topic that was deleted and created again under its name is in both, with its two ids.
  std::vector<const TopicImage*> removed_topics;
  std::vector<const TopicImage*> added_topics;
  // Those of added and removed topics included; by topic id, removed topics in their place.
  std::vector<PartitionDelta> partitions;
  std::vector<ConfigDelta> configs;
  std::vector<Changed<BrokerImage>> brokers;
  std::vector<Changed<ControllerImage>> controllers;
  bool features = false;
  bool client_quotas = false;
  bool producer_ids = false;
  bool acls = false;
  bool scram = false;
  bool delegation_tokens = false;

  bool empty() const;
};

ImageDelta difference(const ClusterImage& before, const ClusterImage& after);

// What a change of a partition asks of one broker.
enum class ReplicaChange : uint8_t {
  kNone,           // it holds no replica, and held none; or nothing it acts on has changed
  kRemoved,        // it holds a replica no longer
  kBecomesLeader,  // it leads, in a new leader epoch
  kLeads,          // it leads as before; replicas, ISR or other state moved (a new partition epoch)
  kFollows,        // it follows, perhaps another leader; the partition epoch moved
};
ReplicaChange replica_change(const PartitionDelta& delta, NodeId broker);

}  // namespace klamm::broker
