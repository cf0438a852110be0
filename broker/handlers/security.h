// Handlers that show who may do what, who may log in, and whose quotas are what, from the cluster's metadata.
#pragma once

#include "broker/handlers/topics.h"
#include "broker/metadata/access.h"
#include "broker/metadata/cluster_image.h"
#include "broker/published_image.h"
#include "broker/request.h"
#include "broker/state_machine.h"
#include "protocol/messages/describe_acls_request.h"
#include "protocol/messages/describe_acls_response.h"
#include "protocol/messages/describe_client_quotas_request.h"
#include "protocol/messages/describe_client_quotas_response.h"
#include "protocol/messages/describe_user_scram_credentials_request.h"
#include "protocol/messages/describe_user_scram_credentials_response.h"

namespace klamm::broker {

struct SecurityUses {
  const PublishedImage& images;
  const AuthorizerRules& authorizer;
};

// Kafka cannot read a request that says UNKNOWN of a type, a pattern, an operation or a permission, and
// closes its connection; so do we, with a line.
void log_unknown(const Request& request);

// The responses' views are into the request, the image and `texts`.
protocol::DescribeAclsResponse describe_acls(const protocol::DescribeAclsRequest& request,
                                             const AclsImage& acls);
void handle_describe_acls(Request request, Reply reply, const SecurityUses& uses);

protocol::DescribeClientQuotasResponse describe_client_quotas(
    const protocol::DescribeClientQuotasRequest& request, const ClientQuotasImage& quotas, Texts& texts);
void handle_describe_client_quotas(Request request, Reply reply, const SecurityUses& uses);

protocol::DescribeUserScramCredentialsResponse describe_user_scram_credentials(
    const protocol::DescribeUserScramCredentialsRequest& request, const ScramImage& scram, Texts& texts);
void handle_describe_user_scram_credentials(Request request, Reply reply, const SecurityUses& uses);

// Whose turn it is not.
void handle_sasl_handshake(Request request, Reply reply);
void handle_sasl_authenticate(Request request, Reply reply);

}  // namespace klamm::broker
