// Generated from protocol/schema/22_init_producer_id.kmsg; not to be edited.
#include "protocol/messages/init_producer_id_request.h"

#include "protocol/recode.h"

namespace klamm::protocol {

void InitProducerIdRequest::read(Reader& reader, int16_t version) {
  *this = InitProducerIdRequest{};
  const bool flexible = version >= 2;
  transactional_id = reader.nullable_string(flexible);
  transaction_timeout_ms = reader.i32();
  if (version >= 3) {
    producer_id = reader.i64();
  }
  if (version >= 3) {
    producer_epoch = reader.i16();
  }
  if (version >= 2) {
    reader.skip_tags();
  }
}

void InitProducerIdRequest::write(Writer& writer, int16_t version) const {
  const bool flexible = version >= 2;
  writer.nullable_string(flexible, transactional_id);
  writer.i32(transaction_timeout_ms);
  if (version >= 3) {
    writer.i64(producer_id);
  }
  if (version >= 3) {
    writer.i16(producer_epoch);
  }
  if (version >= 2) {
    writer.no_tags();
  }
}

bool recode_init_producer_id_request(ByteView in, int16_t version, Bytes& out) {
  return recode<InitProducerIdRequest>(in, version, out);
}

}  // namespace klamm::protocol
