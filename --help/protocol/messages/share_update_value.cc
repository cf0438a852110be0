// Generated from protocol/schema/share_records.kmsg; not to be edited.
#include "protocol/messages/share_update_value.h"

#include "protocol/recode.h"

namespace klamm::protocol {

void ShareUpdateValue::StateBatch::read(Reader& reader, int16_t) {
  first_offset = reader.i64();
  last_offset = reader.i64();
  delivery_state = reader.i8();
  delivery_count = reader.i16();
  reader.skip_tags();
}

void ShareUpdateValue::StateBatch::write(Writer& writer, int16_t) const {
  writer.i64(first_offset);
  writer.i64(last_offset);
  writer.i8(delivery_state);
  writer.i16(delivery_count);
  writer.no_tags();
}

void ShareUpdateValue::read(Reader& reader, int16_t version) {
  *this = ShareUpdateValue{};
  snapshot_epoch = reader.i32();
  leader_epoch = reader.i32();
  start_offset = reader.i64();
  state_batches.resize(reader.array(true, 20, sizeof(StateBatch)));
  for (auto& element : state_batches) element.read(reader, version);
  for (uint32_t tags = reader.uvarint(); tags > 0 && reader.ok(); --tags) {
    const Reader::Tag tag = reader.begin_tag();
    if (tag.number == 0) {
      delivery_complete_count = reader.i32();
    } else {
      reader.skip_rest();
    }
    reader.end_tag(tag);
  }
}

void ShareUpdateValue::write(Writer& writer, int16_t version) const {
  writer.i32(snapshot_epoch);
  writer.i32(leader_epoch);
  writer.i64(start_offset);
  writer.array(true, state_batches.size());
  for (const auto& element : state_batches) element.write(writer, version);
  const bool has_delivery_complete_count = delivery_complete_count != -1;
  writer.uvarint(has_delivery_complete_count);
  if (has_delivery_complete_count) {
    const size_t tag = writer.begin_tag(0);
    writer.i32(delivery_complete_count);
    writer.end_tag(tag);
  }
}

bool recode_share_update_value(ByteView in, int16_t version, Bytes& out) {
  return recode<ShareUpdateValue>(in, version, out);
}

}  // namespace klamm::protocol
