// Generated from protocol/schema/67_allocate_producer_ids.kmsg; not to be edited.
#include "protocol/messages/allocate_producer_ids_request.h"

#include "protocol/recode.h"

namespace klamm::protocol {

void AllocateProducerIdsRequest::read(Reader& reader, int16_t) {
  *this = AllocateProducerIdsRequest{};
  broker_id = reader.i32();
  broker_epoch = reader.i64();
  reader.skip_tags();
}

void AllocateProducerIdsRequest::write(Writer& writer, int16_t) const {
  writer.i32(broker_id);
  writer.i64(broker_epoch);
  writer.no_tags();
}

bool recode_allocate_producer_ids_request(ByteView in, int16_t version, Bytes& out) {
  return recode<AllocateProducerIdsRequest>(in, version, out);
}

}  // namespace klamm::protocol
