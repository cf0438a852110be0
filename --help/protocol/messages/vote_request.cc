// Generated from protocol/schema/52_vote.kmsg; not to be edited.
#include "protocol/messages/vote_request.h"

#include "protocol/recode.h"

namespace klamm::protocol {

void VoteRequest::PartitionData::read(Reader& reader, int16_t version) {
  partition_index = reader.i32();
  replica_epoch = reader.i32();
  replica_id = reader.i32();
  if (version >= 1) {
    replica_directory_id = reader.uuid();
  }
  if (version >= 1) {
    voter_directory_id = reader.uuid();
  }
  last_offset_epoch = reader.i32();
  last_offset = reader.i64();
  if (version >= 2) {
    pre_vote = reader.boolean();
  }
  reader.skip_tags();
}

void VoteRequest::PartitionData::write(Writer& writer, int16_t version) const {
  writer.i32(partition_index);
  writer.i32(replica_epoch);
  writer.i32(replica_id);
  if (version >= 1) {
    writer.uuid(replica_directory_id);
  }
  if (version >= 1) {
    writer.uuid(voter_directory_id);
  }
  writer.i32(last_offset_epoch);
  writer.i64(last_offset);
  if (version >= 2) {
    writer.boolean(pre_vote);
  }
  writer.no_tags();
}

void VoteRequest::TopicData::read(Reader& reader, int16_t version) {
  topic_name = reader.string(true);
  partitions.resize(reader.array(true, version >= 2 ? 58 : version >= 1 ? 57 : 25, sizeof(PartitionData)));
  for (auto& element : partitions) element.read(reader, version);
  reader.skip_tags();
}

void VoteRequest::TopicData::write(Writer& writer, int16_t version) const {
  writer.string(true, topic_name);
  writer.array(true, partitions.size());
  for (const auto& element : partitions) element.write(writer, version);
  writer.no_tags();
}

void VoteRequest::read(Reader& reader, int16_t version) {
  *this = VoteRequest{};
  cluster_id = reader.nullable_string(true);
  if (version >= 1) {
    voter_id = reader.i32();
  }
  topics.resize(reader.array(true, 3, sizeof(TopicData)));
  for (auto& element : topics) element.read(reader, version);
  reader.skip_tags();
}

void VoteRequest::write(Writer& writer, int16_t version) const {
  writer.nullable_string(true, cluster_id);
  if (version >= 1) {
    writer.i32(voter_id);
  }
  writer.array(true, topics.size());
  for (const auto& element : topics) element.write(writer, version);
  writer.no_tags();
}

bool recode_vote_request(ByteView in, int16_t version, Bytes& out) {
  return recode<VoteRequest>(in, version, out);
}

}  // namespace klamm::protocol
