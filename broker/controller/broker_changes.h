// What the coming and going of a broker changes: steps of a Draft. Each is a registered broker's.
#pragma once

#include <vector>

#include "broker/controller/draft.h"

namespace klamm::broker {

bool leads_a_partition(const ClusterImage& image, NodeId id);
bool is_eligible_leader(const PartitionImage& partition, NodeId id);

// It leaves every ISR and hands its leadership on.
void leave_partitions(Draft& draft, NodeId id);
// The same, and it leaves every ELR: what it had not flushed is lost (KIP-966).
void leave_with_lost_tail(Draft& draft, NodeId id);

// Fenced as the last step: a controller that follows one that ended in between does it all again.
void fence(Draft& draft, NodeId id);
// It may lead, and what has no leader gets one.
void unfence(Draft& draft, NodeId id);
// It goes (controlled shutdown): it leads nothing from here on, nor is it in any ISR (KIP-841).
void begin_controlled_shutdown(Draft& draft, NodeId id);
// The directories that are among its own are offline, and so are the replicas there (KIP-858).
void lose_directories(Draft& draft, NodeId id, const std::vector<Uuid>& offline);
// The directories that take no new replicas (KIP-1066).
void cordon_directories(Draft& draft, NodeId id, const std::vector<Uuid>& cordoned);

}  // namespace klamm::broker
