// Generated from protocol/schema/metadata_records.kmsg; not to be edited.
#include "protocol/messages/user_scram_credential_record.h"

#include "protocol/recode.h"

namespace klamm::protocol {

void UserScramCredentialRecord::read(Reader& reader, int16_t) {
  *this = UserScramCredentialRecord{};
  name = reader.string(true);
  mechanism = reader.i8();
  salt = reader.bytes(true);
  stored_key = reader.bytes(true);
  server_key = reader.bytes(true);
  iterations = reader.i32();
  reader.skip_tags();
}

void UserScramCredentialRecord::write(Writer& writer, int16_t) const {
  writer.string(true, name);
  writer.i8(mechanism);
  writer.bytes(true, salt);
  writer.bytes(true, stored_key);
  writer.bytes(true, server_key);
  writer.i32(iterations);
  writer.no_tags();
}

bool recode_user_scram_credential_record(ByteView in, int16_t version, Bytes& out) {
  return recode<UserScramCredentialRecord>(in, version, out);
}

}  // namespace klamm::protocol
