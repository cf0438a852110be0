// Generated from protocol/schema/control_records.kmsg; not to be edited.
#include "protocol/messages/end_txn_marker.h"

#include "protocol/recode.h"

namespace klamm::protocol {

void EndTxnMarker::read(Reader& reader, int16_t) {
  *this = EndTxnMarker{};
  coordinator_epoch = reader.i32();
}

void EndTxnMarker::write(Writer& writer, int16_t) const {
  writer.i32(coordinator_epoch);
}

bool recode_end_txn_marker(ByteView in, int16_t version, Bytes& out) {
  return recode<EndTxnMarker>(in, version, out);
}

}  // namespace klamm::protocol
