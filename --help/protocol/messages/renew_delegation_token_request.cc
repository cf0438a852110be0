// Generated from protocol/schema/39_renew_delegation_token.kmsg; not to be edited.
#include "protocol/messages/renew_delegation_token_request.h"

#include "protocol/recode.h"

namespace klamm::protocol {

void RenewDelegationTokenRequest::read(Reader& reader, int16_t version) {
  *this = RenewDelegationTokenRequest{};
  const bool flexible = version >= 2;
  hmac = reader.bytes(flexible);
  renew_period_ms = reader.i64();
  if (version >= 2) {
    reader.skip_tags();
  }
}

void RenewDelegationTokenRequest::write(Writer& writer, int16_t version) const {
  const bool flexible = version >= 2;
  writer.bytes(flexible, hmac);
  writer.i64(renew_period_ms);
  if (version >= 2) {
    writer.no_tags();
  }
}

bool recode_renew_delegation_token_request(ByteView in, int16_t version, Bytes& out) {
  return recode<RenewDelegationTokenRequest>(in, version, out);
}

}  // namespace klamm::protocol
