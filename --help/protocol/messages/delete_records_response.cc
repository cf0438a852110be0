// Generated from protocol/schema/21_delete_records.kmsg; not to be edited.
#include "protocol/messages/delete_records_response.h"

#include "protocol/recode.h"

namespace klamm::protocol {

void DeleteRecordsResponse::DeleteRecordsPartitionResult::read(Reader& reader, int16_t version) {
  partition_index = reader.i32();
  low_watermark = reader.i64();
  error_code = reader.i16();
  if (version >= 2) {
    reader.skip_tags();
  }
}

void DeleteRecordsResponse::DeleteRecordsPartitionResult::write(Writer& writer, int16_t version) const {
  writer.i32(partition_index);
  writer.i64(low_watermark);
  writer.i16(error_code);
  if (version >= 2) {
    writer.no_tags();
  }
}

void DeleteRecordsResponse::DeleteRecordsTopicResult::read(Reader& reader, int16_t version) {
  const bool flexible = version >= 2;
  name = reader.string(flexible);
  partitions.resize(reader.array(flexible, version >= 2 ? 15 : 14, sizeof(DeleteRecordsPartitionResult)));
  for (auto& element : partitions) element.read(reader, version);
  if (version >= 2) {
    reader.skip_tags();
  }
}

void DeleteRecordsResponse::DeleteRecordsTopicResult::write(Writer& writer, int16_t version) const {
  const bool flexible = version >= 2;
  writer.string(flexible, name);
  writer.array(flexible, partitions.size());
  for (const auto& element : partitions) element.write(writer, version);
  if (version >= 2) {
    writer.no_tags();
  }
}

void DeleteRecordsResponse::read(Reader& reader, int16_t version) {
  *this = DeleteRecordsResponse{};
  const bool flexible = version >= 2;
  throttle_time_ms = reader.i32();
  topics.resize(reader.array(flexible, version >= 2 ? 3 : 6, sizeof(DeleteRecordsTopicResult)));
  for (auto& element : topics) element.read(reader, version);
  if (version >= 2) {
    reader.skip_tags();
  }
}

void DeleteRecordsResponse::write(Writer& writer, int16_t version) const {
  const bool flexible = version >= 2;
  writer.i32(throttle_time_ms);
  writer.array(flexible, topics.size());
  for (const auto& element : topics) element.write(writer, version);
  if (version >= 2) {
    writer.no_tags();
  }
}

bool recode_delete_records_response(ByteView in, int16_t version, Bytes& out) {
  return recode<DeleteRecordsResponse>(in, version, out);
}

}  // namespace klamm::protocol
