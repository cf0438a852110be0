// Generated from protocol/schema/10_find_coordinator.kmsg; not to be edited.
#include "protocol/messages/find_coordinator_request.h"
#include "protocol/messages/find_coordinator_response.h"
#include "tests/protocol/instances/instance_random.h"

namespace klamm::protocol {
namespace {

void fill(InstanceRandom& random, FindCoordinatorRequest& to, int16_t version) {
  if (version <= 3) {
    to.key = random.string();
  }
  if (version >= 1) {
    to.key_type = random.number<int8_t>();
  }
  if (version >= 4) {
    to.coordinator_keys.resize(random.count());
    for (auto& element : to.coordinator_keys) element = random.string();
  }
}

void fill(InstanceRandom& random, FindCoordinatorResponse::Coordinator& to, int16_t) {
  to.key = random.string();
  to.node_id = random.number<int32_t>();
  to.host = random.string();
  to.port = random.number<int32_t>();
  to.error_code = random.number<int16_t>();
  to.error_message.reset();
  if (!random.null()) {
    to.error_message = random.string();
  }
}

void fill(InstanceRandom& random, FindCoordinatorResponse& to, int16_t version) {
  if (version >= 1) {
    to.throttle_time_ms = random.number<int32_t>();
  }
  if (version <= 3) {
    to.error_code = random.number<int16_t>();
  }
  if (version >= 1 && version <= 3) {
    to.error_message.reset();
    if (!random.null()) {
      to.error_message = random.string();
    }
  }
  if (version <= 3) {
    to.node_id = random.number<int32_t>();
  }
  if (version <= 3) {
    to.host = random.string();
  }
  if (version <= 3) {
    to.port = random.number<int32_t>();
  }
  if (version >= 4) {
    to.coordinators.resize(random.count());
    for (auto& element : to.coordinators) fill(random, element, version);
  }
}

}  // namespace

void write_random_find_coordinator_request(InstanceRandom& random, int16_t version, Bytes& out) {
  FindCoordinatorRequest message;
  fill(random, message, version);
  write_and_compare(message, version, out);
}

void write_random_find_coordinator_response(InstanceRandom& random, int16_t version, Bytes& out) {
  FindCoordinatorResponse message;
  fill(random, message, version);
  write_and_compare(message, version, out);
}

}  // namespace klamm::protocol
