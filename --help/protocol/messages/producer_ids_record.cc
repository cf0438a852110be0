// Generated from protocol/schema/metadata_records.kmsg; not to be edited.
#include "protocol/messages/producer_ids_record.h"

#include "protocol/recode.h"

namespace klamm::protocol {

void ProducerIdsRecord::read(Reader& reader, int16_t) {
  *this = ProducerIdsRecord{};
  broker_id = reader.i32();
  broker_epoch = reader.i64();
  next_producer_id = reader.i64();
  reader.skip_tags();
}

void ProducerIdsRecord::write(Writer& writer, int16_t) const {
  writer.i32(broker_id);
  writer.i64(broker_epoch);
  writer.i64(next_producer_id);
  writer.no_tags();
}

bool recode_producer_ids_record(ByteView in, int16_t version, Bytes& out) {
  return recode<ProducerIdsRecord>(in, version, out);
}

}  // namespace klamm::protocol
