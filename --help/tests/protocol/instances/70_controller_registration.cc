// Generated from protocol/schema/70_controller_registration.kmsg; not to be edited.
#include "protocol/messages/controller_registration_request.h"
#include "protocol/messages/controller_registration_response.h"
#include "tests/protocol/instances/instance_random.h"

namespace klamm::protocol {
namespace {

void fill(InstanceRandom& random, ControllerRegistrationRequest::Listener& to, int16_t) {
  to.name = random.string();
  to.host = random.string();
  to.port = random.number<uint16_t>();
  to.security_protocol = random.number<int16_t>();
}

void fill(InstanceRandom& random, ControllerRegistrationRequest::Feature& to, int16_t version) {
  to.name = random.string();
  to.min_supported_version = random.number<int16_t>();
  to.max_supported_version = random.number<int16_t>();
}

void fill(InstanceRandom& random, ControllerRegistrationRequest& to, int16_t version) {
  to.controller_id = random.number<int32_t>();
  to.incarnation_id = random.uuid();
  to.zk_migration_ready = random.boolean();
  to.listeners.resize(random.count());
  for (auto& element : to.listeners) fill(random, element, version);
  to.features.resize(random.count());
  for (auto& element : to.features) fill(random, element, version);
}

void fill(InstanceRandom& random, ControllerRegistrationResponse& to, int16_t) {
  to.throttle_time_ms = random.number<int32_t>();
  to.error_code = random.number<int16_t>();
  to.error_message.reset();
  if (!random.null()) {
    to.error_message = random.string();
  }
}

}  // namespace

void write_random_controller_registration_request(InstanceRandom& random, int16_t version, Bytes& out) {
  ControllerRegistrationRequest message;
  fill(random, message, version);
  write_and_compare(message, version, out);
}

void write_random_controller_registration_response(InstanceRandom& random, int16_t version, Bytes& out) {
  ControllerRegistrationResponse message;
  fill(random, message, version);
  write_and_compare(message, version, out);
}

}  // namespace klamm::protocol
