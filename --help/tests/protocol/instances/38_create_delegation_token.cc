// Generated from protocol/schema/38_create_delegation_token.kmsg; not to be edited.
#include "protocol/messages/create_delegation_token_request.h"
#include "protocol/messages/create_delegation_token_response.h"
#include "tests/protocol/instances/instance_random.h"

namespace klamm::protocol {
namespace {

void fill(InstanceRandom& random, CreateDelegationTokenRequest::CreatableRenewers& to, int16_t) {
  to.principal_type = random.string();
  to.principal_name = random.string();
}

void fill(InstanceRandom& random, CreateDelegationTokenRequest& to, int16_t version) {
  if (version >= 3) {
    to.owner_principal_type.reset();
    if (!random.null()) {
      to.owner_principal_type = random.string();
    }
  }
  if (version >= 3) {
    to.owner_principal_name.reset();
    if (!random.null()) {
      to.owner_principal_name = random.string();
    }
  }
  to.renewers.resize(random.count());
  for (auto& element : to.renewers) fill(random, element, version);
  to.max_lifetime_ms = random.number<int64_t>();
}

void fill(InstanceRandom& random, CreateDelegationTokenResponse& to, int16_t version) {
  to.error_code = random.number<int16_t>();
  to.principal_type = random.string();
  to.principal_name = random.string();
  if (version >= 3) {
    to.token_requester_principal_type = random.string();
  }
  if (version >= 3) {
    to.token_requester_principal_name = random.string();
  }
  to.issue_timestamp_ms = random.number<int64_t>();
  to.expiry_timestamp_ms = random.number<int64_t>();
  to.max_timestamp_ms = random.number<int64_t>();
  to.token_id = random.string();
  to.hmac = random.bytes();
  to.throttle_time_ms = random.number<int32_t>();
}

}  // namespace

void write_random_create_delegation_token_request(InstanceRandom& random, int16_t version, Bytes& out) {
  CreateDelegationTokenRequest message;
  fill(random, message, version);
  write_and_compare(message, version, out);
}

void write_random_create_delegation_token_response(InstanceRandom& random, int16_t version, Bytes& out) {
  CreateDelegationTokenResponse message;
  fill(random, message, version);
  write_and_compare(message, version, out);
}

}  // namespace klamm::protocol
