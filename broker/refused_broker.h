// What an operator reads when a controller refuses a node: Kafka's name of it, and what can be done.
#pragma once

#include <string>
#include <string_view>

#include "protocol/errors.h"

namespace klamm::broker {

// "INCONSISTENT_CLUSTER_ID (104). These are ..."; without a full stop at the end.
std::string describe_refusal(protocol::ErrorCode code);

inline constexpr std::string_view kNoControllerRemedy =
    "A majority of the controllers has to run, and to be reached from here by controller.quorum.voters or "
    "controller.quorum.bootstrap.servers";

}  // namespace klamm::broker
