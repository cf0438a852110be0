// Generated from protocol/schema/metadata_records.kmsg; not to be edited.
#include "protocol/messages/zk_migration_state_record.h"

#include "protocol/recode.h"

namespace klamm::protocol {

void ZkMigrationStateRecord::read(Reader& reader, int16_t) {
  *this = ZkMigrationStateRecord{};
  zk_migration_state = reader.i8();
  reader.skip_tags();
}

void ZkMigrationStateRecord::write(Writer& writer, int16_t) const {
  writer.i8(zk_migration_state);
  writer.no_tags();
}

bool recode_zk_migration_state_record(ByteView in, int16_t version, Bytes& out) {
  return recode<ZkMigrationStateRecord>(in, version, out);
}

}  // namespace klamm::protocol
