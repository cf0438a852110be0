// Generated from protocol/schema/group_records.kmsg; not to be edited.
#include "protocol/messages/consumer_group_partition_metadata_key.h"

#include "protocol/recode.h"

namespace klamm::protocol {

void ConsumerGroupPartitionMetadataKey::read(Reader& reader, int16_t) {
  *this = ConsumerGroupPartitionMetadataKey{};
  group_id = reader.string(false);
}

void ConsumerGroupPartitionMetadataKey::write(Writer& writer, int16_t) const {
  writer.string(false, group_id);
}

bool recode_consumer_group_partition_metadata_key(ByteView in, int16_t version, Bytes& out) {
  return recode<ConsumerGroupPartitionMetadataKey>(in, version, out);
}

}  // namespace klamm::protocol
