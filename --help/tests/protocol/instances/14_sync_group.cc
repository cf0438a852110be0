// Generated from protocol/schema/14_sync_group.kmsg; not to be edited.
#include "protocol/messages/sync_group_request.h"
#include "protocol/messages/sync_group_response.h"
#include "tests/protocol/instances/instance_random.h"

namespace klamm::protocol {
namespace {

void fill(InstanceRandom& random, SyncGroupRequest::SyncGroupRequestAssignment& to, int16_t) {
  to.member_id = random.string();
  to.assignment = random.bytes();
}

void fill(InstanceRandom& random, SyncGroupRequest& to, int16_t version) {
  to.group_id = random.string();
  to.generation_id = random.number<int32_t>();
  to.member_id = random.string();
  if (version >= 3) {
    to.group_instance_id.reset();
    if (!random.null()) {
      to.group_instance_id = random.string();
    }
  }
  if (version >= 5) {
    to.protocol_type.reset();
    if (!random.null()) {
      to.protocol_type = random.string();
    }
  }
  if (version >= 5) {
    to.protocol_name.reset();
    if (!random.null()) {
      to.protocol_name = random.string();
    }
  }
  to.assignments.resize(random.count());
  for (auto& element : to.assignments) fill(random, element, version);
}

void fill(InstanceRandom& random, SyncGroupResponse& to, int16_t version) {
  if (version >= 1) {
    to.throttle_time_ms = random.number<int32_t>();
  }
  to.error_code = random.number<int16_t>();
  if (version >= 5) {
    to.protocol_type.reset();
    if (!random.null()) {
      to.protocol_type = random.string();
    }
  }
  if (version >= 5) {
    to.protocol_name.reset();
    if (!random.null()) {
      to.protocol_name = random.string();
    }
  }
  to.assignment = random.bytes();
}

}  // namespace

void write_random_sync_group_request(InstanceRandom& random, int16_t version, Bytes& out) {
  SyncGroupRequest message;
  fill(random, message, version);
  write_and_compare(message, version, out);
}

void write_random_sync_group_response(InstanceRandom& random, int16_t version, Bytes& out) {
  SyncGroupResponse message;
  fill(random, message, version);
  write_and_compare(message, version, out);
}

}  // namespace klamm::protocol
