// Generated from protocol/schema/87_read_share_group_state_summary.kmsg; not to be edited.
#include "protocol/messages/read_share_group_state_summary_request.h"

#include "protocol/recode.h"

namespace klamm::protocol {

void ReadShareGroupStateSummaryRequest::PartitionData::read(Reader& reader, int16_t) {
  partition = reader.i32();
  leader_epoch = reader.i32();
  reader.skip_tags();
}

void ReadShareGroupStateSummaryRequest::PartitionData::write(Writer& writer, int16_t) const {
  writer.i32(partition);
  writer.i32(leader_epoch);
  writer.no_tags();
}

void ReadShareGroupStateSummaryRequest::ReadStateSummaryData::read(Reader& reader, int16_t version) {
  topic_id = reader.uuid();
  partitions.resize(reader.array(true, 9, sizeof(PartitionData)));
  for (auto& element : partitions) element.read(reader, version);
  reader.skip_tags();
}

void ReadShareGroupStateSummaryRequest::ReadStateSummaryData::write(Writer& writer, int16_t version) const {
  writer.uuid(topic_id);
  writer.array(true, partitions.size());
  for (const auto& element : partitions) element.write(writer, version);
  writer.no_tags();
}

void ReadShareGroupStateSummaryRequest::read(Reader& reader, int16_t version) {
  *this = ReadShareGroupStateSummaryRequest{};
  group_id = reader.string(true);
  topics.resize(reader.array(true, 18, sizeof(ReadStateSummaryData)));
  for (auto& element : topics) element.read(reader, version);
  reader.skip_tags();
}

void ReadShareGroupStateSummaryRequest::write(Writer& writer, int16_t version) const {
  writer.string(true, group_id);
  writer.array(true, topics.size());
  for (const auto& element : topics) element.write(writer, version);
  writer.no_tags();
}

bool recode_read_share_group_state_summary_request(ByteView in, int16_t version, Bytes& out) {
  return recode<ReadShareGroupStateSummaryRequest>(in, version, out);
}

}  // namespace klamm::protocol
