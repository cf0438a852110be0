// Generated from protocol/schema/28_txn_offset_commit.kmsg; not to be edited.
#include "protocol/messages/txn_offset_commit_response.h"

#include "protocol/recode.h"

namespace klamm::protocol {

void TxnOffsetCommitResponse::TxnOffsetCommitResponsePartition::read(Reader& reader, int16_t version) {
  partition_index = reader.i32();
  error_code = reader.i16();
  if (version >= 3) {
    reader.skip_tags();
  }
}

void TxnOffsetCommitResponse::TxnOffsetCommitResponsePartition::write(Writer& writer, int16_t version) const {
  writer.i32(partition_index);
  writer.i16(error_code);
  if (version >= 3) {
    writer.no_tags();
  }
}

void TxnOffsetCommitResponse::TxnOffsetCommitResponseTopic::read(Reader& reader, int16_t version) {
  const bool flexible = version >= 3;
  name = reader.string(flexible);
  partitions.resize(reader.array(flexible, version >= 3 ? 7 : 6, sizeof(TxnOffsetCommitResponsePartition)));
  for (auto& element : partitions) element.read(reader, version);
  if (version >= 3) {
    reader.skip_tags();
  }
}

void TxnOffsetCommitResponse::TxnOffsetCommitResponseTopic::write(Writer& writer, int16_t version) const {
  const bool flexible = version >= 3;
  writer.string(flexible, name);
  writer.array(flexible, partitions.size());
  for (const auto& element : partitions) element.write(writer, version);
  if (version >= 3) {
    writer.no_tags();
  }
}

void TxnOffsetCommitResponse::read(Reader& reader, int16_t version) {
  *this = TxnOffsetCommitResponse{};
  const bool flexible = version >= 3;
  throttle_time_ms = reader.i32();
  topics.resize(reader.array(flexible, version >= 3 ? 3 : 6, sizeof(TxnOffsetCommitResponseTopic)));
  for (auto& element : topics) element.read(reader, version);
  if (version >= 3) {
    reader.skip_tags();
  }
}

void TxnOffsetCommitResponse::write(Writer& writer, int16_t version) const {
  const bool flexible = version >= 3;
  writer.i32(throttle_time_ms);
  writer.array(flexible, topics.size());
  for (const auto& element : topics) element.write(writer, version);
  if (version >= 3) {
    writer.no_tags();
  }
}

bool recode_txn_offset_commit_response(ByteView in, int16_t version, Bytes& out) {
  return recode<TxnOffsetCommitResponse>(in, version, out);
}

}  // namespace klamm::protocol
