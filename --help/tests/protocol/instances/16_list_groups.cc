// Generated from protocol/schema/16_list_groups.kmsg; not to be edited.
#include "protocol/messages/list_groups_request.h"
#include "protocol/messages/list_groups_response.h"
#include "tests/protocol/instances/instance_random.h"

namespace klamm::protocol {
namespace {

void fill(InstanceRandom& random, ListGroupsRequest& to, int16_t version) {
  if (version >= 4) {
    to.states_filter.resize(random.count());
    for (auto& element : to.states_filter) element = random.string();
  }
  if (version >= 5) {
    to.types_filter.resize(random.count());
    for (auto& element : to.types_filter) element = random.string();
  }
}

void fill(InstanceRandom& random, ListGroupsResponse::ListedGroup& to, int16_t version) {
  to.group_id = random.string();
  to.protocol_type = random.string();
  if (version >= 4) {
    to.group_state = random.string();
  }
  if (version >= 5) {
    to.group_type = random.string();
  }
}

void fill(InstanceRandom& random, ListGroupsResponse& to, int16_t version) {
  if (version >= 1) {
    to.throttle_time_ms = random.number<int32_t>();
  }
  to.error_code = random.number<int16_t>();
  to.groups.resize(random.count());
  for (auto& element : to.groups) fill(random, element, version);
}

}  // namespace

void write_random_list_groups_request(InstanceRandom& random, int16_t version, Bytes& out) {
  ListGroupsRequest message;
  fill(random, message, version);
  write_and_compare(message, version, out);
}

void write_random_list_groups_response(InstanceRandom& random, int16_t version, Bytes& out) {
  ListGroupsResponse message;
  fill(random, message, version);
  write_and_compare(message, version, out);
}

}  // namespace klamm::protocol
