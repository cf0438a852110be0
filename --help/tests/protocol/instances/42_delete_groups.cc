// Generated from protocol/schema/42_delete_groups.kmsg; not to be edited.
#include "protocol/messages/delete_groups_request.h"
#include "protocol/messages/delete_groups_response.h"
#include "tests/protocol/instances/instance_random.h"

namespace klamm::protocol {
namespace {

void fill(InstanceRandom& random, DeleteGroupsRequest& to, int16_t) {
  to.groups_names.resize(random.count());
  for (auto& element : to.groups_names) element = random.string();
}

void fill(InstanceRandom& random, DeleteGroupsResponse::DeletableGroupResult& to, int16_t) {
  to.group_id = random.string();
  to.error_code = random.number<int16_t>();
}

void fill(InstanceRandom& random, DeleteGroupsResponse& to, int16_t version) {
  to.throttle_time_ms = random.number<int32_t>();
  to.results.resize(random.count());
  for (auto& element : to.results) fill(random, element, version);
}

}  // namespace

void write_random_delete_groups_request(InstanceRandom& random, int16_t version, Bytes& out) {
  DeleteGroupsRequest message;
  fill(random, message, version);
  write_and_compare(message, version, out);
}

void write_random_delete_groups_response(InstanceRandom& random, int16_t version, Bytes& out) {
  DeleteGroupsResponse message;
  fill(random, message, version);
  write_and_compare(message, version, out);
}

}  // namespace klamm::protocol
