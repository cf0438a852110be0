// Generated from protocol/schema/11_join_group.kmsg; not to be edited.
#include "protocol/messages/join_group_request.h"
#include "protocol/messages/join_group_response.h"
#include "tests/protocol/instances/instance_random.h"

namespace klamm::protocol {
namespace {

void fill(InstanceRandom& random, JoinGroupRequest::JoinGroupRequestProtocol& to, int16_t) {
  to.name = random.string();
  to.metadata = random.bytes();
}

void fill(InstanceRandom& random, JoinGroupRequest& to, int16_t version) {
  to.group_id = random.string();
  to.session_timeout_ms = random.number<int32_t>();
  if (version >= 1) {
    to.rebalance_timeout_ms = random.number<int32_t>();
  }
  to.member_id = random.string();
  if (version >= 5) {
    to.group_instance_id.reset();
    if (!random.null()) {
      to.group_instance_id = random.string();
    }
  }
  to.protocol_type = random.string();
  to.protocols.resize(random.count());
  for (auto& element : to.protocols) fill(random, element, version);
  if (version >= 8) {
    to.reason.reset();
    if (!random.null()) {
      to.reason = random.string();
    }
  }
}

void fill(InstanceRandom& random, JoinGroupResponse::JoinGroupResponseMember& to, int16_t version) {
  to.member_id = random.string();
  if (version >= 5) {
    to.group_instance_id.reset();
    if (!random.null()) {
      to.group_instance_id = random.string();
    }
  }
  to.metadata = random.bytes();
}

void fill(InstanceRandom& random, JoinGroupResponse& to, int16_t version) {
  if (version >= 2) {
    to.throttle_time_ms = random.number<int32_t>();
  }
  to.error_code = random.number<int16_t>();
  to.generation_id = random.number<int32_t>();
  if (version >= 7) {
    to.protocol_type.reset();
    if (!random.null()) {
      to.protocol_type = random.string();
    }
  }
  to.protocol_name.reset();
  if ((!(version >= 7) || !random.null())) {
    to.protocol_name = random.string();
  }
  to.leader = random.string();
  if (version >= 9) {
    to.skip_assignment = random.boolean();
  }
  to.member_id = random.string();
  to.members.resize(random.count());
  for (auto& element : to.members) fill(random, element, version);
}

}  // namespace

void write_random_join_group_request(InstanceRandom& random, int16_t version, Bytes& out) {
  JoinGroupRequest message;
  fill(random, message, version);
  write_and_compare(message, version, out);
}

void write_random_join_group_response(InstanceRandom& random, int16_t version, Bytes& out) {
  JoinGroupResponse message;
  fill(random, message, version);
  write_and_compare(message, version, out);
}

}  // namespace klamm::protocol
