// Generated from protocol/schema/group_records.kmsg; not to be edited.
#include "protocol/messages/share_group_state_partition_metadata_value.h"

#include "protocol/recode.h"

namespace klamm::protocol {

void ShareGroupStatePartitionMetadataValue::TopicPartitionsInfo::read(Reader& reader, int16_t) {
  topic_id = reader.uuid();
  topic_name = reader.string(true);
  partitions.resize(reader.array(true, 4, sizeof(int32_t)));
  for (auto& element : partitions) element = reader.i32();
  reader.skip_tags();
}

void ShareGroupStatePartitionMetadataValue::TopicPartitionsInfo::write(Writer& writer, int16_t) const {
  writer.uuid(topic_id);
  writer.string(true, topic_name);
  writer.array(true, partitions.size());
  for (const auto& element : partitions) writer.i32(element);
  writer.no_tags();
}

void ShareGroupStatePartitionMetadataValue::TopicInfo::read(Reader& reader, int16_t) {
  topic_id = reader.uuid();
  topic_name = reader.string(true);
  reader.skip_tags();
}

void ShareGroupStatePartitionMetadataValue::TopicInfo::write(Writer& writer, int16_t) const {
  writer.uuid(topic_id);
  writer.string(true, topic_name);
  writer.no_tags();
}

void ShareGroupStatePartitionMetadataValue::read(Reader& reader, int16_t version) {
  *this = ShareGroupStatePartitionMetadataValue{};
  initializing_topics.resize(reader.array(true, 19, sizeof(TopicPartitionsInfo)));
  for (auto& element : initializing_topics) element.read(reader, version);
  initialized_topics.resize(reader.array(true, 19, sizeof(TopicPartitionsInfo)));
  for (auto& element : initialized_topics) element.read(reader, version);
  deleting_topics.resize(reader.array(true, 18, sizeof(TopicInfo)));
  for (auto& element : deleting_topics) element.read(reader, version);
  reader.skip_tags();
}

void ShareGroupStatePartitionMetadataValue::write(Writer& writer, int16_t version) const {
  writer.array(true, initializing_topics.size());
  for (const auto& element : initializing_topics) element.write(writer, version);
  writer.array(true, initialized_topics.size());
  for (const auto& element : initialized_topics) element.write(writer, version);
  writer.array(true, deleting_topics.size());
  for (const auto& element : deleting_topics) element.write(writer, version);
  writer.no_tags();
}

bool recode_share_group_state_partition_metadata_value(ByteView in, int16_t version, Bytes& out) {
  return recode<ShareGroupStatePartitionMetadataValue>(in, version, out);
}

}  // namespace klamm::protocol
