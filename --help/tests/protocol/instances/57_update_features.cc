// Generated from protocol/schema/57_update_features.kmsg; not to be edited.
#include "protocol/messages/update_features_request.h"
#include "protocol/messages/update_features_response.h"
#include "tests/protocol/instances/instance_random.h"

namespace klamm::protocol {
namespace {

void fill(InstanceRandom& random, UpdateFeaturesRequest::FeatureUpdateKey& to, int16_t version) {
  to.feature = random.string();
  to.max_version_level = random.number<int16_t>();
  if (version <= 0) {
    to.allow_downgrade = random.boolean();
  }
  if (version >= 1) {
    to.upgrade_type = random.number<int8_t>();
  }
}

void fill(InstanceRandom& random, UpdateFeaturesRequest& to, int16_t version) {
  to.timeout_ms = random.number<int32_t>();
  to.feature_updates.resize(random.count());
  for (auto& element : to.feature_updates) fill(random, element, version);
  if (version >= 1) {
    to.validate_only = random.boolean();
  }
}

void fill(InstanceRandom& random, UpdateFeaturesResponse::UpdatableFeatureResult& to, int16_t) {
  to.feature = random.string();
  to.error_code = random.number<int16_t>();
  to.error_message.reset();
  if (!random.null()) {
    to.error_message = random.string();
  }
}

void fill(InstanceRandom& random, UpdateFeaturesResponse& to, int16_t version) {
  to.throttle_time_ms = random.number<int32_t>();
  to.error_code = random.number<int16_t>();
  to.error_message.reset();
  if (!random.null()) {
    to.error_message = random.string();
  }
  if (version <= 1) {
    to.results.resize(random.count());
    for (auto& element : to.results) fill(random, element, version);
  }
}

}  // namespace

void write_random_update_features_request(InstanceRandom& random, int16_t version, Bytes& out) {
  UpdateFeaturesRequest message;
  fill(random, message, version);
  write_and_compare(message, version, out);
}

void write_random_update_features_response(InstanceRandom& random, int16_t version, Bytes& out) {
  UpdateFeaturesResponse message;
  fill(random, message, version);
  write_and_compare(message, version, out);
}

}  // namespace klamm::protocol
