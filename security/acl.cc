#include "security/acl.h"

#include <cstddef>

namespace klamm::security {
namespace {

constexpr std::string_view kResourceTypes[] = {
    "UNKNOWN", "ANY", "TOPIC", "GROUP", "CLUSTER", "TRANSACTIONAL_ID", "DELEGATION_TOKEN", "USER"};
constexpr std::string_view kPatternTypes[] = {"UNKNOWN", "ANY", "MATCH", "LITERAL", "PREFIXED"};
constexpr std::string_view kOperations[] = {"UNKNOWN",
                                            "ANY",
                                            "ALL",
                                            "READ",
                                            "WRITE",
                                            "CREATE",
                                            "DELETE",
                                            "ALTER",
                                            "DESCRIBE",
                                            "CLUSTER_ACTION",
                                            "DESCRIBE_CONFIGS",
                                            "ALTER_CONFIGS",
                                            "IDEMPOTENT_WRITE",
                                            "CREATE_TOKENS",
                                            "DESCRIBE_TOKENS",
                                            "TWO_PHASE_COMMIT"};
constexpr std::string_view kPermissions[] = {"UNKNOWN", "ANY", "DENY", "ALLOW"};

template <class Number, size_t kCount>
std::string_view name_in(const std::string_view (&names)[kCount], Number number) {
  const auto index = static_cast<int8_t>(number);
  const bool known = index >= 0 && static_cast<size_t>(index) < kCount;
  return names[known ? static_cast<size_t>(index) : 0];
}

}  // namespace

std::string_view name_of(ResourceType type) { return name_in(kResourceTypes, type); }
std::string_view name_of(PatternType pattern) { return name_in(kPatternTypes, pattern); }
std::string_view name_of(AclOperation operation) { return name_in(kOperations, operation); }
std::string_view name_of(AclPermission permission) { return name_in(kPermissions, permission); }

bool covers(AclOperation granted, AclPermission permission, AclOperation asked) {
  if (granted == AclOperation::kAll || granted == asked) return true;
  if (permission != AclPermission::kAllow) return false;
  if (asked == AclOperation::kDescribe) {
    return granted == AclOperation::kRead || granted == AclOperation::kWrite ||
           granted == AclOperation::kDelete || granted == AclOperation::kAlter;
  }
  return asked == AclOperation::kDescribeConfigs && granted == AclOperation::kAlterConfigs;
}

}  // namespace klamm::security
