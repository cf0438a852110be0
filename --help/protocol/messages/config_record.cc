// Generated from protocol/schema/metadata_records.kmsg; not to be edited.
#include "protocol/messages/config_record.h"

#include "protocol/recode.h"

namespace klamm::protocol {

void ConfigRecord::read(Reader& reader, int16_t) {
  *this = ConfigRecord{};
  resource_type = reader.i8();
  resource_name = reader.string(true);
  name = reader.string(true);
  value = reader.nullable_string(true);
  reader.skip_tags();
}

void ConfigRecord::write(Writer& writer, int16_t) const {
  writer.i8(resource_type);
  writer.string(true, resource_name);
  writer.string(true, name);
  writer.nullable_string(true, value);
  writer.no_tags();
}

bool recode_config_record(ByteView in, int16_t version, Bytes& out) {
  return recode<ConfigRecord>(in, version, out);
}

}  // namespace klamm::protocol
