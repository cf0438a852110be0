// ReplicaFetchers: drives a ReplicaFetcher for each broker that leads partitions which this node follows:
// over a connection of its own, on one of the network loops.
#pragma once

#include <functional>
#include <map>
#include <memory>

#include "broker/loop.h"
#include "broker/peer.h"
#include "broker/quorum_wire.h"
#include "broker/replica/fetcher.h"
#include "broker/replica/partition.h"

namespace klamm::broker {

class ReplicaFetchers {
 public:
  // All of it outlives the loops' tasks.
  struct Uses {
    std::function<Loop&(NodeId leader)> loop_of;
    // On that loop.
    std::function<std::unique_ptr<Peer>(Loop& loop, NodeId leader, const NodeAddress& address)> connect;
    int64_t socket_timeout_ms = 30'000;  // replica.socket.timeout.ms
    // From any thread: logs have been cut, and the checkpoints are to be brought down to what they are now;
    // then `done` is called, on any thread.
    std::function<void(Task done)> checkpoint{};
    const ReplicationQuota* quota = nullptr;  // of throttled replicas, if there is one
  };

  explicit ReplicaFetchers(Uses uses) : uses_(std::move(uses)) {}
  ~ReplicaFetchers();

  // ---- on the lane ----
  // Of all fetchers, from now on.
  void configure(const FetcherSettings& settings);
  // Where a leader is reached; before anything of it is followed.
  void set_address(NodeId leader, const NodeAddress& address);
  // The partition, which was assigned this leader before. Another leader's fetcher lets go of it; nothing
  // happens when it is followed in that epoch already.
  void follow(const std::shared_ptr<Partition>& partition, NodeId leader, Epoch leader_epoch);
  // What is to be followed from here on waits for tell_gathered(), and goes into one request: what comes
  // behind a request waits for as long as the leader has nothing to say to that.
  void gather() { gathers_ = true; }
  void tell_gathered();
  void unfollow(const PartitionKey& key);
  // Nothing is fetched any more; what is being written ends.
  void stop();

 private:
  class Fetching;
  struct Leadership {
    NodeId leader;
    Epoch epoch;
    friend bool operator==(const Leadership&, const Leadership&) = default;
  };
  struct Following {
    std::shared_ptr<Partition> partition;
    Epoch leader_epoch;
  };

  std::shared_ptr<Fetching> fetching_of(NodeId leader);

  const Uses uses_;
  FetcherSettings settings_;
  std::map<NodeId, NodeAddress> addresses_;
  std::map<NodeId, std::shared_ptr<Fetching>> fetching_;
  std::map<PartitionKey, Leadership> followed_;
  std::map<PartitionKey, Following> gathered_;  // of these, those that no fetcher was told of
  bool gathers_ = false;
  bool stopped_ = false;
};

}  // namespace klamm::broker
