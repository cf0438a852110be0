// Generated from protocol/schema/74_list_config_resources.kmsg; not to be edited.
#include "protocol/messages/list_config_resources_request.h"
#include "protocol/messages/list_config_resources_response.h"
#include "tests/protocol/instances/instance_random.h"

namespace klamm::protocol {
namespace {

void fill(InstanceRandom& random, ListConfigResourcesRequest& to, int16_t version) {
  if (version >= 1) {
    to.resource_types.resize(random.count());
    for (auto& element : to.resource_types) element = random.number<int8_t>();
  }
}

void fill(InstanceRandom& random, ListConfigResourcesResponse::ConfigResource& to, int16_t version) {
  to.resource_name = random.string();
  if (version >= 1) {
    to.resource_type = random.number<int8_t>();
  }
}

void fill(InstanceRandom& random, ListConfigResourcesResponse& to, int16_t version) {
  to.throttle_time_ms = random.number<int32_t>();
  to.error_code = random.number<int16_t>();
  to.config_resources.resize(random.count());
  for (auto& element : to.config_resources) fill(random, element, version);
}

}  // namespace

void write_random_list_config_resources_request(InstanceRandom& random, int16_t version, Bytes& out) {
  ListConfigResourcesRequest message;
  fill(random, message, version);
  write_and_compare(message, version, out);
}

void write_random_list_config_resources_response(InstanceRandom& random, int16_t version, Bytes& out) {
  ListConfigResourcesResponse message;
  fill(random, message, version);
  write_and_compare(message, version, out);
}

}  // namespace klamm::protocol
