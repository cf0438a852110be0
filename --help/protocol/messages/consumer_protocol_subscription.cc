// Generated from protocol/schema/client_data.kmsg; not to be edited.
#include "protocol/messages/consumer_protocol_subscription.h"

#include "protocol/recode.h"

namespace klamm::protocol {

void ConsumerProtocolSubscription::TopicPartition::read(Reader& reader, int16_t) {
  topic = reader.string(false);
  partitions.resize(reader.array(false, 4, sizeof(int32_t)));
  for (auto& element : partitions) element = reader.i32();
}

void ConsumerProtocolSubscription::TopicPartition::write(Writer& writer, int16_t) const {
  writer.string(false, topic);
  writer.array(false, partitions.size());
  for (const auto& element : partitions) writer.i32(element);
}

void ConsumerProtocolSubscription::read(Reader& reader, int16_t version) {
  *this = ConsumerProtocolSubscription{};
  topics.resize(reader.array(false, 2, sizeof(std::string_view)));
  for (auto& element : topics) element = reader.string(false);
  user_data = reader.nullable_bytes(false);
  if (version >= 1) {
    owned_partitions.resize(reader.array(false, 6, sizeof(TopicPartition)));
    for (auto& element : owned_partitions) element.read(reader, version);
  }
  if (version >= 2) {
    generation_id = reader.i32();
  }
  if (version >= 3) {
    rack_id = reader.nullable_string(false);
  }
}

void ConsumerProtocolSubscription::write(Writer& writer, int16_t version) const {
  writer.array(false, topics.size());
  for (const auto& element : topics) writer.string(false, element);
  writer.nullable_bytes(false, user_data);
  if (version >= 1) {
    writer.array(false, owned_partitions.size());
    for (const auto& element : owned_partitions) element.write(writer, version);
  }
  if (version >= 2) {
    writer.i32(generation_id);
  }
  if (version >= 3) {
    writer.nullable_string(false, rack_id);
  }
}

bool recode_consumer_protocol_subscription(ByteView in, int16_t version, Bytes& out) {
  return recode<ConsumerProtocolSubscription>(in, version, out);
}

}  // namespace klamm::protocol
