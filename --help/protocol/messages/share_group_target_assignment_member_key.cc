// Generated from protocol/schema/group_records.kmsg; not to be edited.
#include "protocol/messages/share_group_target_assignment_member_key.h"

#include "protocol/recode.h"

namespace klamm::protocol {

void ShareGroupTargetAssignmentMemberKey::read(Reader& reader, int16_t) {
  *this = ShareGroupTargetAssignmentMemberKey{};
  group_id = reader.string(false);
  member_id = reader.string(false);
}

void ShareGroupTargetAssignmentMemberKey::write(Writer& writer, int16_t) const {
  writer.string(false, group_id);
  writer.string(false, member_id);
}

bool recode_share_group_target_assignment_member_key(ByteView in, int16_t version, Bytes& out) {
  return recode<ShareGroupTargetAssignmentMemberKey>(in, version, out);
}

}  // namespace klamm::protocol
