// Leader election (KIP-966): who leads a partition when brokers come and go, and what becomes of its in-sync
// and eligible replicas.
#pragma once

#include <functional>
#include <optional>
#include <utility>
#include <vector>

#include "broker/metadata/cluster_image.h"
#include "protocol/messages/partition_change_record.h"

namespace klamm::broker {

// Who is to hold a partition from now on: what a reassignment begins with, or what it falls back to.
struct Assignment {
  std::vector<NodeId> replicas;  // those that are removed behind the others
  std::vector<NodeId> removing;
  std::vector<NodeId> adding;
};

struct ElectionTerms {
  std::function<bool(NodeId)> acceptable;  // unfenced, not shutting down, with its directory online
  bool unclean = false;                    // a replica that is not in sync may lead
  bool preferred = false;                  // the first of the assignment, if it is in sync, before the leader
  bool elr = false;                        // KIP-966 is on
  size_t isr_min = 1;                      // the effective min.insync.replicas
  std::optional<NodeId> lost;              // a replica that leaves ISR and ELR: it may have lost its tail
  std::optional<NodeId> gone;              // a replica that leaves the ISR: it is fenced

  // What else changes in the partition.
  std::optional<std::vector<NodeId>> isr;            // as its leader says
  std::optional<LeaderRecoveryState> recovery;       // as its leader says
  std::optional<std::pair<NodeId, Uuid>> directory;  // where a replica is now
  std::optional<Assignment> assignment;              // only where can_change_replicas()
  std::function<Uuid(NodeId)> new_directory;         // with an assignment: of a replica that it adds
  bool says_directories = true;                      // records can name directories (MV 17)
  bool bumps_leader_epoch_on_isr_shrink = false;     // KAFKA-15021, below MV 12
};

// Below MV 17 records cannot say where a replica is: others may hold a partition where nobody says it.
bool can_change_replicas(const PartitionImage& partition, const ElectionTerms& terms);

// The change that `terms` bring to the partition; nothing when it stays as it is. A reassignment whose new
// replicas are in sync is completed by it.
//
// Otherwise than Apache Kafka: where KIP-966 has been switched off while nobody is in sync, whoever was
// eligible stays it, and may lead; Kafka's controllers forget them, and the partition waits for an unclean
// election.
std::optional<protocol::PartitionChangeRecord> elect(const Uuid& topic, int32_t index,
                                                     const PartitionImage& partition,
                                                     const ElectionTerms& terms);

}  // namespace klamm::broker
