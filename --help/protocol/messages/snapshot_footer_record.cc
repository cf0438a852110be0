// Generated from protocol/schema/control_records.kmsg; not to be edited.
#include "protocol/messages/snapshot_footer_record.h"

#include "protocol/recode.h"

namespace klamm::protocol {

void SnapshotFooterRecord::read(Reader& reader, int16_t version) {
  *this = SnapshotFooterRecord{};
  version = reader.i16();
  reader.skip_tags();
}

void SnapshotFooterRecord::write(Writer& writer, int16_t version) const {
  writer.i16(version);
  writer.no_tags();
}

bool recode_snapshot_footer_record(ByteView in, int16_t version, Bytes& out) {
  return recode<SnapshotFooterRecord>(in, version, out);
}

}  // namespace klamm::protocol
