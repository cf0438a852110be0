// Generated from protocol/schema/group_records.kmsg; not to be edited.
#include "protocol/messages/share_group_target_assignment_metadata_value.h"

#include "protocol/recode.h"

namespace klamm::protocol {

void ShareGroupTargetAssignmentMetadataValue::read(Reader& reader, int16_t) {
  *this = ShareGroupTargetAssignmentMetadataValue{};
  assignment_epoch = reader.i32();
  for (uint32_t tags = reader.uvarint(); tags > 0 && reader.ok(); --tags) {
    const Reader::Tag tag = reader.begin_tag();
    if (tag.number == 0) {
      assignment_timestamp = reader.i64();
    } else {
      reader.skip_rest();
    }
    reader.end_tag(tag);
  }
}

void ShareGroupTargetAssignmentMetadataValue::write(Writer& writer, int16_t) const {
  writer.i32(assignment_epoch);
  const bool has_assignment_timestamp = assignment_timestamp != 0;
  writer.uvarint(has_assignment_timestamp);
  if (has_assignment_timestamp) {
    const size_t tag = writer.begin_tag(0);
    writer.i64(assignment_timestamp);
    writer.end_tag(tag);
  }
}

bool recode_share_group_target_assignment_metadata_value(ByteView in, int16_t version, Bytes& out) {
  return recode<ShareGroupTargetAssignmentMetadataValue>(in, version, out);
}

}  // namespace klamm::protocol
