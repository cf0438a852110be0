// Generated from protocol/schema/38_create_delegation_token.kmsg; not to be edited.
#include "protocol/messages/create_delegation_token_response.h"

#include "protocol/recode.h"

namespace klamm::protocol {

void CreateDelegationTokenResponse::read(Reader& reader, int16_t version) {
  *this = CreateDelegationTokenResponse{};
  const bool flexible = version >= 2;
  error_code = reader.i16();
  principal_type = reader.string(flexible);
  principal_name = reader.string(flexible);
  if (version >= 3) {
    token_requester_principal_type = reader.string(flexible);
  }
  if (version >= 3) {
    token_requester_principal_name = reader.string(flexible);
  }
  issue_timestamp_ms = reader.i64();
  expiry_timestamp_ms = reader.i64();
  max_timestamp_ms = reader.i64();
  token_id = reader.string(flexible);
  hmac = reader.bytes(flexible);
  throttle_time_ms = reader.i32();
  if (version >= 2) {
    reader.skip_tags();
  }
}

void CreateDelegationTokenResponse::write(Writer& writer, int16_t version) const {
  const bool flexible = version >= 2;
  writer.i16(error_code);
  writer.string(flexible, principal_type);
  writer.string(flexible, principal_name);
  if (version >= 3) {
    writer.string(flexible, token_requester_principal_type);
  }
  if (version >= 3) {
    writer.string(flexible, token_requester_principal_name);
  }
  writer.i64(issue_timestamp_ms);
  writer.i64(expiry_timestamp_ms);
  writer.i64(max_timestamp_ms);
  writer.string(flexible, token_id);
  writer.bytes(flexible, hmac);
  writer.i32(throttle_time_ms);
  if (version >= 2) {
    writer.no_tags();
  }
}

bool recode_create_delegation_token_response(ByteView in, int16_t version, Bytes& out) {
  return recode<CreateDelegationTokenResponse>(in, version, out);
}

}  // namespace klamm::protocol
