// Generated from protocol/schema/54_end_quorum_epoch.kmsg; not to be edited.
#include "protocol/messages/end_quorum_epoch_request.h"

#include "protocol/recode.h"

namespace klamm::protocol {

void EndQuorumEpochRequest::ReplicaInfo::read(Reader& reader, int16_t) {
  candidate_id = reader.i32();
  candidate_directory_id = reader.uuid();
  reader.skip_tags();
}

void EndQuorumEpochRequest::ReplicaInfo::write(Writer& writer, int16_t) const {
  writer.i32(candidate_id);
  writer.uuid(candidate_directory_id);
  writer.no_tags();
}

void EndQuorumEpochRequest::PartitionData::read(Reader& reader, int16_t version) {
  const bool flexible = version >= 1;
  partition_index = reader.i32();
  leader_id = reader.i32();
  leader_epoch = reader.i32();
  if (version <= 0) {
    preferred_successors.resize(reader.array(flexible, 4, sizeof(int32_t)));
    for (auto& element : preferred_successors) element = reader.i32();
  }
  if (version >= 1) {
    preferred_candidates.resize(reader.array(flexible, 21, sizeof(ReplicaInfo)));
    for (auto& element : preferred_candidates) element.read(reader, version);
  }
  if (version >= 1) {
    reader.skip_tags();
  }
}

void EndQuorumEpochRequest::PartitionData::write(Writer& writer, int16_t version) const {
  const bool flexible = version >= 1;
  writer.i32(partition_index);
  writer.i32(leader_id);
  writer.i32(leader_epoch);
  if (version <= 0) {
    writer.array(flexible, preferred_successors.size());
    for (const auto& element : preferred_successors) writer.i32(element);
  }
  if (version >= 1) {
    writer.array(flexible, preferred_candidates.size());
    for (const auto& element : preferred_candidates) element.write(writer, version);
  }
  if (version >= 1) {
    writer.no_tags();
  }
}

void EndQuorumEpochRequest::TopicData::read(Reader& reader, int16_t version) {
  const bool flexible = version >= 1;
  topic_name = reader.string(flexible);
  partitions.resize(reader.array(flexible, version >= 1 ? 14 : 16, sizeof(PartitionData)));
  for (auto& element : partitions) element.read(reader, version);
  if (version >= 1) {
    reader.skip_tags();
  }
}

void EndQuorumEpochRequest::TopicData::write(Writer& writer, int16_t version) const {
  const bool flexible = version >= 1;
  writer.string(flexible, topic_name);
  writer.array(flexible, partitions.size());
  for (const auto& element : partitions) element.write(writer, version);
  if (version >= 1) {
    writer.no_tags();
  }
}

void EndQuorumEpochRequest::LeaderEndpoint::read(Reader& reader, int16_t) {
  name = reader.string(true);
  host = reader.string(true);
  port = reader.u16();
  reader.skip_tags();
}

void EndQuorumEpochRequest::LeaderEndpoint::write(Writer& writer, int16_t) const {
  writer.string(true, name);
  writer.string(true, host);
  writer.u16(port);
  writer.no_tags();
}

void EndQuorumEpochRequest::read(Reader& reader, int16_t version) {
  *this = EndQuorumEpochRequest{};
  const bool flexible = version >= 1;
  cluster_id = reader.nullable_string(flexible);
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

void EndQuorumEpochRequest::write(Writer& writer, int16_t version) const {
  const bool flexible = version >= 1;
  writer.nullable_string(flexible, cluster_id);
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

bool recode_end_quorum_epoch_request(ByteView in, int16_t version, Bytes& out) {
  return recode<EndQuorumEpochRequest>(in, version, out);
}

}  // namespace klamm::protocol
