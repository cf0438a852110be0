// Brokers: registered, unfenced, and the leaders that follow from that.
#pragma once

#include <vector>

#include "broker/controller/decided.h"

namespace klamm::broker {

// What a broker says of itself when it registers (KIP-631).
struct Registration {
  NodeId id;
  Uuid incarnation_id;
  std::vector<EndpointImage> endpoints;
  std::optional<std::string> rack;
  std::vector<Uuid> directories;
  int64_t previous_epoch = -1;  // -1: it was not shut down cleanly, or never ran
};

// `next_offset` is where the record will stand: the broker's epoch. Registered brokers are fenced until they
// have caught up. The partitions of a broker that lost what it had not flushed are taken from it (KIP-966).
Decision decide_register_broker(const ControllerView& view, const Registration& registration,
                                Offset next_offset);

// The broker has read the log beyond its registration: it may lead, and partitions without a leader get one.
Decision decide_unfence_broker(const ControllerView& view, NodeId id);

// The broker is going: it stays registered, and leads nothing from here on. (Controlled shutdown.)
Decision decide_fence_broker(const ControllerView& view, NodeId id);

// A block of producer ids for a broker (KIP-730): [first, first + kProducerIdBlockSize).
inline constexpr int64_t kProducerIdBlockSize = 1000;
struct ProducerIdBlock {
  Decision decision;
  int64_t first = 0;
};
ProducerIdBlock decide_allocate_producer_ids(const ControllerView& view, NodeId broker, int64_t broker_epoch);

}  // namespace klamm::broker
