// Generated from protocol/schema/19_create_topics.kmsg; not to be edited.
#include "protocol/messages/create_topics_request.h"

#include "protocol/recode.h"

namespace klamm::protocol {

void CreateTopicsRequest::CreatableReplicaAssignment::read(Reader& reader, int16_t version) {
  const bool flexible = version >= 5;
  partition_index = reader.i32();
  broker_ids.resize(reader.array(flexible, 4, sizeof(int32_t)));
  for (auto& element : broker_ids) element = reader.i32();
  if (version >= 5) {
    reader.skip_tags();
  }
}

void CreateTopicsRequest::CreatableReplicaAssignment::write(Writer& writer, int16_t version) const {
  const bool flexible = version >= 5;
  writer.i32(partition_index);
  writer.array(flexible, broker_ids.size());
  for (const auto& element : broker_ids) writer.i32(element);
  if (version >= 5) {
    writer.no_tags();
  }
}

void CreateTopicsRequest::CreatableTopicConfig::read(Reader& reader, int16_t version) {
  const bool flexible = version >= 5;
  name = reader.string(flexible);
  value = reader.nullable_string(flexible);
  if (version >= 5) {
    reader.skip_tags();
  }
}

void CreateTopicsRequest::CreatableTopicConfig::write(Writer& writer, int16_t version) const {
  const bool flexible = version >= 5;
  writer.string(flexible, name);
  writer.nullable_string(flexible, value);
  if (version >= 5) {
    writer.no_tags();
  }
}

void CreateTopicsRequest::CreatableTopic::read(Reader& reader, int16_t version) {
  const bool flexible = version >= 5;
  name = reader.string(flexible);
  num_partitions = reader.i32();
  replication_factor = reader.i16();
  assignments.resize(reader.array(flexible, version >= 5 ? 6 : 8, sizeof(CreatableReplicaAssignment)));
  for (auto& element : assignments) element.read(reader, version);
  configs.resize(reader.array(flexible, version >= 5 ? 3 : 4, sizeof(CreatableTopicConfig)));
  for (auto& element : configs) element.read(reader, version);
  if (version >= 5) {
    reader.skip_tags();
  }
}

void CreateTopicsRequest::CreatableTopic::write(Writer& writer, int16_t version) const {
  const bool flexible = version >= 5;
  writer.string(flexible, name);
  writer.i32(num_partitions);
  writer.i16(replication_factor);
  writer.array(flexible, assignments.size());
  for (const auto& element : assignments) element.write(writer, version);
  writer.array(flexible, configs.size());
  for (const auto& element : configs) element.write(writer, version);
  if (version >= 5) {
    writer.no_tags();
  }
}

void CreateTopicsRequest::read(Reader& reader, int16_t version) {
  *this = CreateTopicsRequest{};
  const bool flexible = version >= 5;
  topics.resize(reader.array(flexible, version >= 5 ? 10 : 16, sizeof(CreatableTopic)));
  for (auto& element : topics) element.read(reader, version);
  timeout_ms = reader.i32();
  validate_only = reader.boolean();
  if (version >= 5) {
    reader.skip_tags();
  }
}

void CreateTopicsRequest::write(Writer& writer, int16_t version) const {
  const bool flexible = version >= 5;
  writer.array(flexible, topics.size());
  for (const auto& element : topics) element.write(writer, version);
  writer.i32(timeout_ms);
  writer.boolean(validate_only);
  if (version >= 5) {
    writer.no_tags();
  }
}

bool recode_create_topics_request(ByteView in, int16_t version, Bytes& out) {
  return recode<CreateTopicsRequest>(in, version, out);
}

}  // namespace klamm::protocol
