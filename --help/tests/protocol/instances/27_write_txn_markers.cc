// Generated from protocol/schema/27_write_txn_markers.kmsg; not to be edited.
#include "protocol/messages/write_txn_markers_request.h"
#include "protocol/messages/write_txn_markers_response.h"
#include "tests/protocol/instances/instance_random.h"

namespace klamm::protocol {
namespace {

void fill(InstanceRandom& random, WriteTxnMarkersRequest::WritableTxnMarkerTopic& to, int16_t) {
  to.name = random.string();
  to.partition_indexes.resize(random.count());
  for (auto& element : to.partition_indexes) element = random.number<int32_t>();
}

void fill(InstanceRandom& random, WriteTxnMarkersRequest::WritableTxnMarker& to, int16_t version) {
  to.producer_id = random.number<int64_t>();
  to.producer_epoch = random.number<int16_t>();
  to.transaction_result = random.boolean();
  to.topics.resize(random.count());
  for (auto& element : to.topics) fill(random, element, version);
  to.coordinator_epoch = random.number<int32_t>();
  if (version >= 2) {
    to.transaction_version = random.number<int8_t>();
  }
}

void fill(InstanceRandom& random, WriteTxnMarkersRequest& to, int16_t version) {
  to.markers.resize(random.count());
  for (auto& element : to.markers) fill(random, element, version);
}

void fill(InstanceRandom& random, WriteTxnMarkersResponse::WritableTxnMarkerPartitionResult& to, int16_t) {
  to.partition_index = random.number<int32_t>();
  to.error_code = random.number<int16_t>();
}

void fill(InstanceRandom& random, WriteTxnMarkersResponse::WritableTxnMarkerTopicResult& to, int16_t version) {
  to.name = random.string();
  to.partitions.resize(random.count());
  for (auto& element : to.partitions) fill(random, element, version);
}

void fill(InstanceRandom& random, WriteTxnMarkersResponse::WritableTxnMarkerResult& to, int16_t version) {
  to.producer_id = random.number<int64_t>();
  to.topics.resize(random.count());
  for (auto& element : to.topics) fill(random, element, version);
}

void fill(InstanceRandom& random, WriteTxnMarkersResponse& to, int16_t version) {
  to.markers.resize(random.count());
  for (auto& element : to.markers) fill(random, element, version);
}

}  // namespace

void write_random_write_txn_markers_request(InstanceRandom& random, int16_t version, Bytes& out) {
  WriteTxnMarkersRequest message;
  fill(random, message, version);
  write_and_compare(message, version, out);
}

void write_random_write_txn_markers_response(InstanceRandom& random, int16_t version, Bytes& out) {
  WriteTxnMarkersResponse message;
  fill(random, message, version);
  write_and_compare(message, version, out);
}

}  // namespace klamm::protocol
