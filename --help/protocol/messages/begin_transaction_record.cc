// Generated from protocol/schema/metadata_records.kmsg; not to be edited.
#include "protocol/messages/begin_transaction_record.h"

#include "protocol/recode.h"

namespace klamm::protocol {

void BeginTransactionRecord::read(Reader& reader, int16_t) {
  *this = BeginTransactionRecord{};
  for (uint32_t tags = reader.uvarint(); tags > 0 && reader.ok(); --tags) {
    const Reader::Tag tag = reader.begin_tag();
    if (tag.number == 0) {
      name = reader.nullable_string(true);
    } else {
      reader.skip_rest();
    }
    reader.end_tag(tag);
  }
}

void BeginTransactionRecord::write(Writer& writer, int16_t) const {
  const bool has_name = name.has_value();
  writer.uvarint(has_name);
  if (has_name) {
    const size_t tag = writer.begin_tag(0);
    writer.nullable_string(true, name);
    writer.end_tag(tag);
  }
}

bool recode_begin_transaction_record(ByteView in, int16_t version, Bytes& out) {
  return recode<BeginTransactionRecord>(in, version, out);
}

}  // namespace klamm::protocol
