// ApiVersions, versions 0-4: which APIs this node serves in which versions, and the cluster's features.
// KIP-35, KIP-511 (v3: client software), KIP-584 (features), KAFKA-17011 (v4: features whose lowest level is
// 0).

#include "broker/client_software.h"
#include "broker/handlers/cluster.h"

namespace klamm::broker {
namespace {

using protocol::ApiVersionsResponse;
using protocol::ErrorCode;

constexpr int16_t kKey = 18;
constexpr int16_t kVersionMax = 4;
constexpr int16_t kFirstVersionWithSoftware = 3;
constexpr int16_t kFirstVersionWithZeroLevels = 4;

}  // namespace

ApiVersionsResponse api_versions(const protocol::ApiVersionsRequest& request, int16_t version,
                                 const ClusterUses& uses) {
  ApiVersionsResponse response;
  if (version < 0 || version > kVersionMax) {
    response.error_code = protocol::wire_value(ErrorCode::kUnsupportedVersion);
    const Api* own = find_api(kKey);
    response.api_keys.push_back({own->key, own->advertised_min, own->version_max});
    return response;
  }
  if (version >= kFirstVersionWithSoftware && !(is_client_software_text(request.client_software_name) &&
                                                is_client_software_text(request.client_software_version))) {
    response.error_code = protocol::wire_value(ErrorCode::kInvalidRequest);
    return response;
  }
  ListenerKind listener = uses.client.controller_listener ? ListenerKind::kController : ListenerKind::kBroker;
  for (const Api& api : api_table()) {
    bool served = static_cast<uint8_t>(api.listeners) & static_cast<uint8_t>(listener);
    if (served) response.api_keys.push_back({api.key, api.advertised_min, api.version_max});
  }
  for (const Feature& feature : supported_features()) {
    if (feature.min == 0 && version < kFirstVersionWithZeroLevels) continue;
    response.supported_features.push_back({feature.name, feature.min, feature.max});
  }
  return response;
}

}  // namespace klamm::broker
