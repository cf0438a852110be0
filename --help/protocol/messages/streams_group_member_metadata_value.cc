// Generated from protocol/schema/group_records.kmsg; not to be edited.
#include "protocol/messages/streams_group_member_metadata_value.h"

#include "protocol/recode.h"

namespace klamm::protocol {

void StreamsGroupMemberMetadataValue::Endpoint::read(Reader& reader, int16_t) {
  host = reader.string(true);
  port = reader.u16();
  reader.skip_tags();
}

void StreamsGroupMemberMetadataValue::Endpoint::write(Writer& writer, int16_t) const {
  writer.string(true, host);
  writer.u16(port);
  writer.no_tags();
}

void StreamsGroupMemberMetadataValue::KeyValue::read(Reader& reader, int16_t) {
  key = reader.string(true);
  value = reader.string(true);
  reader.skip_tags();
}

void StreamsGroupMemberMetadataValue::KeyValue::write(Writer& writer, int16_t) const {
  writer.string(true, key);
  writer.string(true, value);
  writer.no_tags();
}

void StreamsGroupMemberMetadataValue::read(Reader& reader, int16_t version) {
  *this = StreamsGroupMemberMetadataValue{};
  instance_id = reader.nullable_string(true);
  rack_id = reader.nullable_string(true);
  client_id = reader.string(true);
  client_host = reader.string(true);
  rebalance_timeout_ms = reader.i32();
  topology_epoch = reader.i32();
  process_id = reader.string(true);
  user_endpoint.reset();
  if (reader.nullable_struct()) {
    user_endpoint.emplace().read(reader, version);
  }
  client_tags.resize(reader.array(true, 3, sizeof(KeyValue)));
  for (auto& element : client_tags) element.read(reader, version);
  reader.skip_tags();
}

void StreamsGroupMemberMetadataValue::write(Writer& writer, int16_t version) const {
  writer.nullable_string(true, instance_id);
  writer.nullable_string(true, rack_id);
  writer.string(true, client_id);
  writer.string(true, client_host);
  writer.i32(rebalance_timeout_ms);
  writer.i32(topology_epoch);
  writer.string(true, process_id);
  writer.nullable_struct(user_endpoint.has_value());
  if (user_endpoint) user_endpoint->write(writer, version);
  writer.array(true, client_tags.size());
  for (const auto& element : client_tags) element.write(writer, version);
  writer.no_tags();
}

bool recode_streams_group_member_metadata_value(ByteView in, int16_t version, Bytes& out) {
  return recode<StreamsGroupMemberMetadataValue>(in, version, out);
}

}  // namespace klamm::protocol
