// Generated from protocol/schema/25_add_offsets_to_txn.kmsg; not to be edited.
#include "protocol/messages/add_offsets_to_txn_request.h"

#include "protocol/recode.h"

namespace klamm::protocol {

void AddOffsetsToTxnRequest::read(Reader& reader, int16_t version) {
  *this = AddOffsetsToTxnRequest{};
  const bool flexible = version >= 3;
  transactional_id = reader.string(flexible);
  producer_id = reader.i64();
  producer_epoch = reader.i16();
  group_id = reader.string(flexible);
  if (version >= 3) {
    reader.skip_tags();
  }
}

void AddOffsetsToTxnRequest::write(Writer& writer, int16_t version) const {
  const bool flexible = version >= 3;
  writer.string(flexible, transactional_id);
  writer.i64(producer_id);
  writer.i16(producer_epoch);
  writer.string(flexible, group_id);
  if (version >= 3) {
    writer.no_tags();
  }
}

bool recode_add_offsets_to_txn_request(ByteView in, int16_t version, Bytes& out) {
  return recode<AddOffsetsToTxnRequest>(in, version, out);
}

}  // namespace klamm::protocol
