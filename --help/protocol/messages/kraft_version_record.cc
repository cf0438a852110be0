// Generated from protocol/schema/control_records.kmsg; not to be edited.
#include "protocol/messages/kraft_version_record.h"

#include "protocol/recode.h"

namespace klamm::protocol {

void KRaftVersionRecord::read(Reader& reader, int16_t version) {
  *this = KRaftVersionRecord{};
  version = reader.i16();
  kraft_version = reader.i16();
  reader.skip_tags();
}

void KRaftVersionRecord::write(Writer& writer, int16_t version) const {
  writer.i16(version);
  writer.i16(kraft_version);
  writer.no_tags();
}

bool recode_kraft_version_record(ByteView in, int16_t version, Bytes& out) {
  return recode<KRaftVersionRecord>(in, version, out);
}

}  // namespace klamm::protocol
