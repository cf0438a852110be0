// Generated from protocol/schema/15_describe_groups.kmsg; not to be edited.
#include "protocol/messages/describe_groups_response.h"

#include "protocol/recode.h"

namespace klamm::protocol {

void DescribeGroupsResponse::DescribedGroupMember::read(Reader& reader, int16_t version) {
  const bool flexible = version >= 5;
  member_id = reader.string(flexible);
  if (version >= 4) {
    group_instance_id = reader.nullable_string(flexible);
  }
  client_id = reader.string(flexible);
  client_host = reader.string(flexible);
  member_metadata = reader.bytes(flexible);
  member_assignment = reader.bytes(flexible);
  if (version >= 5) {
    reader.skip_tags();
  }
}

void DescribeGroupsResponse::DescribedGroupMember::write(Writer& writer, int16_t version) const {
  const bool flexible = version >= 5;
  writer.string(flexible, member_id);
  if (version >= 4) {
    writer.nullable_string(flexible, group_instance_id);
  }
  writer.string(flexible, client_id);
  writer.string(flexible, client_host);
  writer.bytes(flexible, member_metadata);
  writer.bytes(flexible, member_assignment);
  if (version >= 5) {
    writer.no_tags();
  }
}

void DescribeGroupsResponse::DescribedGroup::read(Reader& reader, int16_t version) {
  const bool flexible = version >= 5;
  error_code = reader.i16();
  if (version >= 6) {
    error_message = reader.nullable_string(flexible);
  }
  group_id = reader.string(flexible);
  group_state = reader.string(flexible);
  protocol_type = reader.string(flexible);
  protocol_data = reader.string(flexible);
  members.resize(reader.array(flexible, version >= 5 ? 7 : version >= 4 ? 16 : 14, sizeof(DescribedGroupMember)));
  for (auto& element : members) element.read(reader, version);
  if (version >= 3) {
    authorized_operations = reader.i32();
  }
  if (version >= 5) {
    reader.skip_tags();
  }
}

void DescribeGroupsResponse::DescribedGroup::write(Writer& writer, int16_t version) const {
  const bool flexible = version >= 5;
  writer.i16(error_code);
  if (version >= 6) {
    writer.nullable_string(flexible, error_message);
  }
  writer.string(flexible, group_id);
  writer.string(flexible, group_state);
  writer.string(flexible, protocol_type);
  writer.string(flexible, protocol_data);
  writer.array(flexible, members.size());
  for (const auto& element : members) element.write(writer, version);
  if (version >= 3) {
    writer.i32(authorized_operations);
  }
  if (version >= 5) {
    writer.no_tags();
  }
}

void DescribeGroupsResponse::read(Reader& reader, int16_t version) {
  *this = DescribeGroupsResponse{};
  const bool flexible = version >= 5;
  if (version >= 1) {
    throttle_time_ms = reader.i32();
  }
  groups.resize(reader.array(flexible, version >= 6 ? 13 : version >= 5 ? 12 : version >= 3 ? 18 : 14, sizeof(DescribedGroup)));
  for (auto& element : groups) element.read(reader, version);
  if (version >= 5) {
    reader.skip_tags();
  }
}

void DescribeGroupsResponse::write(Writer& writer, int16_t version) const {
  const bool flexible = version >= 5;
  if (version >= 1) {
    writer.i32(throttle_time_ms);
  }
  writer.array(flexible, groups.size());
  for (const auto& element : groups) element.write(writer, version);
  if (version >= 5) {
    writer.no_tags();
  }
}

bool recode_describe_groups_response(ByteView in, int16_t version, Bytes& out) {
  return recode<DescribeGroupsResponse>(in, version, out);
}

}  // namespace klamm::protocol
