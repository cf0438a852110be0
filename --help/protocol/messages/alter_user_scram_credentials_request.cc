// Generated from protocol/schema/51_alter_user_scram_credentials.kmsg; not to be edited.
#include "protocol/messages/alter_user_scram_credentials_request.h"

#include "protocol/recode.h"

namespace klamm::protocol {

void AlterUserScramCredentialsRequest::ScramCredentialDeletion::read(Reader& reader, int16_t) {
  name = reader.string(true);
  mechanism = reader.i8();
  reader.skip_tags();
}

void AlterUserScramCredentialsRequest::ScramCredentialDeletion::write(Writer& writer, int16_t) const {
  writer.string(true, name);
  writer.i8(mechanism);
  writer.no_tags();
}

void AlterUserScramCredentialsRequest::ScramCredentialUpsertion::read(Reader& reader, int16_t) {
  name = reader.string(true);
  mechanism = reader.i8();
  iterations = reader.i32();
  salt = reader.bytes(true);
  salted_password = reader.bytes(true);
  reader.skip_tags();
}

void AlterUserScramCredentialsRequest::ScramCredentialUpsertion::write(Writer& writer, int16_t) const {
  writer.string(true, name);
  writer.i8(mechanism);
  writer.i32(iterations);
  writer.bytes(true, salt);
  writer.bytes(true, salted_password);
  writer.no_tags();
}

void AlterUserScramCredentialsRequest::read(Reader& reader, int16_t version) {
  *this = AlterUserScramCredentialsRequest{};
  deletions.resize(reader.array(true, 3, sizeof(ScramCredentialDeletion)));
  for (auto& element : deletions) element.read(reader, version);
  upsertions.resize(reader.array(true, 9, sizeof(ScramCredentialUpsertion)));
  for (auto& element : upsertions) element.read(reader, version);
  reader.skip_tags();
}

void AlterUserScramCredentialsRequest::write(Writer& writer, int16_t version) const {
  writer.array(true, deletions.size());
  for (const auto& element : deletions) element.write(writer, version);
  writer.array(true, upsertions.size());
  for (const auto& element : upsertions) element.write(writer, version);
  writer.no_tags();
}

bool recode_alter_user_scram_credentials_request(ByteView in, int16_t version, Bytes& out) {
  return recode<AlterUserScramCredentialsRequest>(in, version, out);
}

}  // namespace klamm::protocol
