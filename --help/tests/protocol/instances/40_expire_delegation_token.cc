// Generated from protocol/schema/40_expire_delegation_token.kmsg; not to be edited.
#include "protocol/messages/expire_delegation_token_request.h"
#include "protocol/messages/expire_delegation_token_response.h"
#include "tests/protocol/instances/instance_random.h"

namespace klamm::protocol {
namespace {

void fill(InstanceRandom& random, ExpireDelegationTokenRequest& to, int16_t) {
  to.hmac = random.bytes();
  to.expiry_time_period_ms = random.number<int64_t>();
}

void fill(InstanceRandom& random, ExpireDelegationTokenResponse& to, int16_t) {
  to.error_code = random.number<int16_t>();
  to.expiry_timestamp_ms = random.number<int64_t>();
  to.throttle_time_ms = random.number<int32_t>();
}

}  // namespace

void write_random_expire_delegation_token_request(InstanceRandom& random, int16_t version, Bytes& out) {
  ExpireDelegationTokenRequest message;
  fill(random, message, version);
  write_and_compare(message, version, out);
}

void write_random_expire_delegation_token_response(InstanceRandom& random, int16_t version, Bytes& out) {
  ExpireDelegationTokenResponse message;
  fill(random, message, version);
  write_and_compare(message, version, out);
}

}  // namespace klamm::protocol
