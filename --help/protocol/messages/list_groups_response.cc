// Generated from protocol/schema/16_list_groups.kmsg; not to be edited.
#include "protocol/messages/list_groups_response.h"

#include "protocol/recode.h"

namespace klamm::protocol {

void ListGroupsResponse::ListedGroup::read(Reader& reader, int16_t version) {
  const bool flexible = version >= 3;
  group_id = reader.string(flexible);
  protocol_type = reader.string(flexible);
  if (version >= 4) {
    group_state = reader.string(flexible);
  }
  if (version >= 5) {
    group_type = reader.string(flexible);
  }
  if (version >= 3) {
    reader.skip_tags();
  }
}

void ListGroupsResponse::ListedGroup::write(Writer& writer, int16_t version) const {
  const bool flexible = version >= 3;
  writer.string(flexible, group_id);
  writer.string(flexible, protocol_type);
  if (version >= 4) {
    writer.string(flexible, group_state);
  }
  if (version >= 5) {
    writer.string(flexible, group_type);
  }
  if (version >= 3) {
    writer.no_tags();
  }
}

void ListGroupsResponse::read(Reader& reader, int16_t version) {
  *this = ListGroupsResponse{};
  const bool flexible = version >= 3;
  if (version >= 1) {
    throttle_time_ms = reader.i32();
  }
  error_code = reader.i16();
  groups.resize(reader.array(flexible, version >= 5 ? 5 : version >= 4 ? 4 : version >= 3 ? 3 : 4, sizeof(ListedGroup)));
  for (auto& element : groups) element.read(reader, version);
  if (version >= 3) {
    reader.skip_tags();
  }
}

void ListGroupsResponse::write(Writer& writer, int16_t version) const {
  const bool flexible = version >= 3;
  if (version >= 1) {
    writer.i32(throttle_time_ms);
  }
  writer.i16(error_code);
  writer.array(flexible, groups.size());
  for (const auto& element : groups) element.write(writer, version);
  if (version >= 3) {
    writer.no_tags();
  }
}

bool recode_list_groups_response(ByteView in, int16_t version, Bytes& out) {
  return recode<ListGroupsResponse>(in, version, out);
}

}  // namespace klamm::protocol
