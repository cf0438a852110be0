// Generated from protocol/schema/17_sasl_handshake.kmsg; not to be edited.
#include "protocol/messages/sasl_handshake_request.h"
#include "protocol/messages/sasl_handshake_response.h"
#include "tests/protocol/instances/instance_random.h"

namespace klamm::protocol {
namespace {

void fill(InstanceRandom& random, SaslHandshakeRequest& to, int16_t) {
  to.mechanism = random.string();
}

void fill(InstanceRandom& random, SaslHandshakeResponse& to, int16_t) {
  to.error_code = random.number<int16_t>();
  to.mechanisms.resize(random.count());
  for (auto& element : to.mechanisms) element = random.string();
}

}  // namespace

void write_random_sasl_handshake_request(InstanceRandom& random, int16_t version, Bytes& out) {
  SaslHandshakeRequest message;
  fill(random, message, version);
  write_and_compare(message, version, out);
}

void write_random_sasl_handshake_response(InstanceRandom& random, int16_t version, Bytes& out) {
  SaslHandshakeResponse message;
  fill(random, message, version);
  write_and_compare(message, version, out);
}

}  // namespace klamm::protocol
