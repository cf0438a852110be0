// Generated from protocol/schema/15_describe_groups.kmsg; not to be edited.
#include "protocol/messages/describe_groups_request.h"
#include "protocol/messages/describe_groups_response.h"
#include "tests/protocol/instances/instance_random.h"

namespace klamm::protocol {
namespace {

void fill(InstanceRandom& random, DescribeGroupsRequest& to, int16_t version) {
  to.groups.resize(random.count());
  for (auto& element : to.groups) element = random.string();
  if (version >= 3) {
    to.include_authorized_operations = random.boolean();
  }
}

void fill(InstanceRandom& random, DescribeGroupsResponse::DescribedGroupMember& to, int16_t version) {
  to.member_id = random.string();
  if (version >= 4) {
    to.group_instance_id.reset();
    if (!random.null()) {
      to.group_instance_id = random.string();
    }
  }
  to.client_id = random.string();
  to.client_host = random.string();
  to.member_metadata = random.bytes();
  to.member_assignment = random.bytes();
}

void fill(InstanceRandom& random, DescribeGroupsResponse::DescribedGroup& to, int16_t version) {
  to.error_code = random.number<int16_t>();
  if (version >= 6) {
    to.error_message.reset();
    if (!random.null()) {
      to.error_message = random.string();
    }
  }
  to.group_id = random.string();
  to.group_state = random.string();
  to.protocol_type = random.string();
  to.protocol_data = random.string();
  to.members.resize(random.count());
  for (auto& element : to.members) fill(random, element, version);
  if (version >= 3) {
    to.authorized_operations = random.number<int32_t>();
  }
}

void fill(InstanceRandom& random, DescribeGroupsResponse& to, int16_t version) {
  if (version >= 1) {
    to.throttle_time_ms = random.number<int32_t>();
  }
  to.groups.resize(random.count());
  for (auto& element : to.groups) fill(random, element, version);
}

}  // namespace

void write_random_describe_groups_request(InstanceRandom& random, int16_t version, Bytes& out) {
  DescribeGroupsRequest message;
  fill(random, message, version);
  write_and_compare(message, version, out);
}

void write_random_describe_groups_response(InstanceRandom& random, int16_t version, Bytes& out) {
  DescribeGroupsResponse message;
  fill(random, message, version);
  write_and_compare(message, version, out);
}

}  // namespace klamm::protocol
