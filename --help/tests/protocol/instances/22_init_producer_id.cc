// Generated from protocol/schema/22_init_producer_id.kmsg; not to be edited.
#include "protocol/messages/init_producer_id_request.h"
#include "protocol/messages/init_producer_id_response.h"
#include "tests/protocol/instances/instance_random.h"

namespace klamm::protocol {
namespace {

void fill(InstanceRandom& random, InitProducerIdRequest& to, int16_t version) {
  to.transactional_id.reset();
  if (!random.null()) {
    to.transactional_id = random.string();
  }
  to.transaction_timeout_ms = random.number<int32_t>();
  if (version >= 3) {
    to.producer_id = random.number<int64_t>();
  }
  if (version >= 3) {
    to.producer_epoch = random.number<int16_t>();
  }
}

void fill(InstanceRandom& random, InitProducerIdResponse& to, int16_t) {
  to.throttle_time_ms = random.number<int32_t>();
  to.error_code = random.number<int16_t>();
  to.producer_id = random.number<int64_t>();
  to.producer_epoch = random.number<int16_t>();
}

}  // namespace

void write_random_init_producer_id_request(InstanceRandom& random, int16_t version, Bytes& out) {
  InitProducerIdRequest message;
  fill(random, message, version);
  write_and_compare(message, version, out);
}

void write_random_init_producer_id_response(InstanceRandom& random, int16_t version, Bytes& out) {
  InitProducerIdResponse message;
  fill(random, message, version);
  write_and_compare(message, version, out);
}

}  // namespace klamm::protocol
