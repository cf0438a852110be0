#include "broker/metadata/access.h"

#include <bit>
#include <limits>

#include "broker/metadata/access_log.h"

namespace klamm::broker {
namespace {

using security::AclOperation;
using security::AclPermission;
using security::PatternType;
using security::ResourceType;
using Entries = AclsImage::Entries;

constexpr int32_t bit(AclOperation operation) { return int32_t{1} << static_cast<int8_t>(operation); }

template <class... Operations>
constexpr int32_t bits(Operations... operations) {
  return (bit(operations) | ...);
}

// The operations that a type has (Kafka's AclEntry.supportedOperations).
int32_t operations_of(ResourceType type) {
  using enum AclOperation;
  switch (type) {
    case ResourceType::kTopic:
      return bits(kRead, kWrite, kCreate, kDescribe, kDelete, kAlter, kDescribeConfigs, kAlterConfigs);
    case ResourceType::kGroup:
      return bits(kRead, kDescribe, kDelete, kDescribeConfigs, kAlterConfigs);
    case ResourceType::kCluster:
      return bits(kCreate, kClusterAction, kDescribeConfigs, kAlterConfigs, kIdempotentWrite, kAlter,
                  kDescribe);
    case ResourceType::kTransactionalId:
      return bits(kDescribe, kWrite, kTwoPhaseCommit);
    case ResourceType::kDelegationToken:
      return bits(kDescribe);
    case ResourceType::kUser:
      return bits(kCreateTokens, kDescribeTokens);
    case ResourceType::kUnknown:
    case ResourceType::kAny:
      break;
  }
  return 0;
}

AclOperation operation_of(const AclEntry& entry) { return static_cast<AclOperation>(entry.operation); }
AclPermission permission_of(const AclEntry& entry) {
  return static_cast<AclPermission>(entry.permission_type);
}

// Who asks, as entries name it.
struct Asker {
  std::string_view principal;
  std::string_view host;

  // Calls visit(entry) for each entry that is about this one.
  template <class Visit>
  void for_each(const Entries& entries, Visit visit) const {
    for (const std::string_view name : {principal, security::kAnyUser}) {
      entries.walk_from(EntriesOf{name}, [&](const auto& item) {
        const AclEntry& entry = item.first;
        if (entry.principal != name) return false;
        if (entry.host == security::kWildcard || entry.host == host) visit(entry);
        return true;
      });
    }
  }
  // Whether this very operation, or all of them, are allowed or denied. Nothing is implied.
  bool is_told(const Entries& entries, AclOperation operation, AclPermission permission) const {
    bool told = false;
    for_each(entries, [&](const AclEntry& entry) {
      const AclOperation named = operation_of(entry);
      told |= permission_of(entry) == permission && (named == operation || named == AclOperation::kAll);
    });
    return told;
  }
};

// What all the entries that apply to a resource say of the operations asked about, as bits.
struct Findings {
  bool any_entry = false;  // of whatever principal
  int32_t denied = 0;
  int32_t allowed = 0;
};

Findings findings_of(const AclsImage& acls, const Asker& asker, int32_t asked, ResourceType type,
                     std::string_view name) {
  Findings found;
  acls.for_each_pattern(type, name, [&](const Entries& entries) {
    found.any_entry = true;
    asker.for_each(entries, [&](const AclEntry& entry) {
      const AclPermission permission = permission_of(entry);
      int32_t& decided = permission == AclPermission::kAllow ? found.allowed : found.denied;
      for (auto left = static_cast<uint32_t>(asked & ~decided); left != 0; left &= left - 1) {
        const auto operation = static_cast<AclOperation>(std::countr_zero(left));
        if (security::covers(operation_of(entry), permission, operation)) decided |= bit(operation);
      }
    });
  });
  return found;
}

// Those of the operations asked about that are allowed.
int32_t allowed_of(const AuthorizerRules& rules, const AclsImage& acls, const Asker& asker, int32_t asked,
                   ResourceType type, std::string_view name) {
  if (!rules.enabled || rules.super_users.contains(asker.principal)) return asked;
  const Findings found = findings_of(acls, asker, asked, type, name);
  if (!found.any_entry) return rules.allow_if_no_acl_found ? asked : 0;
  return found.allowed & ~found.denied;
}

// Whether all that a pattern allows is denied by the same literal, or by a prefix of it.
bool is_dominated(const AclsImage& acls, const Asker& asker, AclOperation operation,
                  const AclPattern& pattern, const Entries& entries) {
  if (pattern.is(PatternType::kLiteral) && asker.is_told(entries, operation, AclPermission::kDeny))
    return true;
  bool dominated = false;
  acls.for_each_prefix(static_cast<ResourceType>(pattern.resource_type), pattern.name,
                       [&](const Entries& prefixed) {
                         dominated |= asker.is_told(prefixed, operation, AclPermission::kDeny);
                       });
  return dominated;
}

}  // namespace

bool Access::allows(AclOperation operation, ResourceType type, std::string_view name,
                    IfDenied if_denied) const {
  if (allowed_of(*rules_, *acls_, {principal_, host_}, bit(operation), type, name) != 0) return true;
  if (if_denied == IfDenied::kLogged) {
    log_denied({principal_, host_, operation, type, name, api_}, [&] {
      return findings_of(*acls_, {principal_, host_}, bit(operation), type, name).denied != 0;
    });
  }
  return false;
}

int32_t Access::operations(ResourceType type, std::string_view name) const {
  return allowed_of(*rules_, *acls_, {principal_, host_}, operations_of(type), type, name);
}

bool Access::is_super_user() const { return rules_->super_users.contains(principal_); }

// The steps of Authorizer.authorizeByResourceType, with what is odd in them: a name that may well be nobody's
// is asked about first, for super users and for allow.everyone.if.no.acl.found, and operations imply nothing.
bool Access::allows_some(AclOperation operation, ResourceType type) const {
  if (allows(operation, type, "hardcode", IfDenied::kUnsaid)) return true;
  const Asker asker{principal_, host_};
  if (const Entries* any = acls_->find(type, PatternType::kLiteral, security::kWildcard)) {
    if (asker.is_told(*any, operation, AclPermission::kDeny)) return false;
    if (asker.is_told(*any, operation, AclPermission::kAllow)) return true;
  }
  bool allowed = false;
  const auto number = static_cast<int8_t>(type);
  // Below every pattern of the type: there is no pattern type of this number.
  const AclPatternView first{number, std::numeric_limits<int8_t>::min(), {}};
  acls_->by_pattern().walk_from(first, [&](const auto& item) {
    const AclPattern& pattern = item.first;
    if (pattern.resource_type != number) return false;
    if (!pattern.is(PatternType::kLiteral) && !pattern.is(PatternType::kPrefixed)) return true;
    allowed = asker.is_told(item.second, operation, AclPermission::kAllow) &&
              !is_dominated(*acls_, asker, operation, pattern, item.second);
    return !allowed;
  });
  return allowed;
}

}  // namespace klamm::broker
