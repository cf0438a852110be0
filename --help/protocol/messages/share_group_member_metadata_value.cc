// Generated from protocol/schema/group_records.kmsg; not to be edited.
#include "protocol/messages/share_group_member_metadata_value.h"

#include "protocol/recode.h"

namespace klamm::protocol {

void ShareGroupMemberMetadataValue::read(Reader& reader, int16_t) {
  *this = ShareGroupMemberMetadataValue{};
  rack_id = reader.nullable_string(true);
  client_id = reader.string(true);
  client_host = reader.string(true);
  subscribed_topic_names.resize(reader.array(true, 1, sizeof(std::string_view)));
  for (auto& element : subscribed_topic_names) element = reader.string(true);
  reader.skip_tags();
}

void ShareGroupMemberMetadataValue::write(Writer& writer, int16_t) const {
  writer.nullable_string(true, rack_id);
  writer.string(true, client_id);
  writer.string(true, client_host);
  writer.array(true, subscribed_topic_names.size());
  for (const auto& element : subscribed_topic_names) writer.string(true, element);
  writer.no_tags();
}

bool recode_share_group_member_metadata_value(ByteView in, int16_t version, Bytes& out) {
  return recode<ShareGroupMemberMetadataValue>(in, version, out);
}

}  // namespace klamm::protocol
