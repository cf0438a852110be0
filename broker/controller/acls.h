// Access control entries: created and deleted. What Kafka's AclApis and AclControlManager say between them.
#pragma once

#include <optional>
#include <string_view>

#include "broker/controller/decided.h"
#include "protocol/messages/create_acls_request.h"
#include "protocol/messages/create_acls_response.h"
#include "protocol/messages/delete_acls_request.h"
#include "protocol/messages/delete_acls_response.h"

namespace klamm::broker {

// An entry that is there already is created without a record. `has_authorizer`: without one both are refused.
Decided<protocol::CreateAclsResponse> decide_create_acls(const ControllerView& view,
                                                         const protocol::CreateAclsRequest& request,
                                                         bool has_authorizer);
Decided<protocol::DeleteAclsResponse> decide_delete_acls(const ControllerView& view,
                                                         const protocol::DeleteAclsRequest& request,
                                                         bool has_authorizer);

// Every part of the request answered with the error. `message` lives as long as the response.
protocol::CreateAclsResponse refused(const protocol::CreateAclsRequest& request, ErrorCode code,
                                     std::optional<std::string_view> message = std::nullopt);
protocol::DeleteAclsResponse refused(const protocol::DeleteAclsRequest& request, ErrorCode code,
                                     std::optional<std::string_view> message = std::nullopt);

// A part of the request says UNKNOWN. Kafka cannot read such a request, and closes the connection.
bool says_unknown(const protocol::CreateAclsRequest& request);
bool says_unknown(const protocol::DeleteAclsRequest& request);

}  // namespace klamm::broker
