// Generated from protocol/schema/transaction_records.kmsg; not to be edited.
#include "protocol/messages/transaction_log_key.h"

#include "protocol/recode.h"

namespace klamm::protocol {

void TransactionLogKey::read(Reader& reader, int16_t) {
  *this = TransactionLogKey{};
  transactional_id = reader.string(false);
}

void TransactionLogKey::write(Writer& writer, int16_t) const {
  writer.string(false, transactional_id);
}

bool recode_transaction_log_key(ByteView in, int16_t version, Bytes& out) {
  return recode<TransactionLogKey>(in, version, out);
}

}  // namespace klamm::protocol
