// Generated from protocol/schema/group_records.kmsg; not to be edited.
#include "protocol/messages/consumer_group_member_metadata_value.h"

#include "protocol/recode.h"

namespace klamm::protocol {

void ConsumerGroupMemberMetadataValue::ClassicProtocol::read(Reader& reader, int16_t) {
  name = reader.string(true);
  metadata = reader.bytes(true);
  reader.skip_tags();
}

void ConsumerGroupMemberMetadataValue::ClassicProtocol::write(Writer& writer, int16_t) const {
  writer.string(true, name);
  writer.bytes(true, metadata);
  writer.no_tags();
}

void ConsumerGroupMemberMetadataValue::ClassicMemberMetadata::read(Reader& reader, int16_t version) {
  session_timeout_ms = reader.i32();
  supported_protocols.resize(reader.array(true, 3, sizeof(ClassicProtocol)));
  for (auto& element : supported_protocols) element.read(reader, version);
  reader.skip_tags();
}

void ConsumerGroupMemberMetadataValue::ClassicMemberMetadata::write(Writer& writer, int16_t version) const {
  writer.i32(session_timeout_ms);
  writer.array(true, supported_protocols.size());
  for (const auto& element : supported_protocols) element.write(writer, version);
  writer.no_tags();
}

void ConsumerGroupMemberMetadataValue::read(Reader& reader, int16_t version) {
  *this = ConsumerGroupMemberMetadataValue{};
  instance_id = reader.nullable_string(true);
  rack_id = reader.nullable_string(true);
  client_id = reader.string(true);
  client_host = reader.string(true);
  subscribed_topic_names.resize(reader.array(true, 1, sizeof(std::string_view)));
  for (auto& element : subscribed_topic_names) element = reader.string(true);
  subscribed_topic_regex = reader.nullable_string(true);
  rebalance_timeout_ms = reader.i32();
  server_assignor = reader.nullable_string(true);
  for (uint32_t tags = reader.uvarint(); tags > 0 && reader.ok(); --tags) {
    const Reader::Tag tag = reader.begin_tag();
    if (tag.number == 0) {
      classic_member_metadata.reset();
      if (reader.tagged_struct()) {
        classic_member_metadata.emplace().read(reader, version);
      }
    } else {
      reader.skip_rest();
    }
    reader.end_tag(tag);
  }
}

void ConsumerGroupMemberMetadataValue::write(Writer& writer, int16_t version) const {
  writer.nullable_string(true, instance_id);
  writer.nullable_string(true, rack_id);
  writer.string(true, client_id);
  writer.string(true, client_host);
  writer.array(true, subscribed_topic_names.size());
  for (const auto& element : subscribed_topic_names) writer.string(true, element);
  writer.nullable_string(true, subscribed_topic_regex);
  writer.i32(rebalance_timeout_ms);
  writer.nullable_string(true, server_assignor);
  const bool has_classic_member_metadata = classic_member_metadata.has_value();
  writer.uvarint(has_classic_member_metadata);
  if (has_classic_member_metadata) {
    const size_t tag = writer.begin_tag(0);
    writer.tagged_struct(classic_member_metadata.has_value());
    if (classic_member_metadata) classic_member_metadata->write(writer, version);
    writer.end_tag(tag);
  }
}

bool recode_consumer_group_member_metadata_value(ByteView in, int16_t version, Bytes& out) {
  return recode<ConsumerGroupMemberMetadataValue>(in, version, out);
}

}  // namespace klamm::protocol
