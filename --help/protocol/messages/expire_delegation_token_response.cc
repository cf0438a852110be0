// Generated from protocol/schema/40_expire_delegation_token.kmsg; not to be edited.
#include "protocol/messages/expire_delegation_token_response.h"

#include "protocol/recode.h"

namespace klamm::protocol {

void ExpireDelegationTokenResponse::read(Reader& reader, int16_t version) {
  *this = ExpireDelegationTokenResponse{};
  error_code = reader.i16();
  expiry_timestamp_ms = reader.i64();
  throttle_time_ms = reader.i32();
  if (version >= 2) {
    reader.skip_tags();
  }
}

void ExpireDelegationTokenResponse::write(Writer& writer, int16_t version) const {
  writer.i16(error_code);
  writer.i64(expiry_timestamp_ms);
  writer.i32(throttle_time_ms);
  if (version >= 2) {
    writer.no_tags();
  }
}

bool recode_expire_delegation_token_response(ByteView in, int16_t version, Bytes& out) {
  return recode<ExpireDelegationTokenResponse>(in, version, out);
}

}  // namespace klamm::protocol
