// What handlers share about naming topics: by name or by id, internal ones, and where the leader is.
#pragma once

#include <algorithm>
#include <string_view>

#include "broker/api.h"
#include "broker/config/group_coordinator_config.h"
#include "broker/metadata/access.h"
#include "broker/metadata/cluster_image.h"
#include "broker/request_body.h"
#include "protocol/errors.h"

namespace klamm::broker {

// What the sender of a request may do, by the entries of the image. Refers to all three.
inline Access access_of(const AuthorizerRules& rules, const ClusterImage& image, const Request& request) {
  static const AuthorizerRules kEverything{};
  const Api* api = find_api(request.header.api_key);
  return {request.client->is_this_node ? kEverything : rules, image.acls(), request.client->principal,
          request.client->host, api == nullptr ? "" : api->name};
}

// Topics that the brokers keep for themselves (kafka.common.internals.Topic): not to be produced to by
// clients.
inline bool is_internal_topic(std::string_view name) {
  return name == kOffsetsTopic || name == "__transaction_state" || name == "__share_group_state";
}

// By id where there is one (versions that send ids leave the name empty), else by name.
inline const TopicImage* find_topic(const ClusterImage& image, std::string_view name, const Uuid& id) {
  return id.is_zero() ? image.topics().find(name) : image.topics().find(id);
}

// KIP-951: beside NOT_LEADER_OR_FOLLOWER, who leads, and where that is. For Produce and Fetch responses.
template <class Response>
class LeaderHints {
 public:
  LeaderHints(const ClusterImage& image, std::string_view listener) : image_(image), listener_(listener) {}

  template <class LeaderIdAndEpoch>
  void tell(std::string_view topic, const Uuid& id, int32_t partition, LeaderIdAndEpoch& leader,
            Response& response) {
    const TopicImage* known = find_topic(image_, topic, id);
    const PartitionImage* state = known == nullptr ? nullptr : known->partition(partition);
    if (state == nullptr) return;
    leader.leader_id = state->leader.value;
    leader.leader_epoch = state->leader_epoch.value;
    const EndpointImage* endpoint = image_.brokers().live_endpoint(state->leader, listener_);
    auto listed = [&](const auto& node) { return node.node_id == state->leader.value; };
    if (endpoint == nullptr ||
        std::any_of(response.node_endpoints.begin(), response.node_endpoints.end(), listed)) {
      return;
    }
    const BrokerImage* broker = image_.brokers().find(state->leader);
    auto& node = response.node_endpoints.emplace_back();
    node.node_id = state->leader.value;
    node.host = endpoint->host;
    node.port = endpoint->port;
    if (broker->rack) node.rack = *broker->rack;
  }

 private:
  const ClusterImage& image_;
  std::string_view listener_;
};

}  // namespace klamm::broker
