// DescribeAcls, versions 1-3 (KIP-140; v1: KIP-290 pattern types; v3: KIP-373 users): the access control
// entries that a filter matches, gathered by the resources that they speak of. On both kinds of listeners.
#include "base/logging.h"
#include "broker/api.h"
#include "broker/handlers/security.h"
#include "broker/metadata/acl_filter.h"
#include "broker/metadata/refusal.h"

namespace klamm::broker {
namespace {

using protocol::DescribeAclsResponse;
using protocol::ErrorCode;

// Kafka quotes its own request object with it.
constexpr ErrorCode kRefusal = ErrorCode::kClusterAuthorizationFailed;

DescribeAclsResponse refused(ErrorCode code, std::string_view message) {
  DescribeAclsResponse response;
  response.error_code = protocol::wire_value(code);
  response.error_message = message;
  return response;
}

DescribeAclsResponse::DescribeAclsResource resource_of(const AclPattern& pattern) {
  DescribeAclsResponse::DescribeAclsResource resource;
  resource.resource_type = pattern.resource_type;
  resource.resource_name = pattern.name;
  resource.pattern_type = pattern.pattern_type;
  return resource;
}

}  // namespace

DescribeAclsResponse describe_acls(const protocol::DescribeAclsRequest& request, const AclsImage& acls) {
  const AclFilter filter(request);
  DescribeAclsResponse response;
  for (const auto& [pattern, entries] : acls.by_pattern()) {
    if (!filter.matches(pattern)) continue;
    auto resource = resource_of(pattern);
    for (const auto& [entry, count] : entries) {
      if (filter.matches(entry))
        resource.acls.push_back({entry.principal, entry.host, entry.operation, entry.permission_type});
    }
    if (!resource.acls.empty()) response.resources.push_back(std::move(resource));
  }
  return response;
}

void log_unknown(const Request& request) {
  const Api* api = find_api(request.header.api_key);
  LOG_WARN_LIMITED(
      "closing the connection from {} on {}: its {} says UNKNOWN of what an access control entry has to name",
      request.client->host, request.client->listener, api == nullptr ? "request" : api->name);
}

void handle_describe_acls(Request request, Reply reply, const SecurityUses& uses) {
  protocol::DescribeAclsRequest body;
  if (!read_body(request, body)) return reply.close();
  if (AclFilter(body).says_unknown()) {
    log_unknown(request);
    return reply.close();
  }
  const auto image = uses.images.get();
  if (!access_of(uses.authorizer, *image, request).allows_cluster(security::AclOperation::kDescribe))
    return reply.send(refused(kRefusal, refusal_text(kRefusal)));
  if (!uses.authorizer.enabled)
    return reply.send(refused(ErrorCode::kSecurityDisabled, "No Authorizer is configured on the broker"));
  reply.send(describe_acls(body, image->acls()));
}

}  // namespace klamm::broker
