// Generated from protocol/schema/53_begin_quorum_epoch.kmsg; not to be edited.
#include "protocol/messages/begin_quorum_epoch_request.h"

#include "protocol/recode.h"

namespace klamm::protocol {

void BeginQuorumEpochRequest::PartitionData::read(Reader& reader, int16_t version) {
  partition_index = reader.i32();
  if (version >= 1) {
    voter_directory_id = reader.uuid();
  }
  leader_id = reader.i32();
  leader_epoch = reader.i32();
  if (version >= 1) {
    reader.skip_tags();
  }
}

void BeginQuorumEpochRequest::PartitionData::write(Writer& writer, int16_t version) const {
  writer.i32(partition_index);
  if (version >= 1) {
    writer.uuid(voter_directory_id);
  }
  writer.i32(leader_id);
  writer.i32(leader_epoch);
  if (version >= 1) {
    writer.no_tags();
  }
}

void BeginQuorumEpochRequest::TopicData::read(Reader& reader, int16_t version) {
  const bool flexible = version >= 1;
  topic_name = reader.string(flexible);
  partitions.resize(reader.array(flexible, version >= 1 ? 29 : 12, sizeof(PartitionData)));
  for (auto& element : partitions) element.read(reader, version);
  if (version >= 1) {
    reader.skip_tags();
  }
}

void BeginQuorumEpochRequest::TopicData::write(Writer& writer, int16_t version) const {
  const bool flexible = version >= 1;
  writer.string(flexible, topic_name);
  writer.array(flexible, partitions.size());
  for (const auto& element : partitions) element.write(writer, version);
  if (version >= 1) {
    writer.no_tags();
  }
}

void BeginQuorumEpochRequest::LeaderEndpoint::read(Reader& reader, int16_t) {
  name = reader.string(true);
  host = reader.string(true);
  port = reader.u16();
  reader.skip_tags();
}

void BeginQuorumEpochRequest::LeaderEndpoint::write(Writer& writer, int16_t) const {
  writer.string(true, name);
  writer.string(true, host);
  writer.u16(port);
  writer.no_tags();
}

void BeginQuorumEpochRequest::read(Reader& reader, int16_t version) {
  *this = BeginQuorumEpochRequest{};
  const bool flexible = version >= 1;
  cluster_id = reader.nullable_string(flexible);
  if (version >= 1) {
    voter_id = reader.i32();
  }
  topics.resize(reader.array(flexible, version >= 1 ? 3 : 6, sizeof(TopicData)));
  for (auto& element : topics) element.read(reader, version);
  if (version >= 1) {
    leader_endpoints.resize(reader.array(flexible, 5, sizeof(LeaderEndpoint)));
    for (auto& element : leader_endpoints) element.read(reader, version);
  }
  if (version >= 1) {
    reader.skip_tags();
  }
}

void BeginQuorumEpochRequest::write(Writer& writer, int16_t version) const {
  const bool flexible = version >= 1;
  writer.nullable_string(flexible, cluster_id);
  if (version >= 1) {
    writer.i32(voter_id);
  }
  writer.array(flexible, topics.size());
  for (const auto& element : topics) element.write(writer, version);
  if (version >= 1) {
    writer.array(flexible, leader_endpoints.size());
    for (const auto& element : leader_endpoints) element.write(writer, version);
  }
  if (version >= 1) {
    writer.no_tags();
  }
}

bool recode_begin_quorum_epoch_request(ByteView in, int16_t version, Bytes& out) {
  return recode<BeginQuorumEpochRequest>(in, version, out);
}

}  // namespace klamm::protocol
