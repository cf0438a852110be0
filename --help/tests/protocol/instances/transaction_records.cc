// Generated from protocol/schema/transaction_records.kmsg; not to be edited.
#include "protocol/messages/transaction_log_key.h"
#include "protocol/messages/transaction_log_value.h"
#include "tests/protocol/instances/instance_random.h"

namespace klamm::protocol {
namespace {

void fill(InstanceRandom& random, TransactionLogKey& to, int16_t) {
  to.transactional_id = random.string();
}

void fill(InstanceRandom& random, TransactionLogValue::PartitionsSchema& to, int16_t) {
  to.topic = random.string();
  to.partition_ids.resize(random.count());
  for (auto& element : to.partition_ids) element = random.number<int32_t>();
}

void fill(InstanceRandom& random, TransactionLogValue& to, int16_t version) {
  to.producer_id = random.number<int64_t>();
  if (version >= 1 && random.some()) {
    to.previous_producer_id = random.number<int64_t>();
  }
  if (version >= 1 && random.some()) {
    to.next_producer_id = random.number<int64_t>();
  }
  to.producer_epoch = random.number<int16_t>();
  if (version >= 1 && random.some()) {
    to.next_producer_epoch = random.number<int16_t>();
  }
  to.transaction_timeout_ms = random.number<int32_t>();
  to.transaction_status = random.number<int8_t>();
  to.transaction_partitions.reset();
  if (!random.null()) {
    to.transaction_partitions.emplace(random.count());
    for (auto& element : *to.transaction_partitions) fill(random, element, version);
  }
  to.transaction_last_update_timestamp_ms = random.number<int64_t>();
  to.transaction_start_timestamp_ms = random.number<int64_t>();
  if (version >= 1 && random.some()) {
    to.client_transaction_version = random.number<int16_t>();
  }
}

}  // namespace

void write_random_transaction_log_key(InstanceRandom& random, int16_t version, Bytes& out) {
  TransactionLogKey message;
  fill(random, message, version);
  write_and_compare(message, version, out);
}

void write_random_transaction_log_value(InstanceRandom& random, int16_t version, Bytes& out) {
  TransactionLogValue message;
  fill(random, message, version);
  write_and_compare(message, version, out);
}

}  // namespace klamm::protocol
