// Generated from protocol/schema/metadata_records.kmsg; not to be edited.
#include "protocol/messages/end_transaction_record.h"

#include "protocol/recode.h"

namespace klamm::protocol {

void EndTransactionRecord::read(Reader& reader, int16_t) {
  *this = EndTransactionRecord{};
  reader.skip_tags();
}

void EndTransactionRecord::write(Writer& writer, int16_t) const {
  writer.no_tags();
}

bool recode_end_transaction_record(ByteView in, int16_t version, Bytes& out) {
  return recode<EndTransactionRecord>(in, version, out);
}

}  // namespace klamm::protocol
