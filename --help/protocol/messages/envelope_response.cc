// Generated from protocol/schema/58_envelope.kmsg; not to be edited.
#include "protocol/messages/envelope_response.h"

#include "protocol/recode.h"

namespace klamm::protocol {

void EnvelopeResponse::read(Reader& reader, int16_t) {
  *this = EnvelopeResponse{};
  response_data = reader.nullable_bytes(true);
  error_code = reader.i16();
  reader.skip_tags();
}

void EnvelopeResponse::write(Writer& writer, int16_t) const {
  writer.nullable_bytes(true, response_data);
  writer.i16(error_code);
  writer.no_tags();
}

bool recode_envelope_response(ByteView in, int16_t version, Bytes& out) {
  return recode<EnvelopeResponse>(in, version, out);
}

}  // namespace klamm::protocol
