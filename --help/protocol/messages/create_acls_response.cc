// Generated from protocol/schema/30_create_acls.kmsg; not to be edited.
#include "protocol/messages/create_acls_response.h"

#include "protocol/recode.h"

namespace klamm::protocol {

void CreateAclsResponse::AclCreationResult::read(Reader& reader, int16_t version) {
  const bool flexible = version >= 2;
  error_code = reader.i16();
  error_message = reader.nullable_string(flexible);
  if (version >= 2) {
    reader.skip_tags();
  }
}

void CreateAclsResponse::AclCreationResult::write(Writer& writer, int16_t version) const {
  const bool flexible = version >= 2;
  writer.i16(error_code);
  writer.nullable_string(flexible, error_message);
  if (version >= 2) {
    writer.no_tags();
  }
}

void CreateAclsResponse::read(Reader& reader, int16_t version) {
  *this = CreateAclsResponse{};
  const bool flexible = version >= 2;
  throttle_time_ms = reader.i32();
  results.resize(reader.array(flexible, 4, sizeof(AclCreationResult)));
  for (auto& element : results) element.read(reader, version);
  if (version >= 2) {
    reader.skip_tags();
  }
}

void CreateAclsResponse::write(Writer& writer, int16_t version) const {
  const bool flexible = version >= 2;
  writer.i32(throttle_time_ms);
  writer.array(flexible, results.size());
  for (const auto& element : results) element.write(writer, version);
  if (version >= 2) {
    writer.no_tags();
  }
}

bool recode_create_acls_response(ByteView in, int16_t version, Bytes& out) {
  return recode<CreateAclsResponse>(in, version, out);
}

}  // namespace klamm::protocol
