// Generated from protocol/schema/31_delete_acls.kmsg; not to be edited.
#include "protocol/messages/delete_acls_response.h"

#include "protocol/recode.h"

namespace klamm::protocol {

void DeleteAclsResponse::DeleteAclsMatchingAcl::read(Reader& reader, int16_t version) {
  const bool flexible = version >= 2;
  error_code = reader.i16();
  error_message = reader.nullable_string(flexible);
  resource_type = reader.i8();
  resource_name = reader.string(flexible);
  pattern_type = reader.i8();
  principal = reader.string(flexible);
  host = reader.string(flexible);
  operation = reader.i8();
  permission_type = reader.i8();
  if (version >= 2) {
    reader.skip_tags();
  }
}

void DeleteAclsResponse::DeleteAclsMatchingAcl::write(Writer& writer, int16_t version) const {
  const bool flexible = version >= 2;
  writer.i16(error_code);
  writer.nullable_string(flexible, error_message);
  writer.i8(resource_type);
  writer.string(flexible, resource_name);
  writer.i8(pattern_type);
  writer.string(flexible, principal);
  writer.string(flexible, host);
  writer.i8(operation);
  writer.i8(permission_type);
  if (version >= 2) {
    writer.no_tags();
  }
}

void DeleteAclsResponse::DeleteAclsFilterResult::read(Reader& reader, int16_t version) {
  const bool flexible = version >= 2;
  error_code = reader.i16();
  error_message = reader.nullable_string(flexible);
  matching_acls.resize(reader.array(flexible, version >= 2 ? 11 : 14, sizeof(DeleteAclsMatchingAcl)));
  for (auto& element : matching_acls) element.read(reader, version);
  if (version >= 2) {
    reader.skip_tags();
  }
}

void DeleteAclsResponse::DeleteAclsFilterResult::write(Writer& writer, int16_t version) const {
  const bool flexible = version >= 2;
  writer.i16(error_code);
  writer.nullable_string(flexible, error_message);
  writer.array(flexible, matching_acls.size());
  for (const auto& element : matching_acls) element.write(writer, version);
  if (version >= 2) {
    writer.no_tags();
  }
}

void DeleteAclsResponse::read(Reader& reader, int16_t version) {
  *this = DeleteAclsResponse{};
  const bool flexible = version >= 2;
  throttle_time_ms = reader.i32();
  filter_results.resize(reader.array(flexible, version >= 2 ? 5 : 8, sizeof(DeleteAclsFilterResult)));
  for (auto& element : filter_results) element.read(reader, version);
  if (version >= 2) {
    reader.skip_tags();
  }
}

void DeleteAclsResponse::write(Writer& writer, int16_t version) const {
  const bool flexible = version >= 2;
  writer.i32(throttle_time_ms);
  writer.array(flexible, filter_results.size());
  for (const auto& element : filter_results) element.write(writer, version);
  if (version >= 2) {
    writer.no_tags();
  }
}

bool recode_delete_acls_response(ByteView in, int16_t version, Bytes& out) {
  return recode<DeleteAclsResponse>(in, version, out);
}

}  // namespace klamm::protocol
