// Generated from protocol/schema/25_add_offsets_to_txn.kmsg; not to be edited.
#include "protocol/messages/add_offsets_to_txn_request.h"
#include "protocol/messages/add_offsets_to_txn_response.h"
#include "tests/protocol/instances/instance_random.h"

namespace klamm::protocol {
namespace {

void fill(InstanceRandom& random, AddOffsetsToTxnRequest& to, int16_t) {
  to.transactional_id = random.string();
  to.producer_id = random.number<int64_t>();
  to.producer_epoch = random.number<int16_t>();
  to.group_id = random.string();
}

void fill(InstanceRandom& random, AddOffsetsToTxnResponse& to, int16_t) {
  to.throttle_time_ms = random.number<int32_t>();
  to.error_code = random.number<int16_t>();
}

}  // namespace

void write_random_add_offsets_to_txn_request(InstanceRandom& random, int16_t version, Bytes& out) {
  AddOffsetsToTxnRequest message;
  fill(random, message, version);
  write_and_compare(message, version, out);
}

void write_random_add_offsets_to_txn_response(InstanceRandom& random, int16_t version, Bytes& out) {
  AddOffsetsToTxnResponse message;
  fill(random, message, version);
  write_and_compare(message, version, out);
}

}  // namespace klamm::protocol
