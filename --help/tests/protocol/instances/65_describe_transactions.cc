// Generated from protocol/schema/65_describe_transactions.kmsg; not to be edited.
#include "protocol/messages/describe_transactions_request.h"
#include "protocol/messages/describe_transactions_response.h"
#include "tests/protocol/instances/instance_random.h"

namespace klamm::protocol {
namespace {

void fill(InstanceRandom& random, DescribeTransactionsRequest& to, int16_t) {
  to.transactional_ids.resize(random.count());
  for (auto& element : to.transactional_ids) element = random.string();
}

void fill(InstanceRandom& random, DescribeTransactionsResponse::TopicData& to, int16_t) {
  to.topic = random.string();
  to.partitions.resize(random.count());
  for (auto& element : to.partitions) element = random.number<int32_t>();
}

void fill(InstanceRandom& random, DescribeTransactionsResponse::TransactionState& to, int16_t version) {
  to.error_code = random.number<int16_t>();
  to.transactional_id = random.string();
  to.transaction_state = random.string();
  to.transaction_timeout_ms = random.number<int32_t>();
  to.transaction_start_time_ms = random.number<int64_t>();
  to.producer_id = random.number<int64_t>();
  to.producer_epoch = random.number<int16_t>();
  to.topics.resize(random.count());
  for (auto& element : to.topics) fill(random, element, version);
}

void fill(InstanceRandom& random, DescribeTransactionsResponse& to, int16_t version) {
  to.throttle_time_ms = random.number<int32_t>();
  to.transaction_states.resize(random.count());
  for (auto& element : to.transaction_states) fill(random, element, version);
}

}  // namespace

void write_random_describe_transactions_request(InstanceRandom& random, int16_t version, Bytes& out) {
  DescribeTransactionsRequest message;
  fill(random, message, version);
  write_and_compare(message, version, out);
}

void write_random_describe_transactions_response(InstanceRandom& random, int16_t version, Bytes& out) {
  DescribeTransactionsResponse message;
  fill(random, message, version);
  write_and_compare(message, version, out);
}

}  // namespace klamm::protocol
