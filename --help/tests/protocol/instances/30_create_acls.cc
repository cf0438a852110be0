// Generated from protocol/schema/30_create_acls.kmsg; not to be edited.
#include "protocol/messages/create_acls_request.h"
#include "protocol/messages/create_acls_response.h"
#include "tests/protocol/instances/instance_random.h"

namespace klamm::protocol {
namespace {

void fill(InstanceRandom& random, CreateAclsRequest::AclCreation& to, int16_t) {
  to.resource_type = random.number<int8_t>();
  to.resource_name = random.string();
  to.resource_pattern_type = random.number<int8_t>();
  to.principal = random.string();
  to.host = random.string();
  to.operation = random.number<int8_t>();
  to.permission_type = random.number<int8_t>();
}

void fill(InstanceRandom& random, CreateAclsRequest& to, int16_t version) {
  to.creations.resize(random.count());
  for (auto& element : to.creations) fill(random, element, version);
}

void fill(InstanceRandom& random, CreateAclsResponse::AclCreationResult& to, int16_t) {
  to.error_code = random.number<int16_t>();
  to.error_message.reset();
  if (!random.null()) {
    to.error_message = random.string();
  }
}

void fill(InstanceRandom& random, CreateAclsResponse& to, int16_t version) {
  to.throttle_time_ms = random.number<int32_t>();
  to.results.resize(random.count());
  for (auto& element : to.results) fill(random, element, version);
}

}  // namespace

void write_random_create_acls_request(InstanceRandom& random, int16_t version, Bytes& out) {
  CreateAclsRequest message;
  fill(random, message, version);
  write_and_compare(message, version, out);
}

void write_random_create_acls_response(InstanceRandom& random, int16_t version, Bytes& out) {
  CreateAclsResponse message;
  fill(random, message, version);
  write_and_compare(message, version, out);
}

}  // namespace klamm::protocol
