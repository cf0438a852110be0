// Generated from protocol/schema/78_share_fetch.kmsg; not to be edited.
#include "protocol/messages/share_fetch_request.h"

#include "protocol/recode.h"

namespace klamm::protocol {

void ShareFetchRequest::AcknowledgementBatch::read(Reader& reader, int16_t) {
  first_offset = reader.i64();
  last_offset = reader.i64();
  acknowledge_types.resize(reader.array(true, 1, sizeof(int8_t)));
  for (auto& element : acknowledge_types) element = reader.i8();
  reader.skip_tags();
}

void ShareFetchRequest::AcknowledgementBatch::write(Writer& writer, int16_t) const {
  writer.i64(first_offset);
  writer.i64(last_offset);
  writer.array(true, acknowledge_types.size());
  for (const auto& element : acknowledge_types) writer.i8(element);
  writer.no_tags();
}

void ShareFetchRequest::FetchPartition::read(Reader& reader, int16_t version) {
  partition_index = reader.i32();
  acknowledgement_batches.resize(reader.array(true, 18, sizeof(AcknowledgementBatch)));
  for (auto& element : acknowledgement_batches) element.read(reader, version);
  reader.skip_tags();
}

void ShareFetchRequest::FetchPartition::write(Writer& writer, int16_t version) const {
  writer.i32(partition_index);
  writer.array(true, acknowledgement_batches.size());
  for (const auto& element : acknowledgement_batches) element.write(writer, version);
  writer.no_tags();
}

void ShareFetchRequest::FetchTopic::read(Reader& reader, int16_t version) {
  topic_id = reader.uuid();
  partitions.resize(reader.array(true, 6, sizeof(FetchPartition)));
  for (auto& element : partitions) element.read(reader, version);
  reader.skip_tags();
}

void ShareFetchRequest::FetchTopic::write(Writer& writer, int16_t version) const {
  writer.uuid(topic_id);
  writer.array(true, partitions.size());
  for (const auto& element : partitions) element.write(writer, version);
  writer.no_tags();
}

void ShareFetchRequest::ForgottenTopic::read(Reader& reader, int16_t) {
  topic_id = reader.uuid();
  partitions.resize(reader.array(true, 4, sizeof(int32_t)));
  for (auto& element : partitions) element = reader.i32();
  reader.skip_tags();
}

void ShareFetchRequest::ForgottenTopic::write(Writer& writer, int16_t) const {
  writer.uuid(topic_id);
  writer.array(true, partitions.size());
  for (const auto& element : partitions) writer.i32(element);
  writer.no_tags();
}

void ShareFetchRequest::read(Reader& reader, int16_t version) {
  *this = ShareFetchRequest{};
  group_id = reader.nullable_string(true);
  member_id = reader.nullable_string(true);
  share_session_epoch = reader.i32();
  max_wait_ms = reader.i32();
  min_bytes = reader.i32();
  max_bytes = reader.i32();
  max_records = reader.i32();
  batch_size = reader.i32();
  if (version >= 2) {
    share_acquire_mode = reader.i8();
  }
  if (version >= 2) {
    is_renew_ack = reader.boolean();
  }
  topics.resize(reader.array(true, 18, sizeof(FetchTopic)));
  for (auto& element : topics) element.read(reader, version);
  forgotten_topics_data.resize(reader.array(true, 18, sizeof(ForgottenTopic)));
  for (auto& element : forgotten_topics_data) element.read(reader, version);
  reader.skip_tags();
}

void ShareFetchRequest::write(Writer& writer, int16_t version) const {
  writer.nullable_string(true, group_id);
  writer.nullable_string(true, member_id);
  writer.i32(share_session_epoch);
  writer.i32(max_wait_ms);
  writer.i32(min_bytes);
  writer.i32(max_bytes);
  writer.i32(max_records);
  writer.i32(batch_size);
  if (version >= 2) {
    writer.i8(share_acquire_mode);
  }
  if (version >= 2) {
    writer.boolean(is_renew_ack);
  }
  writer.array(true, topics.size());
  for (const auto& element : topics) element.write(writer, version);
  writer.array(true, forgotten_topics_data.size());
  for (const auto& element : forgotten_topics_data) element.write(writer, version);
  writer.no_tags();
}

bool recode_share_fetch_request(ByteView in, int16_t version, Bytes& out) {
  return recode<ShareFetchRequest>(in, version, out);
}

}  // namespace klamm::protocol
