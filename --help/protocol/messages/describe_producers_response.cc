// Generated from protocol/schema/61_describe_producers.kmsg; not to be edited.
#include "protocol/messages/describe_producers_response.h"

#include "protocol/recode.h"

namespace klamm::protocol {

void DescribeProducersResponse::ProducerState::read(Reader& reader, int16_t) {
  producer_id = reader.i64();
  producer_epoch = reader.i32();
  last_sequence = reader.i32();
  last_timestamp = reader.i64();
  coordinator_epoch = reader.i32();
  current_txn_start_offset = reader.i64();
  reader.skip_tags();
}

void DescribeProducersResponse::ProducerState::write(Writer& writer, int16_t) const {
  writer.i64(producer_id);
  writer.i32(producer_epoch);
  writer.i32(last_sequence);
  writer.i64(last_timestamp);
  writer.i32(coordinator_epoch);
  writer.i64(current_txn_start_offset);
  writer.no_tags();
}

void DescribeProducersResponse::PartitionResponse::read(Reader& reader, int16_t version) {
  partition_index = reader.i32();
  error_code = reader.i16();
  error_message = reader.nullable_string(true);
  active_producers.resize(reader.array(true, 37, sizeof(ProducerState)));
  for (auto& element : active_producers) element.read(reader, version);
  reader.skip_tags();
}

void DescribeProducersResponse::PartitionResponse::write(Writer& writer, int16_t version) const {
  writer.i32(partition_index);
  writer.i16(error_code);
  writer.nullable_string(true, error_message);
  writer.array(true, active_producers.size());
  for (const auto& element : active_producers) element.write(writer, version);
  writer.no_tags();
}

void DescribeProducersResponse::TopicResponse::read(Reader& reader, int16_t version) {
  name = reader.string(true);
  partitions.resize(reader.array(true, 9, sizeof(PartitionResponse)));
  for (auto& element : partitions) element.read(reader, version);
  reader.skip_tags();
}

void DescribeProducersResponse::TopicResponse::write(Writer& writer, int16_t version) const {
  writer.string(true, name);
  writer.array(true, partitions.size());
  for (const auto& element : partitions) element.write(writer, version);
  writer.no_tags();
}

void DescribeProducersResponse::read(Reader& reader, int16_t version) {
  *this = DescribeProducersResponse{};
  throttle_time_ms = reader.i32();
  topics.resize(reader.array(true, 3, sizeof(TopicResponse)));
  for (auto& element : topics) element.read(reader, version);
  reader.skip_tags();
}

void DescribeProducersResponse::write(Writer& writer, int16_t version) const {
  writer.i32(throttle_time_ms);
  writer.array(true, topics.size());
  for (const auto& element : topics) element.write(writer, version);
  writer.no_tags();
}

bool recode_describe_producers_response(ByteView in, int16_t version, Bytes& out) {
  return recode<DescribeProducersResponse>(in, version, out);
}

}  // namespace klamm::protocol
