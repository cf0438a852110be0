// Generated from protocol/schema/50_describe_user_scram_credentials.kmsg; not to be edited.
#include "protocol/messages/describe_user_scram_credentials_request.h"

#include "protocol/recode.h"

namespace klamm::protocol {

void DescribeUserScramCredentialsRequest::UserName::read(Reader& reader, int16_t) {
  name = reader.string(true);
  reader.skip_tags();
}

void DescribeUserScramCredentialsRequest::UserName::write(Writer& writer, int16_t) const {
  writer.string(true, name);
  writer.no_tags();
}

void DescribeUserScramCredentialsRequest::read(Reader& reader, int16_t version) {
  *this = DescribeUserScramCredentialsRequest{};
  users.reset();
  if (auto count = reader.nullable_array(true, 2, sizeof(UserName))) {
    users.emplace(*count);
    for (auto& element : *users) element.read(reader, version);
  }
  reader.skip_tags();
}

void DescribeUserScramCredentialsRequest::write(Writer& writer, int16_t version) const {
  if (users) {
    writer.array(true, users->size());
    for (const auto& element : *users) element.write(writer, version);
  } else {
    writer.null_array(true);
  }
  writer.no_tags();
}

bool recode_describe_user_scram_credentials_request(ByteView in, int16_t version, Bytes& out) {
  return recode<DescribeUserScramCredentialsRequest>(in, version, out);
}

}  // namespace klamm::protocol
