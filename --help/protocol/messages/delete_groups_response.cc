// Generated from protocol/schema/42_delete_groups.kmsg; not to be edited.
#include "protocol/messages/delete_groups_response.h"

#include "protocol/recode.h"

namespace klamm::protocol {

void DeleteGroupsResponse::DeletableGroupResult::read(Reader& reader, int16_t version) {
  const bool flexible = version >= 2;
  group_id = reader.string(flexible);
  error_code = reader.i16();
  if (version >= 2) {
    reader.skip_tags();
  }
}

void DeleteGroupsResponse::DeletableGroupResult::write(Writer& writer, int16_t version) const {
  const bool flexible = version >= 2;
  writer.string(flexible, group_id);
  writer.i16(error_code);
  if (version >= 2) {
    writer.no_tags();
  }
}

void DeleteGroupsResponse::read(Reader& reader, int16_t version) {
  *this = DeleteGroupsResponse{};
  const bool flexible = version >= 2;
  throttle_time_ms = reader.i32();
  results.resize(reader.array(flexible, 4, sizeof(DeletableGroupResult)));
  for (auto& element : results) element.read(reader, version);
  if (version >= 2) {
    reader.skip_tags();
  }
}

void DeleteGroupsResponse::write(Writer& writer, int16_t version) const {
  const bool flexible = version >= 2;
  writer.i32(throttle_time_ms);
  writer.array(flexible, results.size());
  for (const auto& element : results) element.write(writer, version);
  if (version >= 2) {
    writer.no_tags();
  }
}

bool recode_delete_groups_response(ByteView in, int16_t version, Bytes& out) {
  return recode<DeleteGroupsResponse>(in, version, out);
}

}  // namespace klamm::protocol
