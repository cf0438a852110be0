// Generated from protocol/schema/79_share_acknowledge.kmsg; not to be edited.
#include "protocol/messages/share_acknowledge_request.h"

#include "protocol/recode.h"

namespace klamm::protocol {

void ShareAcknowledgeRequest::AcknowledgementBatch::read(Reader& reader, int16_t) {
  first_offset = reader.i64();
  last_offset = reader.i64();
  acknowledge_types.resize(reader.array(true, 1, sizeof(int8_t)));
  for (auto& element : acknowledge_types) element = reader.i8();
  reader.skip_tags();
}

void ShareAcknowledgeRequest::AcknowledgementBatch::write(Writer& writer, int16_t) const {
  writer.i64(first_offset);
  writer.i64(last_offset);
  writer.array(true, acknowledge_types.size());
  for (const auto& element : acknowledge_types) writer.i8(element);
  writer.no_tags();
}

void ShareAcknowledgeRequest::AcknowledgePartition::read(Reader& reader, int16_t version) {
  partition_index = reader.i32();
  acknowledgement_batches.resize(reader.array(true, 18, sizeof(AcknowledgementBatch)));
  for (auto& element : acknowledgement_batches) element.read(reader, version);
  reader.skip_tags();
}

void ShareAcknowledgeRequest::AcknowledgePartition::write(Writer& writer, int16_t version) const {
  writer.i32(partition_index);
  writer.array(true, acknowledgement_batches.size());
  for (const auto& element : acknowledgement_batches) element.write(writer, version);
  writer.no_tags();
}

void ShareAcknowledgeRequest::AcknowledgeTopic::read(Reader& reader, int16_t version) {
  topic_id = reader.uuid();
  partitions.resize(reader.array(true, 6, sizeof(AcknowledgePartition)));
  for (auto& element : partitions) element.read(reader, version);
  reader.skip_tags();
}

void ShareAcknowledgeRequest::AcknowledgeTopic::write(Writer& writer, int16_t version) const {
  writer.uuid(topic_id);
  writer.array(true, partitions.size());
  for (const auto& element : partitions) element.write(writer, version);
  writer.no_tags();
}

void ShareAcknowledgeRequest::read(Reader& reader, int16_t version) {
  *this = ShareAcknowledgeRequest{};
  group_id = reader.nullable_string(true);
  member_id = reader.nullable_string(true);
  share_session_epoch = reader.i32();
  if (version >= 2) {
    is_renew_ack = reader.boolean();
  }
  topics.resize(reader.array(true, 18, sizeof(AcknowledgeTopic)));
  for (auto& element : topics) element.read(reader, version);
  reader.skip_tags();
}

void ShareAcknowledgeRequest::write(Writer& writer, int16_t version) const {
  writer.nullable_string(true, group_id);
  writer.nullable_string(true, member_id);
  writer.i32(share_session_epoch);
  if (version >= 2) {
    writer.boolean(is_renew_ack);
  }
  writer.array(true, topics.size());
  for (const auto& element : topics) element.write(writer, version);
  writer.no_tags();
}

bool recode_share_acknowledge_request(ByteView in, int16_t version, Bytes& out) {
  return recode<ShareAcknowledgeRequest>(in, version, out);
}

}  // namespace klamm::protocol
