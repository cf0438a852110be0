// Generated from protocol/schema/73_assign_replicas_to_dirs.kmsg; not to be edited.
#include "protocol/messages/assign_replicas_to_dirs_request.h"

#include "protocol/recode.h"

namespace klamm::protocol {

void AssignReplicasToDirsRequest::PartitionData::read(Reader& reader, int16_t) {
  partition_index = reader.i32();
  reader.skip_tags();
}

void AssignReplicasToDirsRequest::PartitionData::write(Writer& writer, int16_t) const {
  writer.i32(partition_index);
  writer.no_tags();
}

void AssignReplicasToDirsRequest::TopicData::read(Reader& reader, int16_t version) {
  topic_id = reader.uuid();
  partitions.resize(reader.array(true, 5, sizeof(PartitionData)));
  for (auto& element : partitions) element.read(reader, version);
  reader.skip_tags();
}

void AssignReplicasToDirsRequest::TopicData::write(Writer& writer, int16_t version) const {
  writer.uuid(topic_id);
  writer.array(true, partitions.size());
  for (const auto& element : partitions) element.write(writer, version);
  writer.no_tags();
}

void AssignReplicasToDirsRequest::DirectoryData::read(Reader& reader, int16_t version) {
  id = reader.uuid();
  topics.resize(reader.array(true, 18, sizeof(TopicData)));
  for (auto& element : topics) element.read(reader, version);
  reader.skip_tags();
}

void AssignReplicasToDirsRequest::DirectoryData::write(Writer& writer, int16_t version) const {
  writer.uuid(id);
  writer.array(true, topics.size());
  for (const auto& element : topics) element.write(writer, version);
  writer.no_tags();
}

void AssignReplicasToDirsRequest::read(Reader& reader, int16_t version) {
  *this = AssignReplicasToDirsRequest{};
  broker_id = reader.i32();
  broker_epoch = reader.i64();
  directories.resize(reader.array(true, 18, sizeof(DirectoryData)));
  for (auto& element : directories) element.read(reader, version);
  reader.skip_tags();
}

void AssignReplicasToDirsRequest::write(Writer& writer, int16_t version) const {
  writer.i32(broker_id);
  writer.i64(broker_epoch);
  writer.array(true, directories.size());
  for (const auto& element : directories) element.write(writer, version);
  writer.no_tags();
}

bool recode_assign_replicas_to_dirs_request(ByteView in, int16_t version, Bytes& out) {
  return recode<AssignReplicasToDirsRequest>(in, version, out);
}

}  // namespace klamm::protocol
