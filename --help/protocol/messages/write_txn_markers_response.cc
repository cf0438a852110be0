// Generated from protocol/schema/27_write_txn_markers.kmsg; not to be edited.
#include "protocol/messages/write_txn_markers_response.h"

#include "protocol/recode.h"

namespace klamm::protocol {

void WriteTxnMarkersResponse::WritableTxnMarkerPartitionResult::read(Reader& reader, int16_t) {
  partition_index = reader.i32();
  error_code = reader.i16();
  reader.skip_tags();
}

void WriteTxnMarkersResponse::WritableTxnMarkerPartitionResult::write(Writer& writer, int16_t) const {
  writer.i32(partition_index);
  writer.i16(error_code);
  writer.no_tags();
}

void WriteTxnMarkersResponse::WritableTxnMarkerTopicResult::read(Reader& reader, int16_t version) {
  name = reader.string(true);
  partitions.resize(reader.array(true, 7, sizeof(WritableTxnMarkerPartitionResult)));
  for (auto& element : partitions) element.read(reader, version);
  reader.skip_tags();
}

void WriteTxnMarkersResponse::WritableTxnMarkerTopicResult::write(Writer& writer, int16_t version) const {
  writer.string(true, name);
  writer.array(true, partitions.size());
  for (const auto& element : partitions) element.write(writer, version);
  writer.no_tags();
}

void WriteTxnMarkersResponse::WritableTxnMarkerResult::read(Reader& reader, int16_t version) {
  producer_id = reader.i64();
  topics.resize(reader.array(true, 3, sizeof(WritableTxnMarkerTopicResult)));
  for (auto& element : topics) element.read(reader, version);
  reader.skip_tags();
}

void WriteTxnMarkersResponse::WritableTxnMarkerResult::write(Writer& writer, int16_t version) const {
  writer.i64(producer_id);
  writer.array(true, topics.size());
  for (const auto& element : topics) element.write(writer, version);
  writer.no_tags();
}

void WriteTxnMarkersResponse::read(Reader& reader, int16_t version) {
  *this = WriteTxnMarkersResponse{};
  markers.resize(reader.array(true, 10, sizeof(WritableTxnMarkerResult)));
  for (auto& element : markers) element.read(reader, version);
  reader.skip_tags();
}

void WriteTxnMarkersResponse::write(Writer& writer, int16_t version) const {
  writer.array(true, markers.size());
  for (const auto& element : markers) element.write(writer, version);
  writer.no_tags();
}

bool recode_write_txn_markers_response(ByteView in, int16_t version, Bytes& out) {
  return recode<WriteTxnMarkersResponse>(in, version, out);
}

}  // namespace klamm::protocol
