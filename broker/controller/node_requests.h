// What nodes ask of the active controller for themselves: AllocateProducerIds version 0 (KIP-730),
// ControllerRegistration version 0 (KIP-919), AssignReplicasToDirs version 0 (KIP-858).
//
// Otherwise than Apache Kafka: a controller that registers as it is registered already leaves no record.
#pragma once

#include <cstdint>

#include "broker/controller/decided.h"
#include "protocol/messages/allocate_producer_ids_request.h"
#include "protocol/messages/allocate_producer_ids_response.h"
#include "protocol/messages/assign_replicas_to_dirs_request.h"
#include "protocol/messages/assign_replicas_to_dirs_response.h"
#include "protocol/messages/controller_registration_request.h"
#include "protocol/messages/controller_registration_response.h"

namespace klamm::broker {

// A block of producer ids for a broker (KIP-730): [first, first + kProducerIdBlockSize).
inline constexpr int64_t kProducerIdBlockSize = 1000;
struct ProducerIdBlock {
  Decision decision;
  int64_t first = 0;
};
ProducerIdBlock decide_allocate_producer_ids(const ControllerView& view, NodeId broker, int64_t broker_epoch);

// The same for a broker that asks, in the epoch of its registration.
Decided<protocol::AllocateProducerIdsResponse> decide_producer_ids(
    const ControllerView& view, const protocol::AllocateProducerIdsRequest& request);

Decided<protocol::ControllerRegistrationResponse> decide_controller_registration(
    const ControllerView& view, const protocol::ControllerRegistrationRequest& request);

// Where the broker has put its replicas. Replicas in a directory that is not among its own are offline.
Decided<protocol::AssignReplicasToDirsResponse> decide_assign_replicas_to_dirs(
    const ControllerView& view, const protocol::AssignReplicasToDirsRequest& request);

}  // namespace klamm::broker
