// Who may do what, for the tests of handlers: entries as records, and Access without an authorizer.
#pragma once

#include <string_view>

#include "broker/metadata/access.h"
#include "protocol/metadata_record.h"

namespace klamm::broker::testing {

using security::AclOperation;
using security::AclPermission;
using security::PatternType;
using security::ResourceType;

// Nobody is asked what may be done.
inline const Access& everyone() {
  static const AuthorizerRules rules;
  static const AclsImage acls;
  static const Access access(rules, acls, "User:ANONYMOUS", "");
  return access;
}

// An authorizer that refuses what no entry allows.
inline AuthorizerRules strict_rules() {
  AuthorizerRules rules;
  rules.enabled = true;
  return rules;
}

// An entry for everyone who comes from anywhere. Its id is made of the rest.
inline protocol::MetadataRecord allow(AclOperation operation, ResourceType type, std::string_view name) {
  protocol::AccessControlEntryRecord record;
  uint64_t number = static_cast<uint64_t>(operation) << 8 | static_cast<uint64_t>(type);
  for (char c : name) number = number * 31 + static_cast<uint8_t>(c);
  record.id = Uuid::of(0xAC1, number);
  record.resource_type = static_cast<int8_t>(type);
  record.resource_name = name;
  record.pattern_type = static_cast<int8_t>(PatternType::kLiteral);
  record.principal = security::kAnyUser;
  record.host = "*";
  record.operation = static_cast<int8_t>(operation);
  record.permission_type = static_cast<int8_t>(AclPermission::kAllow);
  return record;
}

inline protocol::MetadataRecord allow_cluster(AclOperation operation) {
  return allow(operation, ResourceType::kCluster, security::kClusterName);
}

}  // namespace klamm::broker::testing
