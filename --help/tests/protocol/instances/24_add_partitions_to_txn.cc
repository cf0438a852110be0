// Generated from protocol/schema/24_add_partitions_to_txn.kmsg; not to be edited.
#include "protocol/messages/add_partitions_to_txn_request.h"
#include "protocol/messages/add_partitions_to_txn_response.h"
#include "tests/protocol/instances/instance_random.h"

namespace klamm::protocol {
namespace {

void fill(InstanceRandom& random, AddPartitionsToTxnRequest::AddPartitionsToTxnTopic& to, int16_t) {
  to.name = random.string();
  to.partitions.resize(random.count());
  for (auto& element : to.partitions) element = random.number<int32_t>();
}

void fill(InstanceRandom& random, AddPartitionsToTxnRequest::AddPartitionsToTxnTransaction& to, int16_t version) {
  to.transactional_id = random.string();
  to.producer_id = random.number<int64_t>();
  to.producer_epoch = random.number<int16_t>();
  to.verify_only = random.boolean();
  to.topics.resize(random.count());
  for (auto& element : to.topics) fill(random, element, version);
}

void fill(InstanceRandom& random, AddPartitionsToTxnRequest& to, int16_t version) {
  if (version >= 4) {
    to.transactions.resize(random.count());
    for (auto& element : to.transactions) fill(random, element, version);
  }
  if (version <= 3) {
    to.v3_and_below_transactional_id = random.string();
  }
  if (version <= 3) {
    to.v3_and_below_producer_id = random.number<int64_t>();
  }
  if (version <= 3) {
    to.v3_and_below_producer_epoch = random.number<int16_t>();
  }
  if (version <= 3) {
    to.v3_and_below_topics.resize(random.count());
    for (auto& element : to.v3_and_below_topics) fill(random, element, version);
  }
}

void fill(InstanceRandom& random, AddPartitionsToTxnResponse::AddPartitionsToTxnPartitionResult& to, int16_t) {
  to.partition_index = random.number<int32_t>();
  to.partition_error_code = random.number<int16_t>();
}

void fill(InstanceRandom& random, AddPartitionsToTxnResponse::AddPartitionsToTxnTopicResult& to, int16_t version) {
  to.name = random.string();
  to.results_by_partition.resize(random.count());
  for (auto& element : to.results_by_partition) fill(random, element, version);
}

void fill(InstanceRandom& random, AddPartitionsToTxnResponse::AddPartitionsToTxnResult& to, int16_t version) {
  to.transactional_id = random.string();
  to.topic_results.resize(random.count());
  for (auto& element : to.topic_results) fill(random, element, version);
}

void fill(InstanceRandom& random, AddPartitionsToTxnResponse& to, int16_t version) {
  to.throttle_time_ms = random.number<int32_t>();
  if (version >= 4) {
    to.error_code = random.number<int16_t>();
  }
  if (version >= 4) {
    to.results_by_transaction.resize(random.count());
    for (auto& element : to.results_by_transaction) fill(random, element, version);
  }
  if (version <= 3) {
    to.results_by_topic_v3_and_below.resize(random.count());
    for (auto& element : to.results_by_topic_v3_and_below) fill(random, element, version);
  }
}

}  // namespace

void write_random_add_partitions_to_txn_request(InstanceRandom& random, int16_t version, Bytes& out) {
  AddPartitionsToTxnRequest message;
  fill(random, message, version);
  write_and_compare(message, version, out);
}

void write_random_add_partitions_to_txn_response(InstanceRandom& random, int16_t version, Bytes& out) {
  AddPartitionsToTxnResponse message;
  fill(random, message, version);
  write_and_compare(message, version, out);
}

}  // namespace klamm::protocol
