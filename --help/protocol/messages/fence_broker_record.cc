// Generated from protocol/schema/metadata_records.kmsg; not to be edited.
#include "protocol/messages/fence_broker_record.h"

#include "protocol/recode.h"

namespace klamm::protocol {

void FenceBrokerRecord::read(Reader& reader, int16_t) {
  *this = FenceBrokerRecord{};
  id = reader.i32();
  epoch = reader.i64();
  reader.skip_tags();
}

void FenceBrokerRecord::write(Writer& writer, int16_t) const {
  writer.i32(id);
  writer.i64(epoch);
  writer.no_tags();
}

bool recode_fence_broker_record(ByteView in, int16_t version, Bytes& out) {
  return recode<FenceBrokerRecord>(in, version, out);
}

}  // namespace klamm::protocol
