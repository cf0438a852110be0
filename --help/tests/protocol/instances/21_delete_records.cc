// Generated from protocol/schema/21_delete_records.kmsg; not to be edited.
#include "protocol/messages/delete_records_request.h"
#include "protocol/messages/delete_records_response.h"
#include "tests/protocol/instances/instance_random.h"

namespace klamm::protocol {
namespace {

void fill(InstanceRandom& random, DeleteRecordsRequest::DeleteRecordsPartition& to, int16_t) {
  to.partition_index = random.number<int32_t>();
  to.offset = random.number<int64_t>();
}

void fill(InstanceRandom& random, DeleteRecordsRequest::DeleteRecordsTopic& to, int16_t version) {
  to.name = random.string();
  to.partitions.resize(random.count());
  for (auto& element : to.partitions) fill(random, element, version);
}

void fill(InstanceRandom& random, DeleteRecordsRequest& to, int16_t version) {
  to.topics.resize(random.count());
  for (auto& element : to.topics) fill(random, element, version);
  to.timeout_ms = random.number<int32_t>();
}

void fill(InstanceRandom& random, DeleteRecordsResponse::DeleteRecordsPartitionResult& to, int16_t) {
  to.partition_index = random.number<int32_t>();
  to.low_watermark = random.number<int64_t>();
  to.error_code = random.number<int16_t>();
}

void fill(InstanceRandom& random, DeleteRecordsResponse::DeleteRecordsTopicResult& to, int16_t version) {
  to.name = random.string();
  to.partitions.resize(random.count());
  for (auto& element : to.partitions) fill(random, element, version);
}

void fill(InstanceRandom& random, DeleteRecordsResponse& to, int16_t version) {
  to.throttle_time_ms = random.number<int32_t>();
  to.topics.resize(random.count());
  for (auto& element : to.topics) fill(random, element, version);
}

}  // namespace

void write_random_delete_records_request(InstanceRandom& random, int16_t version, Bytes& out) {
  DeleteRecordsRequest message;
  fill(random, message, version);
  write_and_compare(message, version, out);
}

void write_random_delete_records_response(InstanceRandom& random, int16_t version, Bytes& out) {
  DeleteRecordsResponse message;
  fill(random, message, version);
  write_and_compare(message, version, out);
}

}  // namespace klamm::protocol
