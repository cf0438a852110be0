// Generated from protocol/schema/group_records.kmsg; not to be edited.
#include "protocol/messages/consumer_group_current_member_assignment_key.h"

#include "protocol/recode.h"

namespace klamm::protocol {

void ConsumerGroupCurrentMemberAssignmentKey::read(Reader& reader, int16_t) {
  *this = ConsumerGroupCurrentMemberAssignmentKey{};
  group_id = reader.string(false);
  member_id = reader.string(false);
}

void ConsumerGroupCurrentMemberAssignmentKey::write(Writer& writer, int16_t) const {
  writer.string(false, group_id);
  writer.string(false, member_id);
}

bool recode_consumer_group_current_member_assignment_key(ByteView in, int16_t version, Bytes& out) {
  return recode<ConsumerGroupCurrentMemberAssignmentKey>(in, version, out);
}

}  // namespace klamm::protocol
