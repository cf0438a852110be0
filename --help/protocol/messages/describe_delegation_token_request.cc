// Generated from protocol/schema/41_describe_delegation_token.kmsg; not to be edited.
#include "protocol/messages/describe_delegation_token_request.h"

#include "protocol/recode.h"

namespace klamm::protocol {

void DescribeDelegationTokenRequest::DescribeDelegationTokenOwner::read(Reader& reader, int16_t version) {
  const bool flexible = version >= 2;
  principal_type = reader.string(flexible);
  principal_name = reader.string(flexible);
  if (version >= 2) {
    reader.skip_tags();
  }
}

void DescribeDelegationTokenRequest::DescribeDelegationTokenOwner::write(Writer& writer, int16_t version) const {
  const bool flexible = version >= 2;
  writer.string(flexible, principal_type);
  writer.string(flexible, principal_name);
  if (version >= 2) {
    writer.no_tags();
  }
}

void DescribeDelegationTokenRequest::read(Reader& reader, int16_t version) {
  *this = DescribeDelegationTokenRequest{};
  const bool flexible = version >= 2;
  owners.reset();
  if (auto count = reader.nullable_array(flexible, version >= 2 ? 3 : 4, sizeof(DescribeDelegationTokenOwner))) {
    owners.emplace(*count);
    for (auto& element : *owners) element.read(reader, version);
  }
  if (version >= 2) {
    reader.skip_tags();
  }
}

void DescribeDelegationTokenRequest::write(Writer& writer, int16_t version) const {
  const bool flexible = version >= 2;
  if (owners) {
    writer.array(flexible, owners->size());
    for (const auto& element : *owners) element.write(writer, version);
  } else {
    writer.null_array(flexible);
  }
  if (version >= 2) {
    writer.no_tags();
  }
}

bool recode_describe_delegation_token_request(ByteView in, int16_t version, Bytes& out) {
  return recode<DescribeDelegationTokenRequest>(in, version, out);
}

}  // namespace klamm::protocol
