// Generated from protocol/schema/26_end_txn.kmsg; not to be edited.
#include "protocol/messages/end_txn_response.h"

#include "protocol/recode.h"

namespace klamm::protocol {

void EndTxnResponse::read(Reader& reader, int16_t version) {
  *this = EndTxnResponse{};
  throttle_time_ms = reader.i32();
  error_code = reader.i16();
  if (version >= 5) {
    producer_id = reader.i64();
  }
  if (version >= 5) {
    producer_epoch = reader.i16();
  }
  if (version >= 3) {
    reader.skip_tags();
  }
}

void EndTxnResponse::write(Writer& writer, int16_t version) const {
  writer.i32(throttle_time_ms);
  writer.i16(error_code);
  if (version >= 5) {
    writer.i64(producer_id);
  }
  if (version >= 5) {
    writer.i16(producer_epoch);
  }
  if (version >= 3) {
    writer.no_tags();
  }
}

bool recode_end_txn_response(ByteView in, int16_t version, Bytes& out) {
  return recode<EndTxnResponse>(in, version, out);
}

}  // namespace klamm::protocol
