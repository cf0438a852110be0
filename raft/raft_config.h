// What a Raft machine is told once, and what it tells of its quorum.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "raft/replica_key.h"
#include "raft/voters.h"

namespace klamm::raft {

// The controller.quorum.* settings, with Kafka's defaults.
struct RaftConfig {
  std::string cluster_id{};
  int32_t election_timeout_ms = 1000;  // waits are drawn from [t, 2t)
  // The first wait of a replica that has just started and knows of no leader, drawn from [t, 2t): there was
  // none whom it would disturb, and if there is one by now, the others grant no pre-vote. (Kafka: as any
  // other.)
  int32_t first_election_timeout_ms = 100;
  int32_t fetch_timeout_ms = 2000;
  int32_t election_backoff_max_ms = 1000;
  int32_t request_timeout_ms = 2000;
  int32_t retry_backoff_ms = 20;
  int32_t fetch_max_wait_ms = 500;
  int32_t fetch_max_bytes = 1 << 20;
  int32_t snapshot_max_bytes = 1 << 20;
  // An observer that may be added to the voters acknowledges like one: only what it has synced (KAFKA-17332).
  bool can_become_voter = false;
  // Whom to ask while no leader is known; the other voters if empty.
  std::vector<NodeId> bootstrap_servers{};
  // What the log does not say yet of the voters, or says wrongly of this one: the next epoch that this
  // replica leads begins with it. Only with kraft.version 1.
  std::optional<VotersStatement> unsaid_voters{};
};

// What DescribeQuorum tells. Times are -1 where unknown.
struct ReplicaDescription {
  ReplicaKey key{};
  Offset log_end = kNoOffset;
  int64_t last_fetch_ms = -1;
  int64_t last_caught_up_ms = -1;
};
struct QuorumDescription {
  NodeId leader{};
  Epoch epoch{};
  Offset high_watermark = kNoOffset;
  std::vector<ReplicaDescription> voters{};
  std::vector<ReplicaDescription> observers{};
};

}  // namespace klamm::raft
