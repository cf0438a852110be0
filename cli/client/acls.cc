#include "cli/client/acls.h"

#include <fmt/format.h>

#include "protocol/messages/create_acls_request.h"
#include "protocol/messages/create_acls_response.h"
#include "protocol/messages/delete_acls_request.h"
#include "protocol/messages/delete_acls_response.h"
#include "protocol/messages/describe_acls_request.h"
#include "protocol/messages/describe_acls_response.h"

namespace klamm::cli {
namespace {

using protocol::CreateAclsRequest;
using protocol::CreateAclsResponse;
using protocol::DeleteAclsRequest;
using protocol::DeleteAclsResponse;
using protocol::DescribeAclsRequest;
using protocol::DescribeAclsResponse;
using security::AclOperation;
using security::AclPermission;
using security::PatternType;
using security::ResourceType;

template <class Enum>
int8_t number_of(Enum value) {
  return static_cast<int8_t>(value);
}

}  // namespace

std::string AclResource::text() const {
  return fmt::format("ResourcePattern(resourceType={}, name={}, patternType={})", name_of(type),
                     name.value_or("<any>"), name_of(pattern));
}

std::string AclGrant::text() const {
  return fmt::format("(principal={}, host={}, operation={}, permissionType={})", principal, host,
                     name_of(operation), name_of(permission));
}

Attempt<Acls> describe_acls(Client& client, const AclResource& filter) {
  DescribeAclsRequest request;
  request.resource_type_filter = number_of(filter.type);
  request.resource_name_filter.reset();
  if (filter.name) request.resource_name_filter = *filter.name;
  request.pattern_type_filter = number_of(filter.pattern);
  request.principal_filter.reset();
  request.host_filter.reset();
  request.operation = number_of(AclOperation::kAny);
  request.permission_type = number_of(AclPermission::kAny);
  auto answer = client.ask_controller<DescribeAclsResponse>("describeAcls", request);
  if (!answer) return Error{answer.error()};
  if ((*answer)->error_code != 0) return broker_error((*answer)->error_code, (*answer)->error_message);
  Acls acls;
  for (const auto& resource : (*answer)->resources) {
    const AclResource key{.type = static_cast<ResourceType>(resource.resource_type),
                          .name = std::string(resource.resource_name),
                          .pattern = static_cast<PatternType>(resource.pattern_type)};
    for (const auto& acl : resource.acls) {
      acls[key].insert(AclGrant{.principal = std::string(acl.principal),
                                .host = std::string(acl.host),
                                .operation = static_cast<AclOperation>(acl.operation),
                                .permission = static_cast<AclPermission>(acl.permission_type)});
    }
  }
  return acls;
}

Attempt<> create_acls(Client& client, const AclResource& resource, const std::vector<AclGrant>& grants) {
  CreateAclsRequest request;
  const std::string name = resource.name.value_or("");
  for (const AclGrant& grant : grants) {
    auto& creation = request.creations.emplace_back();
    creation.resource_type = number_of(resource.type);
    creation.resource_name = name;
    creation.resource_pattern_type = number_of(resource.pattern);
    creation.principal = grant.principal;
    creation.host = grant.host;
    creation.operation = number_of(grant.operation);
    creation.permission_type = number_of(grant.permission);
  }
  auto answer = client.ask_controller<CreateAclsResponse>("createAcls", request);
  if (!answer) return Error{answer.error()};
  for (const auto& result : (*answer)->results) {
    if (result.error_code != 0) return broker_error(result.error_code, result.error_message);
  }
  return {};
}

Attempt<> delete_acls(Client& client, const AclResource& filter, const std::set<AclGrant>& grants) {
  DeleteAclsRequest request;
  const auto add = [&](const AclGrant* grant) {
    auto& one = request.filters.emplace_back();
    one.resource_type_filter = number_of(filter.type);
    one.resource_name_filter.reset();
    if (filter.name) one.resource_name_filter = *filter.name;
    one.pattern_type_filter = number_of(filter.pattern);
    one.principal_filter.reset();
    one.host_filter.reset();
    one.operation = number_of(grant == nullptr ? AclOperation::kAny : grant->operation);
    one.permission_type = number_of(grant == nullptr ? AclPermission::kAny : grant->permission);
    if (grant == nullptr) return;
    one.principal_filter = grant->principal;
    one.host_filter = grant->host;
  };
  for (const AclGrant& grant : grants) add(&grant);
  if (grants.empty()) add(nullptr);
  auto answer = client.ask_controller<DeleteAclsResponse>("deleteAcls", request);
  if (!answer) return Error{answer.error()};
  for (const auto& result : (*answer)->filter_results) {
    if (result.error_code != 0) return broker_error(result.error_code, result.error_message);
    for (const auto& one : result.matching_acls) {
      if (one.error_code != 0) return broker_error(one.error_code, one.error_message);
    }
  }
  return {};
}

}  // namespace klamm::cli
