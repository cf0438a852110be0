// Generated from protocol/schema/38_create_delegation_token.kmsg; not to be edited.
#include "protocol/messages/create_delegation_token_request.h"

#include "protocol/recode.h"

namespace klamm::protocol {

void CreateDelegationTokenRequest::CreatableRenewers::read(Reader& reader, int16_t version) {
  const bool flexible = version >= 2;
  principal_type = reader.string(flexible);
  principal_name = reader.string(flexible);
  if (version >= 2) {
    reader.skip_tags();
  }
}

void CreateDelegationTokenRequest::CreatableRenewers::write(Writer& writer, int16_t version) const {
  const bool flexible = version >= 2;
  writer.string(flexible, principal_type);
  writer.string(flexible, principal_name);
  if (version >= 2) {
    writer.no_tags();
  }
}

void CreateDelegationTokenRequest::read(Reader& reader, int16_t version) {
  *this = CreateDelegationTokenRequest{};
  const bool flexible = version >= 2;
  if (version >= 3) {
    owner_principal_type = reader.nullable_string(flexible);
  }
  if (version >= 3) {
    owner_principal_name = reader.nullable_string(flexible);
  }
  renewers.resize(reader.array(flexible, version >= 2 ? 3 : 4, sizeof(CreatableRenewers)));
  for (auto& element : renewers) element.read(reader, version);
  max_lifetime_ms = reader.i64();
  if (version >= 2) {
    reader.skip_tags();
  }
}

void CreateDelegationTokenRequest::write(Writer& writer, int16_t version) const {
  const bool flexible = version >= 2;
  if (version >= 3) {
    writer.nullable_string(flexible, owner_principal_type);
  }
  if (version >= 3) {
    writer.nullable_string(flexible, owner_principal_name);
  }
  writer.array(flexible, renewers.size());
  for (const auto& element : renewers) element.write(writer, version);
  writer.i64(max_lifetime_ms);
  if (version >= 2) {
    writer.no_tags();
  }
}

bool recode_create_delegation_token_request(ByteView in, int16_t version, Bytes& out) {
  return recode<CreateDelegationTokenRequest>(in, version, out);
}

}  // namespace klamm::protocol
