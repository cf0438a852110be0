// Generated from protocol/schema/50_describe_user_scram_credentials.kmsg; not to be edited.
#include "protocol/messages/describe_user_scram_credentials_request.h"
#include "protocol/messages/describe_user_scram_credentials_response.h"
#include "tests/protocol/instances/instance_random.h"

namespace klamm::protocol {
namespace {

void fill(InstanceRandom& random, DescribeUserScramCredentialsRequest::UserName& to, int16_t) {
  to.name = random.string();
}

void fill(InstanceRandom& random, DescribeUserScramCredentialsRequest& to, int16_t version) {
  to.users.reset();
  if (!random.null()) {
    to.users.emplace(random.count());
    for (auto& element : *to.users) fill(random, element, version);
  }
}

void fill(InstanceRandom& random, DescribeUserScramCredentialsResponse::CredentialInfo& to, int16_t) {
  to.mechanism = random.number<int8_t>();
  to.iterations = random.number<int32_t>();
}

void fill(InstanceRandom& random, DescribeUserScramCredentialsResponse::DescribeUserScramCredentialsResult& to, int16_t version) {
  to.user = random.string();
  to.error_code = random.number<int16_t>();
  to.error_message.reset();
  if (!random.null()) {
    to.error_message = random.string();
  }
  to.credential_infos.resize(random.count());
  for (auto& element : to.credential_infos) fill(random, element, version);
}

void fill(InstanceRandom& random, DescribeUserScramCredentialsResponse& to, int16_t version) {
  to.throttle_time_ms = random.number<int32_t>();
  to.error_code = random.number<int16_t>();
  to.error_message.reset();
  if (!random.null()) {
    to.error_message = random.string();
  }
  to.results.resize(random.count());
  for (auto& element : to.results) fill(random, element, version);
}

}  // namespace

void write_random_describe_user_scram_credentials_request(InstanceRandom& random, int16_t version, Bytes& out) {
  DescribeUserScramCredentialsRequest message;
  fill(random, message, version);
  write_and_compare(message, version, out);
}

void write_random_describe_user_scram_credentials_response(InstanceRandom& random, int16_t version, Bytes& out) {
  DescribeUserScramCredentialsResponse message;
  fill(random, message, version);
  write_and_compare(message, version, out);
}

}  // namespace klamm::protocol
