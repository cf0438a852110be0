// Generated from protocol/schema/40_expire_delegation_token.kmsg; not to be edited.
#include "protocol/messages/expire_delegation_token_request.h"

#include "protocol/recode.h"

namespace klamm::protocol {

void ExpireDelegationTokenRequest::read(Reader& reader, int16_t version) {
  *this = ExpireDelegationTokenRequest{};
  const bool flexible = version >= 2;
  hmac = reader.bytes(flexible);
  expiry_time_period_ms = reader.i64();
  if (version >= 2) {
    reader.skip_tags();
  }
}

void ExpireDelegationTokenRequest::write(Writer& writer, int16_t version) const {
  const bool flexible = version >= 2;
  writer.bytes(flexible, hmac);
  writer.i64(expiry_time_period_ms);
  if (version >= 2) {
    writer.no_tags();
  }
}

bool recode_expire_delegation_token_request(ByteView in, int16_t version, Bytes& out) {
  return recode<ExpireDelegationTokenRequest>(in, version, out);
}

}  // namespace klamm::protocol
