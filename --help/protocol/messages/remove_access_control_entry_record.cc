// Generated from protocol/schema/metadata_records.kmsg; not to be edited.
#include "protocol/messages/remove_access_control_entry_record.h"

#include "protocol/recode.h"

namespace klamm::protocol {

void RemoveAccessControlEntryRecord::read(Reader& reader, int16_t) {
  *this = RemoveAccessControlEntryRecord{};
  id = reader.uuid();
  reader.skip_tags();
}

void RemoveAccessControlEntryRecord::write(Writer& writer, int16_t) const {
  writer.uuid(id);
  writer.no_tags();
}

bool recode_remove_access_control_entry_record(ByteView in, int16_t version, Bytes& out) {
  return recode<RemoveAccessControlEntryRecord>(in, version, out);
}

}  // namespace klamm::protocol
