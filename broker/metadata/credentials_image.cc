#include "broker/metadata/credentials_image.h"

#include <optional>

#include "protocol/messages/delegation_token_record.h"
#include "protocol/messages/remove_delegation_token_record.h"
#include "protocol/messages/remove_user_scram_credential_record.h"
#include "protocol/messages/user_scram_credential_record.h"

namespace klamm::broker {
namespace {

std::optional<ScramMechanism> mechanism_of(int8_t number) {
  if (number != 1 && number != 2) return std::nullopt;
  return static_cast<ScramMechanism>(number);
}

Error<Failure> unknown_mechanism(std::string_view user, int8_t number) {
  return Error{Failure{"a credential of user '" + std::string(user) + "' has the unknown SCRAM mechanism " +
                       std::to_string(number)}};
}

Bytes copy(ByteView bytes) { return Bytes(bytes.begin(), bytes.end()); }

}  // namespace

const ScramCredential* ScramImage::find(ScramMechanism mechanism, std::string_view user) const {
  return credentials_.find(ScramKey{mechanism, std::string(user)});
}

Result<void, Failure> ScramImage::apply(const protocol::UserScramCredentialRecord& record) {
  const auto mechanism = mechanism_of(record.mechanism);
  if (!mechanism) return unknown_mechanism(record.name, record.mechanism);
  credentials_.set({*mechanism, std::string(record.name)},
                   {copy(record.salt), copy(record.stored_key), copy(record.server_key), record.iterations});
  return {};
}

Result<void, Failure> ScramImage::apply(const protocol::RemoveUserScramCredentialRecord& record) {
  const auto mechanism = mechanism_of(record.mechanism);
  if (!mechanism) return unknown_mechanism(record.name, record.mechanism);
  credentials_.erase(ScramKey{*mechanism, std::string(record.name)});
  return {};
}

Result<void, Failure> DelegationTokensImage::apply(const protocol::DelegationTokenRecord& record) {
  DelegationToken token;
  token.owner = std::string(record.owner);
  token.requester = std::string(record.requester);
  token.renewers.assign(record.renewers.begin(), record.renewers.end());
  token.issue_timestamp_ms = record.issue_timestamp;
  token.max_timestamp_ms = record.max_timestamp;
  token.expiration_timestamp_ms = record.expiration_timestamp;
  tokens_.set(std::string(record.token_id), std::move(token));
  return {};
}

Result<void, Failure> DelegationTokensImage::apply(const protocol::RemoveDelegationTokenRecord& record) {
  tokens_.erase(record.token_id);
  return {};
}

}  // namespace klamm::broker
