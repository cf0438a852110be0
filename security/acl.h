// The words of authorization: resource types, patterns, operations, permissions, with Kafka's numbers, and
// what one access control entry says of one request. KIP-11, KIP-290 (prefixes).
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace klamm::security {

enum class ResourceType : int8_t {
  kUnknown = 0,
  kAny = 1,  // in filters only
  kTopic = 2,
  kGroup = 3,
  kCluster = 4,
  kTransactionalId = 5,
  kDelegationToken = 6,
  kUser = 7,
};

enum class PatternType : int8_t {
  kUnknown = 0,
  kAny = 1,    // in filters only
  kMatch = 2,  // in filters only: what would apply to a name
  kLiteral = 3,
  kPrefixed = 4,
};

enum class AclOperation : int8_t {
  kUnknown = 0,
  kAny = 1,  // in filters only
  kAll = 2,
  kRead = 3,
  kWrite = 4,
  kCreate = 5,
  kDelete = 6,
  kAlter = 7,
  kDescribe = 8,
  kClusterAction = 9,
  kDescribeConfigs = 10,
  kAlterConfigs = 11,
  kIdempotentWrite = 12,
  kCreateTokens = 13,
  kDescribeTokens = 14,
  kTwoPhaseCommit = 15,
};

enum class AclPermission : int8_t { kUnknown = 0, kAny = 1, kDeny = 2, kAllow = 3 };

inline constexpr std::string_view kClusterName = "kafka-cluster";
inline constexpr std::string_view kWildcard = "*";
inline constexpr std::string_view kAnyUser = "User:*";

// As Kafka prints them: TOPIC, LITERAL, CLUSTER_ACTION, ALLOW; UNKNOWN for a number that is none.
std::string_view name_of(ResourceType type);
std::string_view name_of(PatternType pattern);
std::string_view name_of(AclOperation operation);
std::string_view name_of(AclPermission permission);

// Whether an entry of `granted` decides about `asked`. All stands for each. What is allowed implies more than
// what is denied: READ, WRITE, DELETE and ALTER allow DESCRIBE, ALTER_CONFIGS allows DESCRIBE_CONFIGS.
bool covers(AclOperation granted, AclPermission permission, AclOperation asked);

}  // namespace klamm::security
