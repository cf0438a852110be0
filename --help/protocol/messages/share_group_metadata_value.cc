// Generated from protocol/schema/group_records.kmsg; not to be edited.
#include "protocol/messages/share_group_metadata_value.h"

#include "protocol/recode.h"

namespace klamm::protocol {

void ShareGroupMetadataValue::read(Reader& reader, int16_t) {
  *this = ShareGroupMetadataValue{};
  epoch = reader.i32();
  metadata_hash = reader.i64();
  reader.skip_tags();
}

void ShareGroupMetadataValue::write(Writer& writer, int16_t) const {
  writer.i32(epoch);
  writer.i64(metadata_hash);
  writer.no_tags();
}

bool recode_share_group_metadata_value(ByteView in, int16_t version, Bytes& out) {
  return recode<ShareGroupMetadataValue>(in, version, out);
}

}  // namespace klamm::protocol
