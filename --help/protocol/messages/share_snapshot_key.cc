// Generated from protocol/schema/share_records.kmsg; not to be edited.
#include "protocol/messages/share_snapshot_key.h"

#include "protocol/recode.h"

namespace klamm::protocol {

void ShareSnapshotKey::read(Reader& reader, int16_t) {
  *this = ShareSnapshotKey{};
  group_id = reader.string(false);
  topic_id = reader.uuid();
  partition = reader.i32();
}

void ShareSnapshotKey::write(Writer& writer, int16_t) const {
  writer.string(false, group_id);
  writer.uuid(topic_id);
  writer.i32(partition);
}

bool recode_share_snapshot_key(ByteView in, int16_t version, Bytes& out) {
  return recode<ShareSnapshotKey>(in, version, out);
}

}  // namespace klamm::protocol
