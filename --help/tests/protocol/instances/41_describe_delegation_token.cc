// Generated from protocol/schema/41_describe_delegation_token.kmsg; not to be edited.
#include "protocol/messages/describe_delegation_token_request.h"
#include "protocol/messages/describe_delegation_token_response.h"
#include "tests/protocol/instances/instance_random.h"

namespace klamm::protocol {
namespace {

void fill(InstanceRandom& random, DescribeDelegationTokenRequest::DescribeDelegationTokenOwner& to, int16_t) {
  to.principal_type = random.string();
  to.principal_name = random.string();
}

void fill(InstanceRandom& random, DescribeDelegationTokenRequest& to, int16_t version) {
  to.owners.reset();
  if (!random.null()) {
    to.owners.emplace(random.count());
    for (auto& element : *to.owners) fill(random, element, version);
  }
}

void fill(InstanceRandom& random, DescribeDelegationTokenResponse::DescribedDelegationTokenRenewer& to, int16_t) {
  to.principal_type = random.string();
  to.principal_name = random.string();
}

void fill(InstanceRandom& random, DescribeDelegationTokenResponse::DescribedDelegationToken& to, int16_t version) {
  to.principal_type = random.string();
  to.principal_name = random.string();
  if (version >= 3) {
    to.token_requester_principal_type = random.string();
  }
  if (version >= 3) {
    to.token_requester_principal_name = random.string();
  }
  to.issue_timestamp = random.number<int64_t>();
  to.expiry_timestamp = random.number<int64_t>();
  to.max_timestamp = random.number<int64_t>();
  to.token_id = random.string();
  to.hmac = random.bytes();
  to.renewers.resize(random.count());
  for (auto& element : to.renewers) fill(random, element, version);
}

void fill(InstanceRandom& random, DescribeDelegationTokenResponse& to, int16_t version) {
  to.error_code = random.number<int16_t>();
  to.tokens.resize(random.count());
  for (auto& element : to.tokens) fill(random, element, version);
  to.throttle_time_ms = random.number<int32_t>();
}

}  // namespace

void write_random_describe_delegation_token_request(InstanceRandom& random, int16_t version, Bytes& out) {
  DescribeDelegationTokenRequest message;
  fill(random, message, version);
  write_and_compare(message, version, out);
}

void write_random_describe_delegation_token_response(InstanceRandom& random, int16_t version, Bytes& out) {
  DescribeDelegationTokenResponse message;
  fill(random, message, version);
  write_and_compare(message, version, out);
}

}  // namespace klamm::protocol
