// Generated from protocol/schema/76_share_group_heartbeat.kmsg; not to be edited.
#include "protocol/messages/share_group_heartbeat_request.h"

#include "protocol/recode.h"

namespace klamm::protocol {

void ShareGroupHeartbeatRequest::read(Reader& reader, int16_t) {
  *this = ShareGroupHeartbeatRequest{};
  group_id = reader.string(true);
  member_id = reader.string(true);
  member_epoch = reader.i32();
  rack_id = reader.nullable_string(true);
  subscribed_topic_names.reset();
  if (auto count = reader.nullable_array(true, 1, sizeof(std::string_view))) {
    subscribed_topic_names.emplace(*count);
    for (auto& element : *subscribed_topic_names) element = reader.string(true);
  }
  reader.skip_tags();
}

void ShareGroupHeartbeatRequest::write(Writer& writer, int16_t) const {
  writer.string(true, group_id);
  writer.string(true, member_id);
  writer.i32(member_epoch);
  writer.nullable_string(true, rack_id);
  if (subscribed_topic_names) {
    writer.array(true, subscribed_topic_names->size());
    for (const auto& element : *subscribed_topic_names) writer.string(true, element);
  } else {
    writer.null_array(true);
  }
  writer.no_tags();
}

bool recode_share_group_heartbeat_request(ByteView in, int16_t version, Bytes& out) {
  return recode<ShareGroupHeartbeatRequest>(in, version, out);
}

}  // namespace klamm::protocol
