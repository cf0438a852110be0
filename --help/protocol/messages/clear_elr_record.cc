// Generated from protocol/schema/metadata_records.kmsg; not to be edited.
#include "protocol/messages/clear_elr_record.h"

#include "protocol/recode.h"

namespace klamm::protocol {

void ClearElrRecord::read(Reader& reader, int16_t) {
  *this = ClearElrRecord{};
  topic_name = reader.string(true);
  reader.skip_tags();
}

void ClearElrRecord::write(Writer& writer, int16_t) const {
  writer.string(true, topic_name);
  writer.no_tags();
}

bool recode_clear_elr_record(ByteView in, int16_t version, Bytes& out) {
  return recode<ClearElrRecord>(in, version, out);
}

}  // namespace klamm::protocol
