// Generated from protocol/schema/12_heartbeat.kmsg; not to be edited.
#include "protocol/messages/heartbeat_request.h"
#include "protocol/messages/heartbeat_response.h"
#include "tests/protocol/instances/instance_random.h"

namespace klamm::protocol {
namespace {

void fill(InstanceRandom& random, HeartbeatRequest& to, int16_t version) {
  to.group_id = random.string();
  to.generation_id = random.number<int32_t>();
  to.member_id = random.string();
  if (version >= 3) {
    to.group_instance_id.reset();
    if (!random.null()) {
      to.group_instance_id = random.string();
    }
  }
}

void fill(InstanceRandom& random, HeartbeatResponse& to, int16_t version) {
  if (version >= 1) {
    to.throttle_time_ms = random.number<int32_t>();
  }
  to.error_code = random.number<int16_t>();
}

}  // namespace

void write_random_heartbeat_request(InstanceRandom& random, int16_t version, Bytes& out) {
  HeartbeatRequest message;
  fill(random, message, version);
  write_and_compare(message, version, out);
}

void write_random_heartbeat_response(InstanceRandom& random, int16_t version, Bytes& out) {
  HeartbeatResponse message;
  fill(random, message, version);
  write_and_compare(message, version, out);
}

}  // namespace klamm::protocol
