// Generated from protocol/schema/metadata_records.kmsg; not to be edited.
#include "protocol/messages/abort_transaction_record.h"

#include "protocol/recode.h"

namespace klamm::protocol {

void AbortTransactionRecord::read(Reader& reader, int16_t) {
  *this = AbortTransactionRecord{};
  for (uint32_t tags = reader.uvarint(); tags > 0 && reader.ok(); --tags) {
    const Reader::Tag tag = reader.begin_tag();
    if (tag.number == 0) {
      reason = reader.nullable_string(true);
    } else {
      reader.skip_rest();
    }
    reader.end_tag(tag);
  }
}

void AbortTransactionRecord::write(Writer& writer, int16_t) const {
  const bool has_reason = reason.has_value();
  writer.uvarint(has_reason);
  if (has_reason) {
    const size_t tag = writer.begin_tag(0);
    writer.nullable_string(true, reason);
    writer.end_tag(tag);
  }
}

bool recode_abort_transaction_record(ByteView in, int16_t version, Bytes& out) {
  return recode<AbortTransactionRecord>(in, version, out);
}

}  // namespace klamm::protocol
