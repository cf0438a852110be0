// SCRAM credentials and delegation tokens. Part of ClusterImage.
#pragma once

#include <compare>
#include <cstdint>
#include <string>
#include <vector>

#include "base/bytes.h"
#include "base/result.h"
#include "broker/metadata/shared_map.h"
#include "security/scram.h"

namespace klamm::protocol {
struct DelegationTokenRecord;
struct RemoveDelegationTokenRecord;
struct RemoveUserScramCredentialRecord;
struct UserScramCredentialRecord;
}  // namespace klamm::protocol

namespace klamm::broker {

using security::ScramMechanism;

struct ScramKey {
  ScramMechanism mechanism;
  std::string user;

  friend auto operator<=>(const ScramKey&, const ScramKey&) = default;
};

struct ScramCredential {
  Bytes salt;
  Bytes stored_key;
  Bytes server_key;
  int32_t iterations = 0;

  friend bool operator==(const ScramCredential&, const ScramCredential&) = default;
};

class ScramImage {
 public:
  const SharedMap<ScramKey, ScramCredential>& credentials() const { return credentials_; }
  const ScramCredential* find(ScramMechanism mechanism, std::string_view user) const;

  // Fails for a mechanism that does not exist.
  Result<void, Failure> apply(const protocol::UserScramCredentialRecord& record);
  Result<void, Failure> apply(const protocol::RemoveUserScramCredentialRecord& record);

  friend bool operator==(const ScramImage&, const ScramImage&) = default;

 private:
  SharedMap<ScramKey, ScramCredential> credentials_;
};

// The token's HMAC is not here: each node computes it from its delegation.token.secret.key.
struct DelegationToken {
  std::string owner;  // "User:alice"
  std::string requester;
  std::vector<std::string> renewers;
  int64_t issue_timestamp_ms = 0;
  int64_t max_timestamp_ms = 0;
  int64_t expiration_timestamp_ms = 0;

  friend bool operator==(const DelegationToken&, const DelegationToken&) = default;
};

class DelegationTokensImage {
 public:
  // By token id.
  const SharedMap<std::string, DelegationToken>& tokens() const { return tokens_; }

  Result<void, Failure> apply(const protocol::DelegationTokenRecord& record);
  Result<void, Failure> apply(const protocol::RemoveDelegationTokenRecord& record);

  friend bool operator==(const DelegationTokensImage&, const DelegationTokensImage&) = default;

 private:
  SharedMap<std::string, DelegationToken> tokens_;
};

}  // namespace klamm::broker
