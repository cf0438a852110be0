// Generated from protocol/schema/29_describe_acls.kmsg; not to be edited.
#include "protocol/messages/describe_acls_response.h"

#include "protocol/recode.h"

namespace klamm::protocol {

void DescribeAclsResponse::AclDescription::read(Reader& reader, int16_t version) {
  const bool flexible = version >= 2;
  principal = reader.string(flexible);
  host = reader.string(flexible);
  operation = reader.i8();
  permission_type = reader.i8();
  if (version >= 2) {
    reader.skip_tags();
  }
}

void DescribeAclsResponse::AclDescription::write(Writer& writer, int16_t version) const {
  const bool flexible = version >= 2;
  writer.string(flexible, principal);
  writer.string(flexible, host);
  writer.i8(operation);
  writer.i8(permission_type);
  if (version >= 2) {
    writer.no_tags();
  }
}

void DescribeAclsResponse::DescribeAclsResource::read(Reader& reader, int16_t version) {
  const bool flexible = version >= 2;
  resource_type = reader.i8();
  resource_name = reader.string(flexible);
  pattern_type = reader.i8();
  acls.resize(reader.array(flexible, version >= 2 ? 5 : 6, sizeof(AclDescription)));
  for (auto& element : acls) element.read(reader, version);
  if (version >= 2) {
    reader.skip_tags();
  }
}

void DescribeAclsResponse::DescribeAclsResource::write(Writer& writer, int16_t version) const {
  const bool flexible = version >= 2;
  writer.i8(resource_type);
  writer.string(flexible, resource_name);
  writer.i8(pattern_type);
  writer.array(flexible, acls.size());
  for (const auto& element : acls) element.write(writer, version);
  if (version >= 2) {
    writer.no_tags();
  }
}

void DescribeAclsResponse::read(Reader& reader, int16_t version) {
  *this = DescribeAclsResponse{};
  const bool flexible = version >= 2;
  throttle_time_ms = reader.i32();
  error_code = reader.i16();
  error_message = reader.nullable_string(flexible);
  resources.resize(reader.array(flexible, version >= 2 ? 5 : 8, sizeof(DescribeAclsResource)));
  for (auto& element : resources) element.read(reader, version);
  if (version >= 2) {
    reader.skip_tags();
  }
}

void DescribeAclsResponse::write(Writer& writer, int16_t version) const {
  const bool flexible = version >= 2;
  writer.i32(throttle_time_ms);
  writer.i16(error_code);
  writer.nullable_string(flexible, error_message);
  writer.array(flexible, resources.size());
  for (const auto& element : resources) element.write(writer, version);
  if (version >= 2) {
    writer.no_tags();
  }
}

bool recode_describe_acls_response(ByteView in, int16_t version, Bytes& out) {
  return recode<DescribeAclsResponse>(in, version, out);
}

}  // namespace klamm::protocol
