// Generated from protocol/schema/metadata_records.kmsg; not to be edited.
#include "protocol/messages/no_op_record.h"

#include "protocol/recode.h"

namespace klamm::protocol {

void NoOpRecord::read(Reader& reader, int16_t) {
  *this = NoOpRecord{};
  reader.skip_tags();
}

void NoOpRecord::write(Writer& writer, int16_t) const {
  writer.no_tags();
}

bool recode_no_op_record(ByteView in, int16_t version, Bytes& out) {
  return recode<NoOpRecord>(in, version, out);
}

}  // namespace klamm::protocol
