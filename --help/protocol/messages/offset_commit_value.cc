// Generated from protocol/schema/group_records.kmsg; not to be edited.
#include "protocol/messages/offset_commit_value.h"

#include "protocol/recode.h"

namespace klamm::protocol {

void OffsetCommitValue::read(Reader& reader, int16_t version) {
  *this = OffsetCommitValue{};
  const bool flexible = version >= 4;
  offset = reader.i64();
  if (version >= 3) {
    leader_epoch = reader.i32();
  }
  metadata = reader.string(flexible);
  commit_timestamp = reader.i64();
  if (version == 1) {
    expire_timestamp = reader.i64();
  }
  if (version >= 4) {
    for (uint32_t tags = reader.uvarint(); tags > 0 && reader.ok(); --tags) {
      const Reader::Tag tag = reader.begin_tag();
      if (tag.number == 0) {
        topic_id = reader.uuid();
      } else {
        reader.skip_rest();
      }
      reader.end_tag(tag);
    }
  }
}

void OffsetCommitValue::write(Writer& writer, int16_t version) const {
  const bool flexible = version >= 4;
  writer.i64(offset);
  if (version >= 3) {
    writer.i32(leader_epoch);
  }
  writer.string(flexible, metadata);
  writer.i64(commit_timestamp);
  if (version == 1) {
    writer.i64(expire_timestamp);
  }
  if (version >= 4) {
    const bool has_topic_id = !topic_id.is_zero();
    writer.uvarint(has_topic_id);
    if (has_topic_id) {
      const size_t tag = writer.begin_tag(0);
      writer.uuid(topic_id);
      writer.end_tag(tag);
    }
  }
}

bool recode_offset_commit_value(ByteView in, int16_t version, Bytes& out) {
  return recode<OffsetCommitValue>(in, version, out);
}

}  // namespace klamm::protocol
