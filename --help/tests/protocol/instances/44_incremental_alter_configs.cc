// Generated from protocol/schema/44_incremental_alter_configs.kmsg; not to be edited.
#include "protocol/messages/incremental_alter_configs_request.h"
#include "protocol/messages/incremental_alter_configs_response.h"
#include "tests/protocol/instances/instance_random.h"

namespace klamm::protocol {
namespace {

void fill(InstanceRandom& random, IncrementalAlterConfigsRequest::AlterableConfig& to, int16_t) {
  to.name = random.string();
  to.config_operation = random.number<int8_t>();
  to.value.reset();
  if (!random.null()) {
    to.value = random.string();
  }
}

void fill(InstanceRandom& random, IncrementalAlterConfigsRequest::AlterConfigsResource& to, int16_t version) {
  to.resource_type = random.number<int8_t>();
  to.resource_name = random.string();
  to.configs.resize(random.count());
  for (auto& element : to.configs) fill(random, element, version);
}

void fill(InstanceRandom& random, IncrementalAlterConfigsRequest& to, int16_t version) {
  to.resources.resize(random.count());
  for (auto& element : to.resources) fill(random, element, version);
  to.validate_only = random.boolean();
}

void fill(InstanceRandom& random, IncrementalAlterConfigsResponse::AlterConfigsResourceResponse& to, int16_t) {
  to.error_code = random.number<int16_t>();
  to.error_message.reset();
  if (!random.null()) {
    to.error_message = random.string();
  }
  to.resource_type = random.number<int8_t>();
  to.resource_name = random.string();
}

void fill(InstanceRandom& random, IncrementalAlterConfigsResponse& to, int16_t version) {
  to.throttle_time_ms = random.number<int32_t>();
  to.responses.resize(random.count());
  for (auto& element : to.responses) fill(random, element, version);
}

}  // namespace

void write_random_incremental_alter_configs_request(InstanceRandom& random, int16_t version, Bytes& out) {
  IncrementalAlterConfigsRequest message;
  fill(random, message, version);
  write_and_compare(message, version, out);
}

void write_random_incremental_alter_configs_response(InstanceRandom& random, int16_t version, Bytes& out) {
  IncrementalAlterConfigsResponse message;
  fill(random, message, version);
  write_and_compare(message, version, out);
}

}  // namespace klamm::protocol
