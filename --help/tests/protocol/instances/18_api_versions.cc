// Generated from protocol/schema/18_api_versions.kmsg; not to be edited.
#include "protocol/messages/api_versions_request.h"
#include "protocol/messages/api_versions_response.h"
#include "tests/protocol/instances/instance_random.h"

namespace klamm::protocol {
namespace {

void fill(InstanceRandom& random, ApiVersionsRequest& to, int16_t version) {
  if (version >= 3) {
    to.client_software_name = random.string();
  }
  if (version >= 3) {
    to.client_software_version = random.string();
  }
}

void fill(InstanceRandom& random, ApiVersionsResponse::ApiVersion& to, int16_t version) {
  to.api_key = random.number<int16_t>();
  to.min_version = random.number<int16_t>();
  to.max_version = random.number<int16_t>();
}

void fill(InstanceRandom& random, ApiVersionsResponse::SupportedFeatureKey& to, int16_t version) {
  to.name = random.string();
  to.min_version = random.number<int16_t>();
  to.max_version = random.number<int16_t>();
}

void fill(InstanceRandom& random, ApiVersionsResponse::FinalizedFeatureKey& to, int16_t version) {
  to.name = random.string();
  to.max_version_level = random.number<int16_t>();
  to.min_version_level = random.number<int16_t>();
}

void fill(InstanceRandom& random, ApiVersionsResponse& to, int16_t version) {
  to.error_code = random.number<int16_t>();
  to.api_keys.resize(random.count());
  for (auto& element : to.api_keys) fill(random, element, version);
  if (version >= 1) {
    to.throttle_time_ms = random.number<int32_t>();
  }
  if (version >= 3 && random.some()) {
    to.supported_features.resize(random.count());
    for (auto& element : to.supported_features) fill(random, element, version);
  }
  if (version >= 3 && random.some()) {
    to.finalized_features_epoch = random.number<int64_t>();
  }
  if (version >= 3 && random.some()) {
    to.finalized_features.resize(random.count());
    for (auto& element : to.finalized_features) fill(random, element, version);
  }
  if (version >= 3 && random.some()) {
    to.zk_migration_ready = random.boolean();
  }
}

}  // namespace

void write_random_api_versions_request(InstanceRandom& random, int16_t version, Bytes& out) {
  ApiVersionsRequest message;
  fill(random, message, version);
  write_and_compare(message, version, out);
}

void write_random_api_versions_response(InstanceRandom& random, int16_t version, Bytes& out) {
  ApiVersionsResponse message;
  fill(random, message, version);
  write_and_compare(message, version, out);
}

}  // namespace klamm::protocol
