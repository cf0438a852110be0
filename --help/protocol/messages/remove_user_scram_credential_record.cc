// Generated from protocol/schema/metadata_records.kmsg; not to be edited.
#include "protocol/messages/remove_user_scram_credential_record.h"

#include "protocol/recode.h"

namespace klamm::protocol {

void RemoveUserScramCredentialRecord::read(Reader& reader, int16_t) {
  *this = RemoveUserScramCredentialRecord{};
  name = reader.string(true);
  mechanism = reader.i8();
  reader.skip_tags();
}

void RemoveUserScramCredentialRecord::write(Writer& writer, int16_t) const {
  writer.string(true, name);
  writer.i8(mechanism);
  writer.no_tags();
}

bool recode_remove_user_scram_credential_record(ByteView in, int16_t version, Bytes& out) {
  return recode<RemoveUserScramCredentialRecord>(in, version, out);
}

}  // namespace klamm::protocol
