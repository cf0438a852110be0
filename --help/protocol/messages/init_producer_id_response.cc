// Generated from protocol/schema/22_init_producer_id.kmsg; not to be edited.
#include "protocol/messages/init_producer_id_response.h"

#include "protocol/recode.h"

namespace klamm::protocol {

void InitProducerIdResponse::read(Reader& reader, int16_t version) {
  *this = InitProducerIdResponse{};
  throttle_time_ms = reader.i32();
  error_code = reader.i16();
  producer_id = reader.i64();
  producer_epoch = reader.i16();
  if (version >= 2) {
    reader.skip_tags();
  }
}

void InitProducerIdResponse::write(Writer& writer, int16_t version) const {
  writer.i32(throttle_time_ms);
  writer.i16(error_code);
  writer.i64(producer_id);
  writer.i16(producer_epoch);
  if (version >= 2) {
    writer.no_tags();
  }
}

bool recode_init_producer_id_response(ByteView in, int16_t version, Bytes& out) {
  return recode<InitProducerIdResponse>(in, version, out);
}

}  // namespace klamm::protocol
