// What brokers and controllers say alike when they register: where they listen, and which features they have.
#pragma once

#include <vector>

#include "broker/metadata/brokers_image.h"
#include "broker/metadata/features.h"

namespace klamm::broker {

// The names are views into `endpoints`.
template <class Request>
void add_listeners_and_features(const std::vector<EndpointImage>& endpoints, Request& request) {
  for (const EndpointImage& endpoint : endpoints) {
    request.listeners.push_back(
        {endpoint.listener, endpoint.host, endpoint.port, endpoint.security_protocol});
  }
  for (const Feature& feature : supported_features()) {
    request.features.push_back({feature.name, feature.min, feature.max});
  }
}

}  // namespace klamm::broker
