// Generated from protocol/schema/62_broker_registration.kmsg; not to be edited.
#include "protocol/messages/broker_registration_request.h"
#include "protocol/messages/broker_registration_response.h"
#include "tests/protocol/instances/instance_random.h"

namespace klamm::protocol {
namespace {

void fill(InstanceRandom& random, BrokerRegistrationRequest::Listener& to, int16_t) {
  to.name = random.string();
  to.host = random.string();
  to.port = random.number<uint16_t>();
  to.security_protocol = random.number<int16_t>();
}

void fill(InstanceRandom& random, BrokerRegistrationRequest::Feature& to, int16_t version) {
  to.name = random.string();
  to.min_supported_version = random.number<int16_t>();
  to.max_supported_version = random.number<int16_t>();
}

void fill(InstanceRandom& random, BrokerRegistrationRequest& to, int16_t version) {
  to.broker_id = random.number<int32_t>();
  to.cluster_id = random.string();
  to.incarnation_id = random.uuid();
  to.listeners.resize(random.count());
  for (auto& element : to.listeners) fill(random, element, version);
  to.features.resize(random.count());
  for (auto& element : to.features) fill(random, element, version);
  to.rack.reset();
  if (!random.null()) {
    to.rack = random.string();
  }
  if (version >= 1) {
    to.is_migrating_zk_broker = random.boolean();
  }
  if (version >= 2) {
    to.log_dirs.resize(random.count());
    for (auto& element : to.log_dirs) element = random.uuid();
  }
  if (version >= 3) {
    to.previous_broker_epoch = random.number<int64_t>();
  }
}

void fill(InstanceRandom& random, BrokerRegistrationResponse& to, int16_t) {
  to.throttle_time_ms = random.number<int32_t>();
  to.error_code = random.number<int16_t>();
  to.broker_epoch = random.number<int64_t>();
}

}  // namespace

void write_random_broker_registration_request(InstanceRandom& random, int16_t version, Bytes& out) {
  BrokerRegistrationRequest message;
  fill(random, message, version);
  write_and_compare(message, version, out);
}

void write_random_broker_registration_response(InstanceRandom& random, int16_t version, Bytes& out) {
  BrokerRegistrationResponse message;
  fill(random, message, version);
  write_and_compare(message, version, out);
}

}  // namespace klamm::protocol
