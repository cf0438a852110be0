// Generated from protocol/schema/87_read_share_group_state_summary.kmsg; not to be edited.
#include "protocol/messages/read_share_group_state_summary_response.h"

#include "protocol/recode.h"

namespace klamm::protocol {

void ReadShareGroupStateSummaryResponse::PartitionResult::read(Reader& reader, int16_t version) {
  partition = reader.i32();
  error_code = reader.i16();
  error_message = reader.nullable_string(true);
  state_epoch = reader.i32();
  leader_epoch = reader.i32();
  start_offset = reader.i64();
  if (version >= 1) {
    delivery_complete_count = reader.i32();
  }
  reader.skip_tags();
}

void ReadShareGroupStateSummaryResponse::PartitionResult::write(Writer& writer, int16_t version) const {
  writer.i32(partition);
  writer.i16(error_code);
  writer.nullable_string(true, error_message);
  writer.i32(state_epoch);
  writer.i32(leader_epoch);
  writer.i64(start_offset);
  if (version >= 1) {
    writer.i32(delivery_complete_count);
  }
  writer.no_tags();
}

void ReadShareGroupStateSummaryResponse::ReadStateSummaryResult::read(Reader& reader, int16_t version) {
  topic_id = reader.uuid();
  partitions.resize(reader.array(true, version >= 1 ? 28 : 24, sizeof(PartitionResult)));
  for (auto& element : partitions) element.read(reader, version);
  reader.skip_tags();
}

void ReadShareGroupStateSummaryResponse::ReadStateSummaryResult::write(Writer& writer, int16_t version) const {
  writer.uuid(topic_id);
  writer.array(true, partitions.size());
  for (const auto& element : partitions) element.write(writer, version);
  writer.no_tags();
}

void ReadShareGroupStateSummaryResponse::read(Reader& reader, int16_t version) {
  *this = ReadShareGroupStateSummaryResponse{};
  results.resize(reader.array(true, 18, sizeof(ReadStateSummaryResult)));
  for (auto& element : results) element.read(reader, version);
  reader.skip_tags();
}

void ReadShareGroupStateSummaryResponse::write(Writer& writer, int16_t version) const {
  writer.array(true, results.size());
  for (const auto& element : results) element.write(writer, version);
  writer.no_tags();
}

bool recode_read_share_group_state_summary_response(ByteView in, int16_t version, Bytes& out) {
  return recode<ReadShareGroupStateSummaryResponse>(in, version, out);
}

}  // namespace klamm::protocol
