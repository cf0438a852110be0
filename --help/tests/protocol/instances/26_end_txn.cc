// Generated from protocol/schema/26_end_txn.kmsg; not to be edited.
#include "protocol/messages/end_txn_request.h"
#include "protocol/messages/end_txn_response.h"
#include "tests/protocol/instances/instance_random.h"

namespace klamm::protocol {
namespace {

void fill(InstanceRandom& random, EndTxnRequest& to, int16_t) {
  to.transactional_id = random.string();
  to.producer_id = random.number<int64_t>();
  to.producer_epoch = random.number<int16_t>();
  to.committed = random.boolean();
}

void fill(InstanceRandom& random, EndTxnResponse& to, int16_t version) {
  to.throttle_time_ms = random.number<int32_t>();
  to.error_code = random.number<int16_t>();
  if (version >= 5) {
    to.producer_id = random.number<int64_t>();
  }
  if (version >= 5) {
    to.producer_epoch = random.number<int16_t>();
  }
}

}  // namespace

void write_random_end_txn_request(InstanceRandom& random, int16_t version, Bytes& out) {
  EndTxnRequest message;
  fill(random, message, version);
  write_and_compare(message, version, out);
}

void write_random_end_txn_response(InstanceRandom& random, int16_t version, Bytes& out) {
  EndTxnResponse message;
  fill(random, message, version);
  write_and_compare(message, version, out);
}

}  // namespace klamm::protocol
