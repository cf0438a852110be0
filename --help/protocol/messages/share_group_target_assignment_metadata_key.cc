// Generated from protocol/schema/group_records.kmsg; not to be edited.
#include "protocol/messages/share_group_target_assignment_metadata_key.h"

#include "protocol/recode.h"

namespace klamm::protocol {

void ShareGroupTargetAssignmentMetadataKey::read(Reader& reader, int16_t) {
  *this = ShareGroupTargetAssignmentMetadataKey{};
  group_id = reader.string(false);
}

void ShareGroupTargetAssignmentMetadataKey::write(Writer& writer, int16_t) const {
  writer.string(false, group_id);
}

bool recode_share_group_target_assignment_metadata_key(ByteView in, int16_t version, Bytes& out) {
  return recode<ShareGroupTargetAssignmentMetadataKey>(in, version, out);
}

}  // namespace klamm::protocol
