// Generated from protocol/schema/34_alter_replica_log_dirs.kmsg; not to be edited.
#include "protocol/messages/alter_replica_log_dirs_response.h"

#include "protocol/recode.h"

namespace klamm::protocol {

void AlterReplicaLogDirsResponse::AlterReplicaLogDirPartitionResult::read(Reader& reader, int16_t version) {
  partition_index = reader.i32();
  error_code = reader.i16();
  if (version >= 2) {
    reader.skip_tags();
  }
}

void AlterReplicaLogDirsResponse::AlterReplicaLogDirPartitionResult::write(Writer& writer, int16_t version) const {
  writer.i32(partition_index);
  writer.i16(error_code);
  if (version >= 2) {
    writer.no_tags();
  }
}

void AlterReplicaLogDirsResponse::AlterReplicaLogDirTopicResult::read(Reader& reader, int16_t version) {
  const bool flexible = version >= 2;
  topic_name = reader.string(flexible);
  partitions.resize(reader.array(flexible, version >= 2 ? 7 : 6, sizeof(AlterReplicaLogDirPartitionResult)));
  for (auto& element : partitions) element.read(reader, version);
  if (version >= 2) {
    reader.skip_tags();
  }
}

void AlterReplicaLogDirsResponse::AlterReplicaLogDirTopicResult::write(Writer& writer, int16_t version) const {
  const bool flexible = version >= 2;
  writer.string(flexible, topic_name);
  writer.array(flexible, partitions.size());
  for (const auto& element : partitions) element.write(writer, version);
  if (version >= 2) {
    writer.no_tags();
  }
}

void AlterReplicaLogDirsResponse::read(Reader& reader, int16_t version) {
  *this = AlterReplicaLogDirsResponse{};
  const bool flexible = version >= 2;
  throttle_time_ms = reader.i32();
  results.resize(reader.array(flexible, version >= 2 ? 3 : 6, sizeof(AlterReplicaLogDirTopicResult)));
  for (auto& element : results) element.read(reader, version);
  if (version >= 2) {
    reader.skip_tags();
  }
}

void AlterReplicaLogDirsResponse::write(Writer& writer, int16_t version) const {
  const bool flexible = version >= 2;
  writer.i32(throttle_time_ms);
  writer.array(flexible, results.size());
  for (const auto& element : results) element.write(writer, version);
  if (version >= 2) {
    writer.no_tags();
  }
}

bool recode_alter_replica_log_dirs_response(ByteView in, int16_t version, Bytes& out) {
  return recode<AlterReplicaLogDirsResponse>(in, version, out);
}

}  // namespace klamm::protocol
