// Generated from protocol/schema/58_envelope.kmsg; not to be edited.
#include "protocol/messages/envelope_request.h"
#include "protocol/messages/envelope_response.h"
#include "tests/protocol/instances/instance_random.h"

namespace klamm::protocol {
namespace {

void fill(InstanceRandom& random, EnvelopeRequest& to, int16_t) {
  to.request_data = random.bytes();
  to.request_principal.reset();
  if (!random.null()) {
    to.request_principal = random.bytes();
  }
  to.client_host_address = random.bytes();
}

void fill(InstanceRandom& random, EnvelopeResponse& to, int16_t) {
  to.response_data.reset();
  if (!random.null()) {
    to.response_data = random.bytes();
  }
  to.error_code = random.number<int16_t>();
}

}  // namespace

void write_random_envelope_request(InstanceRandom& random, int16_t version, Bytes& out) {
  EnvelopeRequest message;
  fill(random, message, version);
  write_and_compare(message, version, out);
}

void write_random_envelope_response(InstanceRandom& random, int16_t version, Bytes& out) {
  EnvelopeResponse message;
  fill(random, message, version);
  write_and_compare(message, version, out);
}

}  // namespace klamm::protocol
