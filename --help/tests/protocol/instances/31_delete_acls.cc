// Generated from protocol/schema/31_delete_acls.kmsg; not to be edited.
#include "protocol/messages/delete_acls_request.h"
#include "protocol/messages/delete_acls_response.h"
#include "tests/protocol/instances/instance_random.h"

namespace klamm::protocol {
namespace {

void fill(InstanceRandom& random, DeleteAclsRequest::DeleteAclsFilter& to, int16_t) {
  to.resource_type_filter = random.number<int8_t>();
  to.resource_name_filter.reset();
  if (!random.null()) {
    to.resource_name_filter = random.string();
  }
  to.pattern_type_filter = random.number<int8_t>();
  to.principal_filter.reset();
  if (!random.null()) {
    to.principal_filter = random.string();
  }
  to.host_filter.reset();
  if (!random.null()) {
    to.host_filter = random.string();
  }
  to.operation = random.number<int8_t>();
  to.permission_type = random.number<int8_t>();
}

void fill(InstanceRandom& random, DeleteAclsRequest& to, int16_t version) {
  to.filters.resize(random.count());
  for (auto& element : to.filters) fill(random, element, version);
}

void fill(InstanceRandom& random, DeleteAclsResponse::DeleteAclsMatchingAcl& to, int16_t) {
  to.error_code = random.number<int16_t>();
  to.error_message.reset();
  if (!random.null()) {
    to.error_message = random.string();
  }
  to.resource_type = random.number<int8_t>();
  to.resource_name = random.string();
  to.pattern_type = random.number<int8_t>();
  to.principal = random.string();
  to.host = random.string();
  to.operation = random.number<int8_t>();
  to.permission_type = random.number<int8_t>();
}

void fill(InstanceRandom& random, DeleteAclsResponse::DeleteAclsFilterResult& to, int16_t version) {
  to.error_code = random.number<int16_t>();
  to.error_message.reset();
  if (!random.null()) {
    to.error_message = random.string();
  }
  to.matching_acls.resize(random.count());
  for (auto& element : to.matching_acls) fill(random, element, version);
}

void fill(InstanceRandom& random, DeleteAclsResponse& to, int16_t version) {
  to.throttle_time_ms = random.number<int32_t>();
  to.filter_results.resize(random.count());
  for (auto& element : to.filter_results) fill(random, element, version);
}

}  // namespace

void write_random_delete_acls_request(InstanceRandom& random, int16_t version, Bytes& out) {
  DeleteAclsRequest message;
  fill(random, message, version);
  write_and_compare(message, version, out);
}

void write_random_delete_acls_response(InstanceRandom& random, int16_t version, Bytes& out) {
  DeleteAclsResponse message;
  fill(random, message, version);
  write_and_compare(message, version, out);
}

}  // namespace klamm::protocol
