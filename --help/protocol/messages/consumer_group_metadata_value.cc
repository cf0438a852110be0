// Generated from protocol/schema/group_records.kmsg; not to be edited.
#include "protocol/messages/consumer_group_metadata_value.h"

#include "protocol/recode.h"

namespace klamm::protocol {

void ConsumerGroupMetadataValue::read(Reader& reader, int16_t) {
  *this = ConsumerGroupMetadataValue{};
  epoch = reader.i32();
  for (uint32_t tags = reader.uvarint(); tags > 0 && reader.ok(); --tags) {
    const Reader::Tag tag = reader.begin_tag();
    if (tag.number == 0) {
      metadata_hash = reader.i64();
    } else {
      reader.skip_rest();
    }
    reader.end_tag(tag);
  }
}

void ConsumerGroupMetadataValue::write(Writer& writer, int16_t) const {
  writer.i32(epoch);
  const bool has_metadata_hash = metadata_hash != 0;
  writer.uvarint(has_metadata_hash);
  if (has_metadata_hash) {
    const size_t tag = writer.begin_tag(0);
    writer.i64(metadata_hash);
    writer.end_tag(tag);
  }
}

bool recode_consumer_group_metadata_value(ByteView in, int16_t version, Bytes& out) {
  return recode<ConsumerGroupMetadataValue>(in, version, out);
}

}  // namespace klamm::protocol
