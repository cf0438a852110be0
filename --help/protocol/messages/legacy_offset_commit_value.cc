// Generated from protocol/schema/group_records.kmsg; not to be edited.
#include "protocol/messages/legacy_offset_commit_value.h"

#include "protocol/recode.h"

namespace klamm::protocol {

void LegacyOffsetCommitValue::read(Reader& reader, int16_t) {
  *this = LegacyOffsetCommitValue{};
  offset = reader.i64();
  metadata = reader.string(false);
  commit_timestamp = reader.i64();
}

void LegacyOffsetCommitValue::write(Writer& writer, int16_t) const {
  writer.i64(offset);
  writer.string(false, metadata);
  writer.i64(commit_timestamp);
}

bool recode_legacy_offset_commit_value(ByteView in, int16_t version, Bytes& out) {
  return recode<LegacyOffsetCommitValue>(in, version, out);
}

}  // namespace klamm::protocol
