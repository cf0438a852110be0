// UpdateFeatures versions 0-2 (KIP-584, KIP-778, KIP-1022): the feature levels of a cluster that runs.
//
// A level goes up where every node of the cluster has said that it supports it. metadata.version goes down
// only across levels that have changed nothing in the metadata: nothing may be lost that a record says.
//
// Otherwise than Apache Kafka: updates are looked at in the order of the request, and kraft.version, which
// stands in the quorum's own records, stays as it was formatted, for voters do not change here.
#pragma once

#include <string>
#include <vector>

#include "broker/controller/decided.h"
#include "protocol/messages/update_features_request.h"
#include "protocol/messages/update_features_response.h"

namespace klamm::broker {

// What the image does not say.
struct FeatureTerms {
  int16_t kraft_version = 0;
  std::vector<NodeId> voters{};  // of the metadata quorum
  // Of this controller's file: what all brokers are given where KIP-966 is switched on and nobody has set it.
  std::string isr_min = "1";
};

// `version` decides how the answer is laid out.
Decided<protocol::UpdateFeaturesResponse> decide_update_features(
    const ControllerView& view, const FeatureTerms& terms, const protocol::UpdateFeaturesRequest& request,
    int16_t version);

// `message` lives as long as the response.
protocol::UpdateFeaturesResponse refused(const protocol::UpdateFeaturesRequest& request, ErrorCode code,
                                         std::optional<std::string_view> message = std::nullopt);

}  // namespace klamm::broker
