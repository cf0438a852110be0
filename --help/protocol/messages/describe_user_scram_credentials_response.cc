// Generated from protocol/schema/50_describe_user_scram_credentials.kmsg; not to be edited.
#include "protocol/messages/describe_user_scram_credentials_response.h"

#include "protocol/recode.h"

namespace klamm::protocol {

void DescribeUserScramCredentialsResponse::CredentialInfo::read(Reader& reader, int16_t) {
  mechanism = reader.i8();
  iterations = reader.i32();
  reader.skip_tags();
}

void DescribeUserScramCredentialsResponse::CredentialInfo::write(Writer& writer, int16_t) const {
  writer.i8(mechanism);
  writer.i32(iterations);
  writer.no_tags();
}

void DescribeUserScramCredentialsResponse::DescribeUserScramCredentialsResult::read(Reader& reader, int16_t version) {
  user = reader.string(true);
  error_code = reader.i16();
  error_message = reader.nullable_string(true);
  credential_infos.resize(reader.array(true, 6, sizeof(CredentialInfo)));
  for (auto& element : credential_infos) element.read(reader, version);
  reader.skip_tags();
}

void DescribeUserScramCredentialsResponse::DescribeUserScramCredentialsResult::write(Writer& writer, int16_t version) const {
  writer.string(true, user);
  writer.i16(error_code);
  writer.nullable_string(true, error_message);
  writer.array(true, credential_infos.size());
  for (const auto& element : credential_infos) element.write(writer, version);
  writer.no_tags();
}

void DescribeUserScramCredentialsResponse::read(Reader& reader, int16_t version) {
  *this = DescribeUserScramCredentialsResponse{};
  throttle_time_ms = reader.i32();
  error_code = reader.i16();
  error_message = reader.nullable_string(true);
  results.resize(reader.array(true, 6, sizeof(DescribeUserScramCredentialsResult)));
  for (auto& element : results) element.read(reader, version);
  reader.skip_tags();
}

void DescribeUserScramCredentialsResponse::write(Writer& writer, int16_t version) const {
  writer.i32(throttle_time_ms);
  writer.i16(error_code);
  writer.nullable_string(true, error_message);
  writer.array(true, results.size());
  for (const auto& element : results) element.write(writer, version);
  writer.no_tags();
}

bool recode_describe_user_scram_credentials_response(ByteView in, int16_t version, Bytes& out) {
  return recode<DescribeUserScramCredentialsResponse>(in, version, out);
}

}  // namespace klamm::protocol
