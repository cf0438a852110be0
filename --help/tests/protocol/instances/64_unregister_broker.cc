// Generated from protocol/schema/64_unregister_broker.kmsg; not to be edited.
#include "protocol/messages/unregister_broker_request.h"
#include "protocol/messages/unregister_broker_response.h"
#include "tests/protocol/instances/instance_random.h"

namespace klamm::protocol {
namespace {

void fill(InstanceRandom& random, UnregisterBrokerRequest& to, int16_t) {
  to.broker_id = random.number<int32_t>();
}

void fill(InstanceRandom& random, UnregisterBrokerResponse& to, int16_t) {
  to.throttle_time_ms = random.number<int32_t>();
  to.error_code = random.number<int16_t>();
  to.error_message.reset();
  if (!random.null()) {
    to.error_message = random.string();
  }
}

}  // namespace

void write_random_unregister_broker_request(InstanceRandom& random, int16_t version, Bytes& out) {
  UnregisterBrokerRequest message;
  fill(random, message, version);
  write_and_compare(message, version, out);
}

void write_random_unregister_broker_response(InstanceRandom& random, int16_t version, Bytes& out) {
  UnregisterBrokerResponse message;
  fill(random, message, version);
  write_and_compare(message, version, out);
}

}  // namespace klamm::protocol
