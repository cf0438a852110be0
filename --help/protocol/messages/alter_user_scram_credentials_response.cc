// Generated from protocol/schema/51_alter_user_scram_credentials.kmsg; not to be edited.
#include "protocol/messages/alter_user_scram_credentials_response.h"

#include "protocol/recode.h"

namespace klamm::protocol {

void AlterUserScramCredentialsResponse::AlterUserScramCredentialsResult::read(Reader& reader, int16_t) {
  user = reader.string(true);
  error_code = reader.i16();
  error_message = reader.nullable_string(true);
  reader.skip_tags();
}

void AlterUserScramCredentialsResponse::AlterUserScramCredentialsResult::write(Writer& writer, int16_t) const {
  writer.string(true, user);
  writer.i16(error_code);
  writer.nullable_string(true, error_message);
  writer.no_tags();
}

void AlterUserScramCredentialsResponse::read(Reader& reader, int16_t version) {
  *this = AlterUserScramCredentialsResponse{};
  throttle_time_ms = reader.i32();
  results.resize(reader.array(true, 5, sizeof(AlterUserScramCredentialsResult)));
  for (auto& element : results) element.read(reader, version);
  reader.skip_tags();
}

void AlterUserScramCredentialsResponse::write(Writer& writer, int16_t version) const {
  writer.i32(throttle_time_ms);
  writer.array(true, results.size());
  for (const auto& element : results) element.write(writer, version);
  writer.no_tags();
}

bool recode_alter_user_scram_credentials_response(ByteView in, int16_t version, Bytes& out) {
  return recode<AlterUserScramCredentialsResponse>(in, version, out);
}

}  // namespace klamm::protocol
