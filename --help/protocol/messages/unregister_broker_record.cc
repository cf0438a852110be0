// Generated from protocol/schema/metadata_records.kmsg; not to be edited.
#include "protocol/messages/unregister_broker_record.h"

#include "protocol/recode.h"

namespace klamm::protocol {

void UnregisterBrokerRecord::read(Reader& reader, int16_t) {
  *this = UnregisterBrokerRecord{};
  broker_id = reader.i32();
  broker_epoch = reader.i64();
  reader.skip_tags();
}

void UnregisterBrokerRecord::write(Writer& writer, int16_t) const {
  writer.i32(broker_id);
  writer.i64(broker_epoch);
  writer.no_tags();
}

bool recode_unregister_broker_record(ByteView in, int16_t version, Bytes& out) {
  return recode<UnregisterBrokerRecord>(in, version, out);
}

}  // namespace klamm::protocol
