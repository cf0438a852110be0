// Generated from protocol/schema/67_allocate_producer_ids.kmsg; not to be edited.
#include "protocol/messages/allocate_producer_ids_response.h"

#include "protocol/recode.h"

namespace klamm::protocol {

void AllocateProducerIdsResponse::read(Reader& reader, int16_t) {
  *this = AllocateProducerIdsResponse{};
  throttle_time_ms = reader.i32();
  error_code = reader.i16();
  producer_id_start = reader.i64();
  producer_id_len = reader.i32();
  reader.skip_tags();
}

void AllocateProducerIdsResponse::write(Writer& writer, int16_t) const {
  writer.i32(throttle_time_ms);
  writer.i16(error_code);
  writer.i64(producer_id_start);
  writer.i32(producer_id_len);
  writer.no_tags();
}

bool recode_allocate_producer_ids_response(ByteView in, int16_t version, Bytes& out) {
  return recode<AllocateProducerIdsResponse>(in, version, out);
}

}  // namespace klamm::protocol
