// Access control entries, as DescribeAcls, CreateAcls and DeleteAcls have them.
#pragma once

#include <compare>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "cli/client/client.h"
#include "cli/error.h"
#include "security/acl.h"

namespace klamm::cli {

struct AclResource {
  security::ResourceType type = security::ResourceType::kAny;
  std::optional<std::string> name;  // nullopt in filters only: any
  security::PatternType pattern = security::PatternType::kAny;

  friend auto operator<=>(const AclResource&, const AclResource&) = default;
  // "ResourcePattern(resourceType=TOPIC, name=orders, patternType=LITERAL)", as Kafka prints it.
  std::string text() const;
};

struct AclGrant {
  std::string principal;
  std::string host;
  security::AclOperation operation = security::AclOperation::kAny;
  security::AclPermission permission = security::AclPermission::kAny;

  friend auto operator<=>(const AclGrant&, const AclGrant&) = default;
  // "(principal=User:alice, host=*, operation=READ, permissionType=ALLOW)".
  std::string text() const;
};

using Acls = std::map<AclResource, std::set<AclGrant>>;

// Every entry of resources that `filter` fits.
Attempt<Acls> describe_acls(Client& client, const AclResource& filter);
Attempt<> create_acls(Client& client, const AclResource& resource, const std::vector<AclGrant>& grants);
// Of the resources that `filter` fits, these entries; with none, all.
Attempt<> delete_acls(Client& client, const AclResource& filter, const std::set<AclGrant>& grants);

}  // namespace klamm::cli
