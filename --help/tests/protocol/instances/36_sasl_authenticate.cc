// Generated from protocol/schema/36_sasl_authenticate.kmsg; not to be edited.
#include "protocol/messages/sasl_authenticate_request.h"
#include "protocol/messages/sasl_authenticate_response.h"
#include "tests/protocol/instances/instance_random.h"

namespace klamm::protocol {
namespace {

void fill(InstanceRandom& random, SaslAuthenticateRequest& to, int16_t) {
  to.auth_bytes = random.bytes();
}

void fill(InstanceRandom& random, SaslAuthenticateResponse& to, int16_t version) {
  to.error_code = random.number<int16_t>();
  to.error_message.reset();
  if (!random.null()) {
    to.error_message = random.string();
  }
  to.auth_bytes = random.bytes();
  if (version >= 1) {
    to.session_lifetime_ms = random.number<int64_t>();
  }
}

}  // namespace

void write_random_sasl_authenticate_request(InstanceRandom& random, int16_t version, Bytes& out) {
  SaslAuthenticateRequest message;
  fill(random, message, version);
  write_and_compare(message, version, out);
}

void write_random_sasl_authenticate_response(InstanceRandom& random, int16_t version, Bytes& out) {
  SaslAuthenticateResponse message;
  fill(random, message, version);
  write_and_compare(message, version, out);
}

}  // namespace klamm::protocol
