// Generated from protocol/schema/metadata_records.kmsg; not to be edited.
#include "protocol/messages/access_control_entry_record.h"

#include "protocol/recode.h"

namespace klamm::protocol {

void AccessControlEntryRecord::read(Reader& reader, int16_t) {
  *this = AccessControlEntryRecord{};
  id = reader.uuid();
  resource_type = reader.i8();
  resource_name = reader.string(true);
  pattern_type = reader.i8();
  principal = reader.string(true);
  host = reader.string(true);
  operation = reader.i8();
  permission_type = reader.i8();
  reader.skip_tags();
}

void AccessControlEntryRecord::write(Writer& writer, int16_t) const {
  writer.uuid(id);
  writer.i8(resource_type);
  writer.string(true, resource_name);
  writer.i8(pattern_type);
  writer.string(true, principal);
  writer.string(true, host);
  writer.i8(operation);
  writer.i8(permission_type);
  writer.no_tags();
}

bool recode_access_control_entry_record(ByteView in, int16_t version, Bytes& out) {
  return recode<AccessControlEntryRecord>(in, version, out);
}

}  // namespace klamm::protocol
