// Generated from protocol/schema/13_leave_group.kmsg; not to be edited.
#include "protocol/messages/leave_group_request.h"
#include "protocol/messages/leave_group_response.h"
#include "tests/protocol/instances/instance_random.h"

namespace klamm::protocol {
namespace {

void fill(InstanceRandom& random, LeaveGroupRequest::MemberIdentity& to, int16_t version) {
  to.member_id = random.string();
  to.group_instance_id.reset();
  if (!random.null()) {
    to.group_instance_id = random.string();
  }
  if (version >= 5) {
    to.reason.reset();
    if (!random.null()) {
      to.reason = random.string();
    }
  }
}

void fill(InstanceRandom& random, LeaveGroupRequest& to, int16_t version) {
  to.group_id = random.string();
  if (version <= 2) {
    to.member_id = random.string();
  }
  if (version >= 3) {
    to.members.resize(random.count());
    for (auto& element : to.members) fill(random, element, version);
  }
}

void fill(InstanceRandom& random, LeaveGroupResponse::MemberResponse& to, int16_t) {
  to.member_id = random.string();
  to.group_instance_id.reset();
  if (!random.null()) {
    to.group_instance_id = random.string();
  }
  to.error_code = random.number<int16_t>();
}

void fill(InstanceRandom& random, LeaveGroupResponse& to, int16_t version) {
  if (version >= 1) {
    to.throttle_time_ms = random.number<int32_t>();
  }
  to.error_code = random.number<int16_t>();
  if (version >= 3) {
    to.members.resize(random.count());
    for (auto& element : to.members) fill(random, element, version);
  }
}

}  // namespace

void write_random_leave_group_request(InstanceRandom& random, int16_t version, Bytes& out) {
  LeaveGroupRequest message;
  fill(random, message, version);
  write_and_compare(message, version, out);
}

void write_random_leave_group_response(InstanceRandom& random, int16_t version, Bytes& out) {
  LeaveGroupResponse message;
  fill(random, message, version);
  write_and_compare(message, version, out);
}

}  // namespace klamm::protocol
