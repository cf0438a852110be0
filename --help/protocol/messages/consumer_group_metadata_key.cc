// Generated from protocol/schema/group_records.kmsg; not to be edited.
#include "protocol/messages/consumer_group_metadata_key.h"

#include "protocol/recode.h"

namespace klamm::protocol {

void ConsumerGroupMetadataKey::read(Reader& reader, int16_t) {
  *this = ConsumerGroupMetadataKey{};
  group_id = reader.string(false);
}

void ConsumerGroupMetadataKey::write(Writer& writer, int16_t) const {
  writer.string(false, group_id);
}

bool recode_consumer_group_metadata_key(ByteView in, int16_t version, Bytes& out) {
  return recode<ConsumerGroupMetadataKey>(in, version, out);
}

}  // namespace klamm::protocol
