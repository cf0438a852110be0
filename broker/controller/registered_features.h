// Whether a broker that registers can serve a cluster of these feature levels (KIP-584).
#pragma once

#include <optional>

#include "broker/controller/decided.h"
#include "protocol/messages/broker_registration_request.h"

namespace klamm::broker {

// UNSUPPORTED_VERSION when the broker does not support a finalized level, INVALID_REGISTRATION when it does
// not say which levels of metadata.version it supports.
std::optional<ApiError> check_registered_features(const ClusterImage& image,
                                                  const protocol::BrokerRegistrationRequest& request);

}  // namespace klamm::broker
