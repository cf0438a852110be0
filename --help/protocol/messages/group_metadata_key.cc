// Generated from protocol/schema/group_records.kmsg; not to be edited.
#include "protocol/messages/group_metadata_key.h"

#include "protocol/recode.h"

namespace klamm::protocol {

void GroupMetadataKey::read(Reader& reader, int16_t) {
  *this = GroupMetadataKey{};
  group = reader.string(false);
}

void GroupMetadataKey::write(Writer& writer, int16_t) const {
  writer.string(false, group);
}

bool recode_group_metadata_key(ByteView in, int16_t version, Bytes& out) {
  return recode<GroupMetadataKey>(in, version, out);
}

}  // namespace klamm::protocol
