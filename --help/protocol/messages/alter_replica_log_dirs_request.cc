// Generated from protocol/schema/34_alter_replica_log_dirs.kmsg; not to be edited.
#include "protocol/messages/alter_replica_log_dirs_request.h"

#include "protocol/recode.h"

namespace klamm::protocol {

void AlterReplicaLogDirsRequest::AlterReplicaLogDirTopic::read(Reader& reader, int16_t version) {
  const bool flexible = version >= 2;
  name = reader.string(flexible);
  partitions.resize(reader.array(flexible, 4, sizeof(int32_t)));
  for (auto& element : partitions) element = reader.i32();
  if (version >= 2) {
    reader.skip_tags();
  }
}

void AlterReplicaLogDirsRequest::AlterReplicaLogDirTopic::write(Writer& writer, int16_t version) const {
  const bool flexible = version >= 2;
  writer.string(flexible, name);
  writer.array(flexible, partitions.size());
  for (const auto& element : partitions) writer.i32(element);
  if (version >= 2) {
    writer.no_tags();
  }
}

void AlterReplicaLogDirsRequest::AlterReplicaLogDir::read(Reader& reader, int16_t version) {
  const bool flexible = version >= 2;
  path = reader.string(flexible);
  topics.resize(reader.array(flexible, version >= 2 ? 3 : 6, sizeof(AlterReplicaLogDirTopic)));
  for (auto& element : topics) element.read(reader, version);
  if (version >= 2) {
    reader.skip_tags();
  }
}

void AlterReplicaLogDirsRequest::AlterReplicaLogDir::write(Writer& writer, int16_t version) const {
  const bool flexible = version >= 2;
  writer.string(flexible, path);
  writer.array(flexible, topics.size());
  for (const auto& element : topics) element.write(writer, version);
  if (version >= 2) {
    writer.no_tags();
  }
}

void AlterReplicaLogDirsRequest::read(Reader& reader, int16_t version) {
  *this = AlterReplicaLogDirsRequest{};
  const bool flexible = version >= 2;
  dirs.resize(reader.array(flexible, version >= 2 ? 3 : 6, sizeof(AlterReplicaLogDir)));
  for (auto& element : dirs) element.read(reader, version);
  if (version >= 2) {
    reader.skip_tags();
  }
}

void AlterReplicaLogDirsRequest::write(Writer& writer, int16_t version) const {
  const bool flexible = version >= 2;
  writer.array(flexible, dirs.size());
  for (const auto& element : dirs) element.write(writer, version);
  if (version >= 2) {
    writer.no_tags();
  }
}

bool recode_alter_replica_log_dirs_request(ByteView in, int16_t version, Bytes& out) {
  return recode<AlterReplicaLogDirsRequest>(in, version, out);
}

}  // namespace klamm::protocol
