// Generated from protocol/schema/27_write_txn_markers.kmsg; not to be edited.
#include "protocol/messages/write_txn_markers_request.h"

#include "protocol/recode.h"

namespace klamm::protocol {

void WriteTxnMarkersRequest::WritableTxnMarkerTopic::read(Reader& reader, int16_t) {
  name = reader.string(true);
  partition_indexes.resize(reader.array(true, 4, sizeof(int32_t)));
  for (auto& element : partition_indexes) element = reader.i32();
  reader.skip_tags();
}

void WriteTxnMarkersRequest::WritableTxnMarkerTopic::write(Writer& writer, int16_t) const {
  writer.string(true, name);
  writer.array(true, partition_indexes.size());
  for (const auto& element : partition_indexes) writer.i32(element);
  writer.no_tags();
}

void WriteTxnMarkersRequest::WritableTxnMarker::read(Reader& reader, int16_t version) {
  producer_id = reader.i64();
  producer_epoch = reader.i16();
  transaction_result = reader.boolean();
  topics.resize(reader.array(true, 3, sizeof(WritableTxnMarkerTopic)));
  for (auto& element : topics) element.read(reader, version);
  coordinator_epoch = reader.i32();
  if (version >= 2) {
    transaction_version = reader.i8();
  }
  reader.skip_tags();
}

void WriteTxnMarkersRequest::WritableTxnMarker::write(Writer& writer, int16_t version) const {
  writer.i64(producer_id);
  writer.i16(producer_epoch);
  writer.boolean(transaction_result);
  writer.array(true, topics.size());
  for (const auto& element : topics) element.write(writer, version);
  writer.i32(coordinator_epoch);
  if (version >= 2) {
    writer.i8(transaction_version);
  }
  writer.no_tags();
}

void WriteTxnMarkersRequest::read(Reader& reader, int16_t version) {
  *this = WriteTxnMarkersRequest{};
  markers.resize(reader.array(true, version >= 2 ? 18 : 17, sizeof(WritableTxnMarker)));
  for (auto& element : markers) element.read(reader, version);
  reader.skip_tags();
}

void WriteTxnMarkersRequest::write(Writer& writer, int16_t version) const {
  writer.array(true, markers.size());
  for (const auto& element : markers) element.write(writer, version);
  writer.no_tags();
}

bool recode_write_txn_markers_request(ByteView in, int16_t version, Bytes& out) {
  return recode<WriteTxnMarkersRequest>(in, version, out);
}

}  // namespace klamm::protocol
