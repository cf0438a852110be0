// Generated from protocol/schema/61_describe_producers.kmsg; not to be edited.
#include "protocol/messages/describe_producers_request.h"
#include "protocol/messages/describe_producers_response.h"
#include "tests/protocol/instances/instance_random.h"

namespace klamm::protocol {
namespace {

void fill(InstanceRandom& random, DescribeProducersRequest::TopicRequest& to, int16_t) {
  to.name = random.string();
  to.partition_indexes.resize(random.count());
  for (auto& element : to.partition_indexes) element = random.number<int32_t>();
}

void fill(InstanceRandom& random, DescribeProducersRequest& to, int16_t version) {
  to.topics.resize(random.count());
  for (auto& element : to.topics) fill(random, element, version);
}

void fill(InstanceRandom& random, DescribeProducersResponse::ProducerState& to, int16_t) {
  to.producer_id = random.number<int64_t>();
  to.producer_epoch = random.number<int32_t>();
  to.last_sequence = random.number<int32_t>();
  to.last_timestamp = random.number<int64_t>();
  to.coordinator_epoch = random.number<int32_t>();
  to.current_txn_start_offset = random.number<int64_t>();
}

void fill(InstanceRandom& random, DescribeProducersResponse::PartitionResponse& to, int16_t version) {
  to.partition_index = random.number<int32_t>();
  to.error_code = random.number<int16_t>();
  to.error_message.reset();
  if (!random.null()) {
    to.error_message = random.string();
  }
  to.active_producers.resize(random.count());
  for (auto& element : to.active_producers) fill(random, element, version);
}

void fill(InstanceRandom& random, DescribeProducersResponse::TopicResponse& to, int16_t version) {
  to.name = random.string();
  to.partitions.resize(random.count());
  for (auto& element : to.partitions) fill(random, element, version);
}

void fill(InstanceRandom& random, DescribeProducersResponse& to, int16_t version) {
  to.throttle_time_ms = random.number<int32_t>();
  to.topics.resize(random.count());
  for (auto& element : to.topics) fill(random, element, version);
}

}  // namespace

void write_random_describe_producers_request(InstanceRandom& random, int16_t version, Bytes& out) {
  DescribeProducersRequest message;
  fill(random, message, version);
  write_and_compare(message, version, out);
}

void write_random_describe_producers_response(InstanceRandom& random, int16_t version, Bytes& out) {
  DescribeProducersResponse message;
  fill(random, message, version);
  write_and_compare(message, version, out);
}

}  // namespace klamm::protocol
