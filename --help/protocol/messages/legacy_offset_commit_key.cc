// Generated from protocol/schema/group_records.kmsg; not to be edited.
#include "protocol/messages/legacy_offset_commit_key.h"

#include "protocol/recode.h"

namespace klamm::protocol {

void LegacyOffsetCommitKey::read(Reader& reader, int16_t) {
  *this = LegacyOffsetCommitKey{};
  group = reader.string(false);
  topic = reader.string(false);
  partition = reader.i32();
}

void LegacyOffsetCommitKey::write(Writer& writer, int16_t) const {
  writer.string(false, group);
  writer.string(false, topic);
  writer.i32(partition);
}

bool recode_legacy_offset_commit_key(ByteView in, int16_t version, Bytes& out) {
  return recode<LegacyOffsetCommitKey>(in, version, out);
}

}  // namespace klamm::protocol
