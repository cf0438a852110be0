// Generated from protocol/schema/metadata_records.kmsg; not to be edited.
#include "protocol/messages/remove_delegation_token_record.h"

#include "protocol/recode.h"

namespace klamm::protocol {

void RemoveDelegationTokenRecord::read(Reader& reader, int16_t) {
  *this = RemoveDelegationTokenRecord{};
  token_id = reader.string(true);
  reader.skip_tags();
}

void RemoveDelegationTokenRecord::write(Writer& writer, int16_t) const {
  writer.string(true, token_id);
  writer.no_tags();
}

bool recode_remove_delegation_token_record(ByteView in, int16_t version, Bytes& out) {
  return recode<RemoveDelegationTokenRecord>(in, version, out);
}

}  // namespace klamm::protocol
