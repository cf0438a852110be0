// Generated from protocol/schema/group_records.kmsg; not to be edited.
#include "protocol/messages/share_group_metadata_key.h"

#include "protocol/recode.h"

namespace klamm::protocol {

void ShareGroupMetadataKey::read(Reader& reader, int16_t) {
  *this = ShareGroupMetadataKey{};
  group_id = reader.string(false);
}

void ShareGroupMetadataKey::write(Writer& writer, int16_t) const {
  writer.string(false, group_id);
}

bool recode_share_group_metadata_key(ByteView in, int16_t version, Bytes& out) {
  return recode<ShareGroupMetadataKey>(in, version, out);
}

}  // namespace klamm::protocol
