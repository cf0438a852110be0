// Where brokers keep replicas, and moves between the directories of one broker (KIP-113).
#pragma once

#include <compare>
#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>

#include "cli/client/client.h"
#include "cli/client/topics.h"
#include "cli/error.h"

namespace klamm::cli {

// A partition's replica at one broker; by broker first.
struct BrokerReplica {
  int32_t broker = -1;
  TopicPartition partition;

  friend auto operator<=>(const BrokerReplica&, const BrokerReplica&) = default;
  // "orders-0-2": topic, partition, broker.
  std::string text() const;
};

struct ReplicaDirectories {
  std::optional<std::string> current;  // none: in no directory that works
  std::optional<std::string> future;   // to which it is being moved
};

// Of each that is asked for.
Attempt<std::map<BrokerReplica, ReplicaDirectories>> find_directories(
    Client& client, const std::set<BrokerReplica>& replicas);

using NewDirectories = std::map<BrokerReplica, std::string>;
// What became of each: begun, or kReplicaNotAvailable where the replica is not there yet.
Attempt<std::map<BrokerReplica, Attempt<>>> move_replicas(Client& client, const NewDirectories& wanted);

}  // namespace klamm::cli
