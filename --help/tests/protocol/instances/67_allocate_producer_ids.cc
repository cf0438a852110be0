// Generated from protocol/schema/67_allocate_producer_ids.kmsg; not to be edited.
#include "protocol/messages/allocate_producer_ids_request.h"
#include "protocol/messages/allocate_producer_ids_response.h"
#include "tests/protocol/instances/instance_random.h"

namespace klamm::protocol {
namespace {

void fill(InstanceRandom& random, AllocateProducerIdsRequest& to, int16_t) {
  to.broker_id = random.number<int32_t>();
  to.broker_epoch = random.number<int64_t>();
}

void fill(InstanceRandom& random, AllocateProducerIdsResponse& to, int16_t) {
  to.throttle_time_ms = random.number<int32_t>();
  to.error_code = random.number<int16_t>();
  to.producer_id_start = random.number<int64_t>();
  to.producer_id_len = random.number<int32_t>();
}

}  // namespace

void write_random_allocate_producer_ids_request(InstanceRandom& random, int16_t version, Bytes& out) {
  AllocateProducerIdsRequest message;
  fill(random, message, version);
  write_and_compare(message, version, out);
}

void write_random_allocate_producer_ids_response(InstanceRandom& random, int16_t version, Bytes& out) {
  AllocateProducerIdsResponse message;
  fill(random, message, version);
  write_and_compare(message, version, out);
}

}  // namespace klamm::protocol
