// How the cluster's partitions weigh on its brokers: counts that go along with the topics, so that whoever
// places new ones need not walk over all that there are. Part of TopicsImage.
#pragma once

#include <cstdint>
#include <vector>

#include "base/types.h"
#include "broker/metadata/shared_map.h"

namespace klamm::broker {

struct BrokerLoad {
  int64_t leads = 0;  // partitions whose preferred leader it is, whoever leads them at the moment
  int64_t holds = 0;  // replicas, those of the partitions that it leads among them

  friend bool operator==(const BrokerLoad&, const BrokerLoad&) = default;
};

// A value that shares what it can with the one that it was copied from.
class BrokerLoads {
 public:
  // Of any broker: one that is not registered may have replicas, too.
  BrokerLoad of(NodeId broker) const;

  // A partition with these replicas, in the order of preference, has come or has gone.
  void add(const std::vector<NodeId>& replicas) { shift(replicas, 1); }
  void remove(const std::vector<NodeId>& replicas) { shift(replicas, -1); }

  friend bool operator==(const BrokerLoads&, const BrokerLoads&) = default;

 private:
  void shift(const std::vector<NodeId>& replicas, int64_t partitions);

  SharedMap<NodeId, BrokerLoad> by_broker_;  // nobody who has nothing
};

}  // namespace klamm::broker
