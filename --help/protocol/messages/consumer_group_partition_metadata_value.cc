// Generated from protocol/schema/group_records.kmsg; not to be edited.
#include "protocol/messages/consumer_group_partition_metadata_value.h"

#include "protocol/recode.h"

namespace klamm::protocol {

void ConsumerGroupPartitionMetadataValue::PartitionMetadata::read(Reader& reader, int16_t) {
  partition = reader.i32();
  racks.resize(reader.array(true, 1, sizeof(std::string_view)));
  for (auto& element : racks) element = reader.string(true);
  reader.skip_tags();
}

void ConsumerGroupPartitionMetadataValue::PartitionMetadata::write(Writer& writer, int16_t) const {
  writer.i32(partition);
  writer.array(true, racks.size());
  for (const auto& element : racks) writer.string(true, element);
  writer.no_tags();
}

void ConsumerGroupPartitionMetadataValue::TopicMetadata::read(Reader& reader, int16_t version) {
  topic_id = reader.uuid();
  topic_name = reader.string(true);
  num_partitions = reader.i32();
  partition_metadata.resize(reader.array(true, 6, sizeof(PartitionMetadata)));
  for (auto& element : partition_metadata) element.read(reader, version);
  reader.skip_tags();
}

void ConsumerGroupPartitionMetadataValue::TopicMetadata::write(Writer& writer, int16_t version) const {
  writer.uuid(topic_id);
  writer.string(true, topic_name);
  writer.i32(num_partitions);
  writer.array(true, partition_metadata.size());
  for (const auto& element : partition_metadata) element.write(writer, version);
  writer.no_tags();
}

void ConsumerGroupPartitionMetadataValue::read(Reader& reader, int16_t version) {
  *this = ConsumerGroupPartitionMetadataValue{};
  topics.resize(reader.array(true, 23, sizeof(TopicMetadata)));
  for (auto& element : topics) element.read(reader, version);
  reader.skip_tags();
}

void ConsumerGroupPartitionMetadataValue::write(Writer& writer, int16_t version) const {
  writer.array(true, topics.size());
  for (const auto& element : topics) element.write(writer, version);
  writer.no_tags();
}

bool recode_consumer_group_partition_metadata_value(ByteView in, int16_t version, Bytes& out) {
  return recode<ConsumerGroupPartitionMetadataValue>(in, version, out);
}

}  // namespace klamm::protocol
