// Generated from protocol/schema/36_sasl_authenticate.kmsg; not to be edited.
#include "protocol/messages/sasl_authenticate_request.h"

#include "protocol/recode.h"

namespace klamm::protocol {

void SaslAuthenticateRequest::read(Reader& reader, int16_t version) {
  *this = SaslAuthenticateRequest{};
  const bool flexible = version >= 2;
  auth_bytes = reader.bytes(flexible);
  if (version >= 2) {
    reader.skip_tags();
  }
}

void SaslAuthenticateRequest::write(Writer& writer, int16_t version) const {
  const bool flexible = version >= 2;
  writer.bytes(flexible, auth_bytes);
  if (version >= 2) {
    writer.no_tags();
  }
}

bool recode_sasl_authenticate_request(ByteView in, int16_t version, Bytes& out) {
  return recode<SaslAuthenticateRequest>(in, version, out);
}

}  // namespace klamm::protocol
