// Access control entries, SCRAM credentials and quotas: shown from the metadata, changed by the controller
// for who may alter the cluster.
#include <utility>

#include "broker/controller/acls.h"
#include "broker/controller/scram.h"
#include "broker/handlers/security.h"
#include "broker/server_dispatch_forward.h"
#include "protocol/messages/sasl_authenticate_request.h"
#include "protocol/messages/sasl_handshake_request.h"

namespace klamm::broker {

namespace {

using protocol::AlterUserScramCredentialsRequest;
using protocol::CreateAclsRequest;
using protocol::DeleteAclsRequest;

SecurityUses security_uses(const ServerDispatch::Uses& uses) {
  return {uses.images, uses.config.security.authorizer};
}

}  // namespace

void ServerDispatch::bind_security() {
  handlers_[protocol::SaslHandshakeRequest::kKey] = [](ServerDispatch&, Request request, Reply reply) {
    handle_sasl_handshake(std::move(request), std::move(reply));
  };
  handlers_[protocol::SaslAuthenticateRequest::kKey] = [](ServerDispatch&, Request request, Reply reply) {
    handle_sasl_authenticate(std::move(request), std::move(reply));
  };
  handlers_[protocol::DescribeAclsRequest::kKey] = [](ServerDispatch& self, Request request, Reply reply) {
    handle_describe_acls(std::move(request), std::move(reply), security_uses(self.uses_));
  };
  handlers_[protocol::DescribeClientQuotasRequest::kKey] = [](ServerDispatch& self, Request request,
                                                              Reply reply) {
    handle_describe_client_quotas(std::move(request), std::move(reply), security_uses(self.uses_));
  };
  handlers_[protocol::DescribeUserScramCredentialsRequest::kKey] = [](ServerDispatch& self, Request request,
                                                                      Reply reply) {
    handle_describe_user_scram_credentials(std::move(request), std::move(reply), security_uses(self.uses_));
  };
  handlers_[CreateAclsRequest::kKey] = [](ServerDispatch& self, Request request, Reply reply) {
    const bool has_authorizer = self.uses_.config.security.authorizer.enabled;
    alter_cluster<CreateAclsRequest>(
        self.uses_, std::move(request), std::move(reply),
        [has_authorizer](const ControllerView& view, const CreateAclsRequest& body) {
          return decide_create_acls(view, body, has_authorizer);
        });
  };
  handlers_[DeleteAclsRequest::kKey] = [](ServerDispatch& self, Request request, Reply reply) {
    const bool has_authorizer = self.uses_.config.security.authorizer.enabled;
    alter_cluster<DeleteAclsRequest>(
        self.uses_, std::move(request), std::move(reply),
        [has_authorizer](const ControllerView& view, const DeleteAclsRequest& body) {
          return decide_delete_acls(view, body, has_authorizer);
        });
  };
  handlers_[AlterUserScramCredentialsRequest::kKey] = [](ServerDispatch& self, Request request, Reply reply) {
    alter_cluster<AlterUserScramCredentialsRequest>(self.uses_, std::move(request), std::move(reply),
                                                    decide_alter_user_scram_credentials);
  };
}

}  // namespace klamm::broker
