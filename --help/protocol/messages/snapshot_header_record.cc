// Generated from protocol/schema/control_records.kmsg; not to be edited.
#include "protocol/messages/snapshot_header_record.h"

#include "protocol/recode.h"

namespace klamm::protocol {

void SnapshotHeaderRecord::read(Reader& reader, int16_t version) {
  *this = SnapshotHeaderRecord{};
  version = reader.i16();
  last_contained_log_timestamp = reader.i64();
  reader.skip_tags();
}

void SnapshotHeaderRecord::write(Writer& writer, int16_t version) const {
  writer.i16(version);
  writer.i64(last_contained_log_timestamp);
  writer.no_tags();
}

bool recode_snapshot_header_record(ByteView in, int16_t version, Bytes& out) {
  return recode<SnapshotHeaderRecord>(in, version, out);
}

}  // namespace klamm::protocol
