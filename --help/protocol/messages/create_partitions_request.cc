// Generated from protocol/schema/37_create_partitions.kmsg; not to be edited.
#include "protocol/messages/create_partitions_request.h"

#include "protocol/recode.h"

namespace klamm::protocol {

void CreatePartitionsRequest::CreatePartitionsAssignment::read(Reader& reader, int16_t version) {
  const bool flexible = version >= 2;
  broker_ids.resize(reader.array(flexible, 4, sizeof(int32_t)));
  for (auto& element : broker_ids) element = reader.i32();
  if (version >= 2) {
    reader.skip_tags();
  }
}

void CreatePartitionsRequest::CreatePartitionsAssignment::write(Writer& writer, int16_t version) const {
  const bool flexible = version >= 2;
  writer.array(flexible, broker_ids.size());
  for (const auto& element : broker_ids) writer.i32(element);
  if (version >= 2) {
    writer.no_tags();
  }
}

void CreatePartitionsRequest::CreatePartitionsTopic::read(Reader& reader, int16_t version) {
  const bool flexible = version >= 2;
  name = reader.string(flexible);
  count = reader.i32();
  assignments.reset();
  if (auto count = reader.nullable_array(flexible, version >= 2 ? 2 : 4, sizeof(CreatePartitionsAssignment))) {
    assignments.emplace(*count);
    for (auto& element : *assignments) element.read(reader, version);
  }
  if (version >= 2) {
    reader.skip_tags();
  }
}

void CreatePartitionsRequest::CreatePartitionsTopic::write(Writer& writer, int16_t version) const {
  const bool flexible = version >= 2;
  writer.string(flexible, name);
  writer.i32(count);
  if (assignments) {
    writer.array(flexible, assignments->size());
    for (const auto& element : *assignments) element.write(writer, version);
  } else {
    writer.null_array(flexible);
  }
  if (version >= 2) {
    writer.no_tags();
  }
}

void CreatePartitionsRequest::read(Reader& reader, int16_t version) {
  *this = CreatePartitionsRequest{};
  const bool flexible = version >= 2;
  topics.resize(reader.array(flexible, version >= 2 ? 7 : 10, sizeof(CreatePartitionsTopic)));
  for (auto& element : topics) element.read(reader, version);
  timeout_ms = reader.i32();
  validate_only = reader.boolean();
  if (version >= 2) {
    reader.skip_tags();
  }
}

void CreatePartitionsRequest::write(Writer& writer, int16_t version) const {
  const bool flexible = version >= 2;
  writer.array(flexible, topics.size());
  for (const auto& element : topics) element.write(writer, version);
  writer.i32(timeout_ms);
  writer.boolean(validate_only);
  if (version >= 2) {
    writer.no_tags();
  }
}

bool recode_create_partitions_request(ByteView in, int16_t version, Bytes& out) {
  return recode<CreatePartitionsRequest>(in, version, out);
}

}  // namespace klamm::protocol
