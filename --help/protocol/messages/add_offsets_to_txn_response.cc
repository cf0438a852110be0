// Generated from protocol/schema/25_add_offsets_to_txn.kmsg; not to be edited.
#include "protocol/messages/add_offsets_to_txn_response.h"

#include "protocol/recode.h"

namespace klamm::protocol {

void AddOffsetsToTxnResponse::read(Reader& reader, int16_t version) {
  *this = AddOffsetsToTxnResponse{};
  throttle_time_ms = reader.i32();
  error_code = reader.i16();
  if (version >= 3) {
    reader.skip_tags();
  }
}

void AddOffsetsToTxnResponse::write(Writer& writer, int16_t version) const {
  writer.i32(throttle_time_ms);
  writer.i16(error_code);
  if (version >= 3) {
    writer.no_tags();
  }
}

bool recode_add_offsets_to_txn_response(ByteView in, int16_t version, Bytes& out) {
  return recode<AddOffsetsToTxnResponse>(in, version, out);
}

}  // namespace klamm::protocol
