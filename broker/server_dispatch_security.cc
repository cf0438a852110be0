// Access control entries, SCRAM credentials and quotas: shown from the metadata, changed by the controller
// for who may alter the cluster.
#include <set>
#include <string>
#include <utility>

#include "broker/controller/acls.h"
#include "broker/controller/client_quotas.h"
#include "broker/controller/scram.h"
#include "broker/handlers/security.h"
#include "broker/net/ip_address.h"
#include "broker/server_dispatch_forward.h"
#include "protocol/messages/sasl_authenticate_request.h"
#include "protocol/messages/sasl_handshake_request.h"

namespace klamm::broker {

namespace {

using protocol::AlterClientQuotasRequest;
using protocol::AlterUserScramCredentialsRequest;
using protocol::CreateAclsRequest;
using protocol::DeleteAclsRequest;

SecurityUses security_uses(const ServerDispatch::Uses& uses) {
  return {uses.images, uses.config.security.authorizer};
}

void alter_client_quotas(const ServerDispatch::Uses& uses, Request request, Reply reply,
                         const std::set<std::string>& unknown_hosts) {
  decide_for_cluster<AlterClientQuotasRequest>(
      uses, security::AclOperation::kAlterConfigs, std::move(request), std::move(reply),
      [unknown_hosts](const ControllerView& view, const AlterClientQuotasRequest& body) {
        return decide_alter_client_quotas(view, body, unknown_hosts);
      });
}

// So many names are looked up for one request; more are as good as unknown.
constexpr size_t kHostsMax = 64;

// What is limited may be a host. Asking name servers takes its time, which nobody but a worker has, and is
// for nobody who may not alter quotas.
void alter_client_quotas(const ServerDispatch::Uses& uses, Request request, Reply reply) {
  AlterClientQuotasRequest body;
  if (!read_body(request, body)) return reply.close();
  std::set<std::string> hosts = quota_hosts(body);
  std::erase_if(hosts, [](const std::string& host) { return net::parse_ip(host).has_value(); });
  const auto image = uses.images.get();
  const bool may_alter = access_of(uses.config.security.authorizer, *image, request)
                             .allows_cluster(security::AclOperation::kAlterConfigs, IfDenied::kUnsaid);
  if (hosts.empty() || hosts.size() > kHostsMax || !may_alter)
    return alter_client_quotas(uses, std::move(request), std::move(reply), hosts);
  uses.workers.run(
      [&uses, hosts = std::move(hosts), request = std::move(request), reply = std::move(reply)]() mutable {
        std::erase_if(hosts, [](const std::string& host) { return net::resolve(host).ok(); });
        alter_client_quotas(uses, std::move(request), std::move(reply), hosts);
      });
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
  handlers_[AlterClientQuotasRequest::kKey] = [](ServerDispatch& self, Request request, Reply reply) {
    alter_client_quotas(self.uses_, std::move(request), std::move(reply));
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
