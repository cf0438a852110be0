#include "broker/metadata/acl_filter.h"

namespace klamm::broker {
namespace {

constexpr int8_t kAny = 1;  // of every kind of number

template <class Number>
bool is_known(int8_t number, Number last) {
  return number > 0 && number <= static_cast<int8_t>(last);
}

bool is_any_or(int8_t filter, int8_t number) { return filter == kAny || filter == number; }

}  // namespace

bool AclFilter::has_unknown_pattern() const {
  return !is_known(resource_type_, security::ResourceType::kUser) ||
         !is_known(pattern_type_, security::PatternType::kPrefixed);
}

bool AclFilter::has_unknown_entry() const {
  return !is_known(operation_, security::AclOperation::kTwoPhaseCommit) ||
         !is_known(permission_type_, security::AclPermission::kAllow);
}

bool AclFilter::matches(const AclPatternView& pattern) const {
  if (!is_any_or(resource_type_, pattern.resource_type)) return false;
  const bool applies = pattern_type_ == static_cast<int8_t>(security::PatternType::kMatch);
  if (!applies && !is_any_or(pattern_type_, pattern.pattern_type)) return false;
  if (!name_ || *name_ == pattern.name) return true;
  if (!applies) return false;
  // MATCH: whatever would apply to the resource of this name.
  if (pattern.pattern_type == static_cast<int8_t>(security::PatternType::kLiteral))
    return pattern.name == security::kWildcard;
  return name_->starts_with(pattern.name);
}

bool AclFilter::matches(std::string_view principal, std::string_view host, int8_t operation,
                        int8_t permission_type) const {
  return (!principal_ || *principal_ == principal) && (!host_ || *host_ == host) &&
         is_any_or(operation_, operation) && is_any_or(permission_type_, permission_type);
}

}  // namespace klamm::broker
