// Generated from protocol/schema/30_create_acls.kmsg; not to be edited.
#include "protocol/messages/create_acls_request.h"

#include "protocol/recode.h"

namespace klamm::protocol {

void CreateAclsRequest::AclCreation::read(Reader& reader, int16_t version) {
  const bool flexible = version >= 2;
  resource_type = reader.i8();
  resource_name = reader.string(flexible);
  resource_pattern_type = reader.i8();
  principal = reader.string(flexible);
  host = reader.string(flexible);
  operation = reader.i8();
  permission_type = reader.i8();
  if (version >= 2) {
    reader.skip_tags();
  }
}

void CreateAclsRequest::AclCreation::write(Writer& writer, int16_t version) const {
  const bool flexible = version >= 2;
  writer.i8(resource_type);
  writer.string(flexible, resource_name);
  writer.i8(resource_pattern_type);
  writer.string(flexible, principal);
  writer.string(flexible, host);
  writer.i8(operation);
  writer.i8(permission_type);
  if (version >= 2) {
    writer.no_tags();
  }
}

void CreateAclsRequest::read(Reader& reader, int16_t version) {
  *this = CreateAclsRequest{};
  const bool flexible = version >= 2;
  creations.resize(reader.array(flexible, version >= 2 ? 8 : 10, sizeof(AclCreation)));
  for (auto& element : creations) element.read(reader, version);
  if (version >= 2) {
    reader.skip_tags();
  }
}

void CreateAclsRequest::write(Writer& writer, int16_t version) const {
  const bool flexible = version >= 2;
  writer.array(flexible, creations.size());
  for (const auto& element : creations) element.write(writer, version);
  if (version >= 2) {
    writer.no_tags();
  }
}

bool recode_create_acls_request(ByteView in, int16_t version, Bytes& out) {
  return recode<CreateAclsRequest>(in, version, out);
}

}  // namespace klamm::protocol
