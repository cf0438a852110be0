// Generated from protocol/schema/58_envelope.kmsg; not to be edited.
#include "protocol/messages/envelope_request.h"

#include "protocol/recode.h"

namespace klamm::protocol {

void EnvelopeRequest::read(Reader& reader, int16_t) {
  *this = EnvelopeRequest{};
  request_data = reader.bytes(true);
  request_principal = reader.nullable_bytes(true);
  client_host_address = reader.bytes(true);
  reader.skip_tags();
}

void EnvelopeRequest::write(Writer& writer, int16_t) const {
  writer.bytes(true, request_data);
  writer.nullable_bytes(true, request_principal);
  writer.bytes(true, client_host_address);
  writer.no_tags();
}

bool recode_envelope_request(ByteView in, int16_t version, Bytes& out) {
  return recode<EnvelopeRequest>(in, version, out);
}

}  // namespace klamm::protocol
