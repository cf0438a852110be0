// Generated from protocol/schema/51_alter_user_scram_credentials.kmsg; not to be edited.
#include "protocol/messages/alter_user_scram_credentials_request.h"
#include "protocol/messages/alter_user_scram_credentials_response.h"
#include "tests/protocol/instances/instance_random.h"

namespace klamm::protocol {
namespace {

void fill(InstanceRandom& random, AlterUserScramCredentialsRequest::ScramCredentialDeletion& to, int16_t) {
  to.name = random.string();
  to.mechanism = random.number<int8_t>();
}

void fill(InstanceRandom& random, AlterUserScramCredentialsRequest::ScramCredentialUpsertion& to, int16_t) {
  to.name = random.string();
  to.mechanism = random.number<int8_t>();
  to.iterations = random.number<int32_t>();
  to.salt = random.bytes();
  to.salted_password = random.bytes();
}

void fill(InstanceRandom& random, AlterUserScramCredentialsRequest& to, int16_t version) {
  to.deletions.resize(random.count());
  for (auto& element : to.deletions) fill(random, element, version);
  to.upsertions.resize(random.count());
  for (auto& element : to.upsertions) fill(random, element, version);
}

void fill(InstanceRandom& random, AlterUserScramCredentialsResponse::AlterUserScramCredentialsResult& to, int16_t) {
  to.user = random.string();
  to.error_code = random.number<int16_t>();
  to.error_message.reset();
  if (!random.null()) {
    to.error_message = random.string();
  }
}

void fill(InstanceRandom& random, AlterUserScramCredentialsResponse& to, int16_t version) {
  to.throttle_time_ms = random.number<int32_t>();
  to.results.resize(random.count());
  for (auto& element : to.results) fill(random, element, version);
}

}  // namespace

void write_random_alter_user_scram_credentials_request(InstanceRandom& random, int16_t version, Bytes& out) {
  AlterUserScramCredentialsRequest message;
  fill(random, message, version);
  write_and_compare(message, version, out);
}

void write_random_alter_user_scram_credentials_response(InstanceRandom& random, int16_t version, Bytes& out) {
  AlterUserScramCredentialsResponse message;
  fill(random, message, version);
  write_and_compare(message, version, out);
}

}  // namespace klamm::protocol
