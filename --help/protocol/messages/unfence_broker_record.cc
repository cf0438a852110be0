// Generated from protocol/schema/metadata_records.kmsg; not to be edited.
#include "protocol/messages/unfence_broker_record.h"

#include "protocol/recode.h"

namespace klamm::protocol {

void UnfenceBrokerRecord::read(Reader& reader, int16_t) {
  *this = UnfenceBrokerRecord{};
  id = reader.i32();
  epoch = reader.i64();
  reader.skip_tags();
}

void UnfenceBrokerRecord::write(Writer& writer, int16_t) const {
  writer.i32(id);
  writer.i64(epoch);
  writer.no_tags();
}

bool recode_unfence_broker_record(ByteView in, int16_t version, Bytes& out) {
  return recode<UnfenceBrokerRecord>(in, version, out);
}

}  // namespace klamm::protocol
