// A step towards what is declared, decided by the functions that decide what clients ask for.
#pragma once

#include <string>

#include "broker/controller/configs.h"
#include "broker/controller/decided.h"
#include "broker/declared/comparison.h"

namespace klamm::broker {

struct DecidedStep {
  Decision decision;
  std::string refusal;  // Kafka's error and sentence; then there is no decision
};

// `view` is the node's own, with nobody who asks.
DecidedStep decide_step(const ControllerView& view, const DeclaredStep& step, const AlteringNode& node,
                        bool has_authorizer);

}  // namespace klamm::broker
