// Generated from protocol/schema/26_end_txn.kmsg; not to be edited.
#include "protocol/messages/end_txn_request.h"

#include "protocol/recode.h"

namespace klamm::protocol {

void EndTxnRequest::read(Reader& reader, int16_t version) {
  *this = EndTxnRequest{};
  const bool flexible = version >= 3;
  transactional_id = reader.string(flexible);
  producer_id = reader.i64();
  producer_epoch = reader.i16();
  committed = reader.boolean();
  if (version >= 3) {
    reader.skip_tags();
  }
}

void EndTxnRequest::write(Writer& writer, int16_t version) const {
  const bool flexible = version >= 3;
  writer.string(flexible, transactional_id);
  writer.i64(producer_id);
  writer.i16(producer_epoch);
  writer.boolean(committed);
  if (version >= 3) {
    writer.no_tags();
  }
}

bool recode_end_txn_request(ByteView in, int16_t version, Bytes& out) {
  return recode<EndTxnRequest>(in, version, out);
}

}  // namespace klamm::protocol
