// Generated from protocol/schema/28_txn_offset_commit.kmsg; not to be edited.
#include "protocol/messages/txn_offset_commit_request.h"

#include "protocol/recode.h"

namespace klamm::protocol {

void TxnOffsetCommitRequest::TxnOffsetCommitRequestPartition::read(Reader& reader, int16_t version) {
  const bool flexible = version >= 3;
  partition_index = reader.i32();
  committed_offset = reader.i64();
  if (version >= 2) {
    committed_leader_epoch = reader.i32();
  }
  committed_metadata = reader.nullable_string(flexible);
  if (version >= 3) {
    reader.skip_tags();
  }
}

void TxnOffsetCommitRequest::TxnOffsetCommitRequestPartition::write(Writer& writer, int16_t version) const {
  const bool flexible = version >= 3;
  writer.i32(partition_index);
  writer.i64(committed_offset);
  if (version >= 2) {
    writer.i32(committed_leader_epoch);
  }
  writer.nullable_string(flexible, committed_metadata);
  if (version >= 3) {
    writer.no_tags();
  }
}

void TxnOffsetCommitRequest::TxnOffsetCommitRequestTopic::read(Reader& reader, int16_t version) {
  const bool flexible = version >= 3;
  name = reader.string(flexible);
  partitions.resize(reader.array(flexible, version >= 2 ? 18 : 14, sizeof(TxnOffsetCommitRequestPartition)));
  for (auto& element : partitions) element.read(reader, version);
  if (version >= 3) {
    reader.skip_tags();
  }
}

void TxnOffsetCommitRequest::TxnOffsetCommitRequestTopic::write(Writer& writer, int16_t version) const {
  const bool flexible = version >= 3;
  writer.string(flexible, name);
  writer.array(flexible, partitions.size());
  for (const auto& element : partitions) element.write(writer, version);
  if (version >= 3) {
    writer.no_tags();
  }
}

void TxnOffsetCommitRequest::read(Reader& reader, int16_t version) {
  *this = TxnOffsetCommitRequest{};
  const bool flexible = version >= 3;
  transactional_id = reader.string(flexible);
  group_id = reader.string(flexible);
  producer_id = reader.i64();
  producer_epoch = reader.i16();
  if (version >= 3) {
    generation_id = reader.i32();
  }
  if (version >= 3) {
    member_id = reader.string(flexible);
  }
  if (version >= 3) {
    group_instance_id = reader.nullable_string(flexible);
  }
  topics.resize(reader.array(flexible, version >= 3 ? 3 : 6, sizeof(TxnOffsetCommitRequestTopic)));
  for (auto& element : topics) element.read(reader, version);
  if (version >= 3) {
    reader.skip_tags();
  }
}

void TxnOffsetCommitRequest::write(Writer& writer, int16_t version) const {
  const bool flexible = version >= 3;
  writer.string(flexible, transactional_id);
  writer.string(flexible, group_id);
  writer.i64(producer_id);
  writer.i16(producer_epoch);
  if (version >= 3) {
    writer.i32(generation_id);
  }
  if (version >= 3) {
    writer.string(flexible, member_id);
  }
  if (version >= 3) {
    writer.nullable_string(flexible, group_instance_id);
  }
  writer.array(flexible, topics.size());
  for (const auto& element : topics) element.write(writer, version);
  if (version >= 3) {
    writer.no_tags();
  }
}

bool recode_txn_offset_commit_request(ByteView in, int16_t version, Bytes& out) {
  return recode<TxnOffsetCommitRequest>(in, version, out);
}

}  // namespace klamm::protocol
