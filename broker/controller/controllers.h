// Controllers: registered, so that clients of the controllers' listeners learn where they are (KIP-919).
#pragma once

#include <vector>

#include "broker/controller/decided.h"

namespace klamm::broker {

// What a controller says of itself when it registers.
struct ControllerRegistration {
  NodeId id;
  Uuid incarnation_id;  // another one in each life of the process
  std::vector<EndpointImage> endpoints;
};

// No records when this incarnation is registered already, or the metadata.version is too old for it.
Decision decide_register_controller(const ControllerView& view, const ControllerRegistration& registration);

}  // namespace klamm::broker
