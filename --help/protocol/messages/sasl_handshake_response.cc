// Generated from protocol/schema/17_sasl_handshake.kmsg; not to be edited.
#include "protocol/messages/sasl_handshake_response.h"

#include "protocol/recode.h"

namespace klamm::protocol {

void SaslHandshakeResponse::read(Reader& reader, int16_t) {
  *this = SaslHandshakeResponse{};
  error_code = reader.i16();
  mechanisms.resize(reader.array(false, 2, sizeof(std::string_view)));
  for (auto& element : mechanisms) element = reader.string(false);
}

void SaslHandshakeResponse::write(Writer& writer, int16_t) const {
  writer.i16(error_code);
  writer.array(false, mechanisms.size());
  for (const auto& element : mechanisms) writer.string(false, element);
}

bool recode_sasl_handshake_response(ByteView in, int16_t version, Bytes& out) {
  return recode<SaslHandshakeResponse>(in, version, out);
}

}  // namespace klamm::protocol
