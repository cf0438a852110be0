// Generated from protocol/schema/31_delete_acls.kmsg; not to be edited.
#include "protocol/messages/delete_acls_request.h"

#include "protocol/recode.h"

namespace klamm::protocol {

void DeleteAclsRequest::DeleteAclsFilter::read(Reader& reader, int16_t version) {
  const bool flexible = version >= 2;
  resource_type_filter = reader.i8();
  resource_name_filter = reader.nullable_string(flexible);
  pattern_type_filter = reader.i8();
  principal_filter = reader.nullable_string(flexible);
  host_filter = reader.nullable_string(flexible);
  operation = reader.i8();
  permission_type = reader.i8();
  if (version >= 2) {
    reader.skip_tags();
  }
}

void DeleteAclsRequest::DeleteAclsFilter::write(Writer& writer, int16_t version) const {
  const bool flexible = version >= 2;
  writer.i8(resource_type_filter);
  writer.nullable_string(flexible, resource_name_filter);
  writer.i8(pattern_type_filter);
  writer.nullable_string(flexible, principal_filter);
  writer.nullable_string(flexible, host_filter);
  writer.i8(operation);
  writer.i8(permission_type);
  if (version >= 2) {
    writer.no_tags();
  }
}

void DeleteAclsRequest::read(Reader& reader, int16_t version) {
  *this = DeleteAclsRequest{};
  const bool flexible = version >= 2;
  filters.resize(reader.array(flexible, version >= 2 ? 8 : 10, sizeof(DeleteAclsFilter)));
  for (auto& element : filters) element.read(reader, version);
  if (version >= 2) {
    reader.skip_tags();
  }
}

void DeleteAclsRequest::write(Writer& writer, int16_t version) const {
  const bool flexible = version >= 2;
  writer.array(flexible, filters.size());
  for (const auto& element : filters) element.write(writer, version);
  if (version >= 2) {
    writer.no_tags();
  }
}

bool recode_delete_acls_request(ByteView in, int16_t version, Bytes& out) {
  return recode<DeleteAclsRequest>(in, version, out);
}

}  // namespace klamm::protocol
