// Generated from protocol/schema/36_sasl_authenticate.kmsg; not to be edited.
#include "protocol/messages/sasl_authenticate_response.h"

#include "protocol/recode.h"

namespace klamm::protocol {

void SaslAuthenticateResponse::read(Reader& reader, int16_t version) {
  *this = SaslAuthenticateResponse{};
  const bool flexible = version >= 2;
  error_code = reader.i16();
  error_message = reader.nullable_string(flexible);
  auth_bytes = reader.bytes(flexible);
  if (version >= 1) {
    session_lifetime_ms = reader.i64();
  }
  if (version >= 2) {
    reader.skip_tags();
  }
}

void SaslAuthenticateResponse::write(Writer& writer, int16_t version) const {
  const bool flexible = version >= 2;
  writer.i16(error_code);
  writer.nullable_string(flexible, error_message);
  writer.bytes(flexible, auth_bytes);
  if (version >= 1) {
    writer.i64(session_lifetime_ms);
  }
  if (version >= 2) {
    writer.no_tags();
  }
}

bool recode_sasl_authenticate_response(ByteView in, int16_t version, Bytes& out) {
  return recode<SaslAuthenticateResponse>(in, version, out);
}

}  // namespace klamm::protocol
