// Generated from protocol/schema/64_unregister_broker.kmsg; not to be edited.
#include "protocol/messages/unregister_broker_request.h"

#include "protocol/recode.h"

namespace klamm::protocol {

void UnregisterBrokerRequest::read(Reader& reader, int16_t) {
  *this = UnregisterBrokerRequest{};
  broker_id = reader.i32();
  reader.skip_tags();
}

void UnregisterBrokerRequest::write(Writer& writer, int16_t) const {
  writer.i32(broker_id);
  writer.no_tags();
}

bool recode_unregister_broker_request(ByteView in, int16_t version, Bytes& out) {
  return recode<UnregisterBrokerRequest>(in, version, out);
}

}  // namespace klamm::protocol
