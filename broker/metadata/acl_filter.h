// AclFilter: which entries DescribeAcls and DeleteAcls mean (Kafka's AclBindingFilter). What is absent, and
// ANY, means each.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "broker/metadata/acls_image.h"

namespace klamm::broker {

class AclFilter {
 public:
  // `asked`: the filter of a request of either API. Views into it.
  template <class Asked>
  explicit AclFilter(const Asked& asked)
      : resource_type_(asked.resource_type_filter),
        pattern_type_(asked.pattern_type_filter),
        operation_(asked.operation),
        permission_type_(asked.permission_type),
        name_(asked.resource_name_filter),
        principal_(asked.principal_filter),
        host_(asked.host_filter) {}

  bool matches(const AclPattern& pattern) const { return matches(pattern.view()); }
  bool matches(const AclEntry& entry) const {
    return matches(entry.principal, entry.host, entry.operation, entry.permission_type);
  }
  bool matches(const AclImage& acl) const {
    return matches(AclPatternView{acl.resource_type, acl.pattern_type, acl.resource_name}) &&
           matches(acl.principal, acl.host, acl.operation, acl.permission_type);
  }

  // A number in it that is none of Kafka's: nothing matches.
  bool has_unknown_pattern() const;
  bool has_unknown_entry() const;
  // It says UNKNOWN itself. Kafka cannot read such a request, and closes the connection.
  bool says_unknown() const {
    return resource_type_ == 0 || pattern_type_ == 0 || operation_ == 0 || permission_type_ == 0;
  }

 private:
  bool matches(const AclPatternView& pattern) const;
  bool matches(std::string_view principal, std::string_view host, int8_t operation,
               int8_t permission_type) const;

  int8_t resource_type_;
  int8_t pattern_type_;
  int8_t operation_;
  int8_t permission_type_;
  std::optional<std::string_view> name_;
  std::optional<std::string_view> principal_;
  std::optional<std::string_view> host_;
};

}  // namespace klamm::broker
