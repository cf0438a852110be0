// Generated from protocol/schema/group_records.kmsg; not to be edited.
#include "protocol/messages/streams_group_member_metadata_key.h"

#include "protocol/recode.h"

namespace klamm::protocol {

void StreamsGroupMemberMetadataKey::read(Reader& reader, int16_t) {
  *this = StreamsGroupMemberMetadataKey{};
  group_id = reader.string(false);
  member_id = reader.string(false);
}

void StreamsGroupMemberMetadataKey::write(Writer& writer, int16_t) const {
  writer.string(false, group_id);
  writer.string(false, member_id);
}

bool recode_streams_group_member_metadata_key(ByteView in, int16_t version, Bytes& out) {
  return recode<StreamsGroupMemberMetadataKey>(in, version, out);
}

}  // namespace klamm::protocol
