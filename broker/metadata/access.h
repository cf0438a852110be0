// Access: what one client may do, by the access control entries of an image. The rules are those of Kafka's
// StandardAuthorizer (KIP-801): super users may everything; a DENY that matches wins; then an ALLOW; and
// where no entry names the resource at all, allow.everyone.if.no.acl.found decides.
//
// Made for one request, on its way; refers to what it is made of.
#pragma once

#include <cstdint>
#include <functional>
#include <set>
#include <string>
#include <string_view>

#include "broker/metadata/acls_image.h"
#include "security/acl.h"

namespace klamm::broker {

// What is configured, and does not change while the node runs.
struct AuthorizerRules {
  bool enabled = false;  // authorizer.class.name names the standard one; without it all is allowed
  bool allow_if_no_acl_found = false;
  std::set<std::string, std::less<>> super_users;  // "User:alice"
};

// Who asks for something that is denied leaves a line in the log (kafka.authorizer.logger). Nobody asks where
// answers are filtered, nor where there is another right that would do.
enum class IfDenied : uint8_t { kLogged, kUnsaid };

class Access {
 public:
  // `principal` is "User:alice", `host` an address as text; `api` is for the log.
  Access(const AuthorizerRules& rules, const AclsImage& acls, std::string_view principal,
         std::string_view host, std::string_view api = {})
      : rules_(&rules), acls_(&acls), principal_(principal), host_(host), api_(api) {}

  bool allows(security::AclOperation operation, security::ResourceType type, std::string_view name,
              IfDenied if_denied = IfDenied::kLogged) const;
  // Of the cluster, which has one name.
  bool allows_cluster(security::AclOperation operation, IfDenied if_denied = IfDenied::kLogged) const {
    return allows(operation, security::ResourceType::kCluster, security::kClusterName, if_denied);
  }
  // Whether there is any resource of the type on which it is allowed (Kafka's authorizeByResourceType).
  bool allows_some(security::AclOperation operation, security::ResourceType type) const;
  // The operations that are allowed, as bits numbered by AclOperation, among those that the type has; as
  // Metadata, DescribeGroups and DescribeCluster give them out.
  int32_t operations(security::ResourceType type, std::string_view name) const;
  bool is_super_user() const;

 private:
  const AuthorizerRules* rules_;
  const AclsImage* acls_;
  std::string_view principal_;
  std::string_view host_;
  std::string_view api_;
};

}  // namespace klamm::broker
