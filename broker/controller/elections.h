// Leader election (KIP-966): who leads a partition when brokers come and go.
#pragma once

#include <functional>
#include <optional>

#include "broker/metadata/cluster_image.h"
#include "protocol/messages/partition_change_record.h"

namespace klamm::broker {

struct ElectionTerms {
  std::function<bool(NodeId)> acceptable;  // unfenced, not shutting down, with its directory online
  bool unclean = false;                    // a replica that is not in sync may lead
  bool elr = false;                        // KIP-966 is on
  size_t isr_min = 1;                      // the effective min.insync.replicas
  std::optional<NodeId> lost;              // a replica that leaves ISR and ELR: it may have lost its tail
  std::optional<NodeId> gone;              // a replica that leaves the ISR: it is fenced
};

// The change that `terms` bring to the partition; nothing when it stays as it is.
std::optional<protocol::PartitionChangeRecord> elect(const Uuid& topic, int32_t index,
                                                     const PartitionImage& partition,
                                                     const ElectionTerms& terms);

}  // namespace klamm::broker
