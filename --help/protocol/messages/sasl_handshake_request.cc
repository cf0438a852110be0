// Generated from protocol/schema/17_sasl_handshake.kmsg; not to be edited.
#include "protocol/messages/sasl_handshake_request.h"

#include "protocol/recode.h"

namespace klamm::protocol {

void SaslHandshakeRequest::read(Reader& reader, int16_t) {
  *this = SaslHandshakeRequest{};
  mechanism = reader.string(false);
}

void SaslHandshakeRequest::write(Writer& writer, int16_t) const {
  writer.string(false, mechanism);
}

bool recode_sasl_handshake_request(ByteView in, int16_t version, Bytes& out) {
  return recode<SaslHandshakeRequest>(in, version, out);
}

}  // namespace klamm::protocol
