// Generated from protocol/schema/41_describe_delegation_token.kmsg; not to be edited.
#include "protocol/messages/describe_delegation_token_response.h"

#include "protocol/recode.h"

namespace klamm::protocol {

void DescribeDelegationTokenResponse::DescribedDelegationTokenRenewer::read(Reader& reader, int16_t version) {
  const bool flexible = version >= 2;
  principal_type = reader.string(flexible);
  principal_name = reader.string(flexible);
  if (version >= 2) {
    reader.skip_tags();
  }
}

void DescribeDelegationTokenResponse::DescribedDelegationTokenRenewer::write(Writer& writer, int16_t version) const {
  const bool flexible = version >= 2;
  writer.string(flexible, principal_type);
  writer.string(flexible, principal_name);
  if (version >= 2) {
    writer.no_tags();
  }
}

void DescribeDelegationTokenResponse::DescribedDelegationToken::read(Reader& reader, int16_t version) {
  const bool flexible = version >= 2;
  principal_type = reader.string(flexible);
  principal_name = reader.string(flexible);
  if (version >= 3) {
    token_requester_principal_type = reader.string(flexible);
  }
  if (version >= 3) {
    token_requester_principal_name = reader.string(flexible);
  }
  issue_timestamp = reader.i64();
  expiry_timestamp = reader.i64();
  max_timestamp = reader.i64();
  token_id = reader.string(flexible);
  hmac = reader.bytes(flexible);
  renewers.resize(reader.array(flexible, version >= 2 ? 3 : 4, sizeof(DescribedDelegationTokenRenewer)));
  for (auto& element : renewers) element.read(reader, version);
  if (version >= 2) {
    reader.skip_tags();
  }
}

void DescribeDelegationTokenResponse::DescribedDelegationToken::write(Writer& writer, int16_t version) const {
  const bool flexible = version >= 2;
  writer.string(flexible, principal_type);
  writer.string(flexible, principal_name);
  if (version >= 3) {
    writer.string(flexible, token_requester_principal_type);
  }
  if (version >= 3) {
    writer.string(flexible, token_requester_principal_name);
  }
  writer.i64(issue_timestamp);
  writer.i64(expiry_timestamp);
  writer.i64(max_timestamp);
  writer.string(flexible, token_id);
  writer.bytes(flexible, hmac);
  writer.array(flexible, renewers.size());
  for (const auto& element : renewers) element.write(writer, version);
  if (version >= 2) {
    writer.no_tags();
  }
}

void DescribeDelegationTokenResponse::read(Reader& reader, int16_t version) {
  *this = DescribeDelegationTokenResponse{};
  const bool flexible = version >= 2;
  error_code = reader.i16();
  tokens.resize(reader.array(flexible, version >= 3 ? 32 : version >= 2 ? 30 : 38, sizeof(DescribedDelegationToken)));
  for (auto& element : tokens) element.read(reader, version);
  throttle_time_ms = reader.i32();
  if (version >= 2) {
    reader.skip_tags();
  }
}

void DescribeDelegationTokenResponse::write(Writer& writer, int16_t version) const {
  const bool flexible = version >= 2;
  writer.i16(error_code);
  writer.array(flexible, tokens.size());
  for (const auto& element : tokens) element.write(writer, version);
  writer.i32(throttle_time_ms);
  if (version >= 2) {
    writer.no_tags();
  }
}

bool recode_describe_delegation_token_response(ByteView in, int16_t version, Bytes& out) {
  return recode<DescribeDelegationTokenResponse>(in, version, out);
}

}  // namespace klamm::protocol
