// Generated from protocol/schema/client_data.kmsg; not to be edited.
#include "protocol/messages/consumer_protocol_assignment.h"

#include "protocol/recode.h"

namespace klamm::protocol {

void ConsumerProtocolAssignment::TopicPartition::read(Reader& reader, int16_t) {
  topic = reader.string(false);
  partitions.resize(reader.array(false, 4, sizeof(int32_t)));
  for (auto& element : partitions) element = reader.i32();
}

void ConsumerProtocolAssignment::TopicPartition::write(Writer& writer, int16_t) const {
  writer.string(false, topic);
  writer.array(false, partitions.size());
  for (const auto& element : partitions) writer.i32(element);
}

void ConsumerProtocolAssignment::read(Reader& reader, int16_t version) {
  *this = ConsumerProtocolAssignment{};
  assigned_partitions.resize(reader.array(false, 6, sizeof(TopicPartition)));
  for (auto& element : assigned_partitions) element.read(reader, version);
  user_data = reader.nullable_bytes(false);
}

void ConsumerProtocolAssignment::write(Writer& writer, int16_t version) const {
  writer.array(false, assigned_partitions.size());
  for (const auto& element : assigned_partitions) element.write(writer, version);
  writer.nullable_bytes(false, user_data);
}

bool recode_consumer_protocol_assignment(ByteView in, int16_t version, Bytes& out) {
  return recode<ConsumerProtocolAssignment>(in, version, out);
}

}  // namespace klamm::protocol
