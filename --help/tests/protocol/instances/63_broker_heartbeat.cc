// Generated from protocol/schema/63_broker_heartbeat.kmsg; not to be edited.
#include "protocol/messages/broker_heartbeat_request.h"
#include "protocol/messages/broker_heartbeat_response.h"
#include "tests/protocol/instances/instance_random.h"

namespace klamm::protocol {
namespace {

void fill(InstanceRandom& random, BrokerHeartbeatRequest& to, int16_t version) {
  to.broker_id = random.number<int32_t>();
  to.broker_epoch = random.number<int64_t>();
  to.current_metadata_offset = random.number<int64_t>();
  to.want_fence = random.boolean();
  to.want_shut_down = random.boolean();
  if (version >= 1 && random.some()) {
    to.offline_log_dirs.resize(random.count());
    for (auto& element : to.offline_log_dirs) element = random.uuid();
  }
  if (version >= 2 && random.some()) {
    to.cordoned_log_dirs.reset();
    if (!random.null()) {
      to.cordoned_log_dirs.emplace(random.count());
      for (auto& element : *to.cordoned_log_dirs) element = random.uuid();
    }
  }
}

void fill(InstanceRandom& random, BrokerHeartbeatResponse& to, int16_t) {
  to.throttle_time_ms = random.number<int32_t>();
  to.error_code = random.number<int16_t>();
  to.is_caught_up = random.boolean();
  to.is_fenced = random.boolean();
  to.should_shut_down = random.boolean();
}

}  // namespace

void write_random_broker_heartbeat_request(InstanceRandom& random, int16_t version, Bytes& out) {
  BrokerHeartbeatRequest message;
  fill(random, message, version);
  write_and_compare(message, version, out);
}

void write_random_broker_heartbeat_response(InstanceRandom& random, int16_t version, Bytes& out) {
  BrokerHeartbeatResponse message;
  fill(random, message, version);
  write_and_compare(message, version, out);
}

}  // namespace klamm::protocol
