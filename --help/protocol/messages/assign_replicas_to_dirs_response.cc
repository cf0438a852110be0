// Generated from protocol/schema/73_assign_replicas_to_dirs.kmsg; not to be edited.
#include "protocol/messages/assign_replicas_to_dirs_response.h"

#include "protocol/recode.h"

namespace klamm::protocol {

void AssignReplicasToDirsResponse::PartitionData::read(Reader& reader, int16_t) {
  partition_index = reader.i32();
  error_code = reader.i16();
  reader.skip_tags();
}

void AssignReplicasToDirsResponse::PartitionData::write(Writer& writer, int16_t) const {
  writer.i32(partition_index);
  writer.i16(error_code);
  writer.no_tags();
}

void AssignReplicasToDirsResponse::TopicData::read(Reader& reader, int16_t version) {
  topic_id = reader.uuid();
  partitions.resize(reader.array(true, 7, sizeof(PartitionData)));
  for (auto& element : partitions) element.read(reader, version);
  reader.skip_tags();
}

void AssignReplicasToDirsResponse::TopicData::write(Writer& writer, int16_t version) const {
  writer.uuid(topic_id);
  writer.array(true, partitions.size());
  for (const auto& element : partitions) element.write(writer, version);
  writer.no_tags();
}

void AssignReplicasToDirsResponse::DirectoryData::read(Reader& reader, int16_t version) {
  id = reader.uuid();
  topics.resize(reader.array(true, 18, sizeof(TopicData)));
  for (auto& element : topics) element.read(reader, version);
  reader.skip_tags();
}

void AssignReplicasToDirsResponse::DirectoryData::write(Writer& writer, int16_t version) const {
  writer.uuid(id);
  writer.array(true, topics.size());
  for (const auto& element : topics) element.write(writer, version);
  writer.no_tags();
}

void AssignReplicasToDirsResponse::read(Reader& reader, int16_t version) {
  *this = AssignReplicasToDirsResponse{};
  throttle_time_ms = reader.i32();
  error_code = reader.i16();
  directories.resize(reader.array(true, 18, sizeof(DirectoryData)));
  for (auto& element : directories) element.read(reader, version);
  reader.skip_tags();
}

void AssignReplicasToDirsResponse::write(Writer& writer, int16_t version) const {
  writer.i32(throttle_time_ms);
  writer.i16(error_code);
  writer.array(true, directories.size());
  for (const auto& element : directories) element.write(writer, version);
  writer.no_tags();
}

bool recode_assign_replicas_to_dirs_response(ByteView in, int16_t version, Bytes& out) {
  return recode<AssignReplicasToDirsResponse>(in, version, out);
}

}  // namespace klamm::protocol
