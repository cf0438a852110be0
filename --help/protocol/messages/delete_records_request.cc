// Generated from protocol/schema/21_delete_records.kmsg; not to be edited.
#include "protocol/messages/delete_records_request.h"

#include "protocol/recode.h"

namespace klamm::protocol {

void DeleteRecordsRequest::DeleteRecordsPartition::read(Reader& reader, int16_t version) {
  partition_index = reader.i32();
  offset = reader.i64();
  if (version >= 2) {
    reader.skip_tags();
  }
}

void DeleteRecordsRequest::DeleteRecordsPartition::write(Writer& writer, int16_t version) const {
  writer.i32(partition_index);
  writer.i64(offset);
  if (version >= 2) {
    writer.no_tags();
  }
}

void DeleteRecordsRequest::DeleteRecordsTopic::read(Reader& reader, int16_t version) {
  const bool flexible = version >= 2;
  name = reader.string(flexible);
  partitions.resize(reader.array(flexible, version >= 2 ? 13 : 12, sizeof(DeleteRecordsPartition)));
  for (auto& element : partitions) element.read(reader, version);
  if (version >= 2) {
    reader.skip_tags();
  }
}

void DeleteRecordsRequest::DeleteRecordsTopic::write(Writer& writer, int16_t version) const {
  const bool flexible = version >= 2;
  writer.string(flexible, name);
  writer.array(flexible, partitions.size());
  for (const auto& element : partitions) element.write(writer, version);
  if (version >= 2) {
    writer.no_tags();
  }
}

void DeleteRecordsRequest::read(Reader& reader, int16_t version) {
  *this = DeleteRecordsRequest{};
  const bool flexible = version >= 2;
  topics.resize(reader.array(flexible, version >= 2 ? 3 : 6, sizeof(DeleteRecordsTopic)));
  for (auto& element : topics) element.read(reader, version);
  timeout_ms = reader.i32();
  if (version >= 2) {
    reader.skip_tags();
  }
}

void DeleteRecordsRequest::write(Writer& writer, int16_t version) const {
  const bool flexible = version >= 2;
  writer.array(flexible, topics.size());
  for (const auto& element : topics) element.write(writer, version);
  writer.i32(timeout_ms);
  if (version >= 2) {
    writer.no_tags();
  }
}

bool recode_delete_records_request(ByteView in, int16_t version, Bytes& out) {
  return recode<DeleteRecordsRequest>(in, version, out);
}

}  // namespace klamm::protocol
