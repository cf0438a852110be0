// Client quotas: set and removed (KIP-546; ClientQuotaControlManager).
#pragma once

#include <optional>
#include <set>
#include <string>
#include <string_view>

#include "broker/controller/decided.h"
#include "protocol/messages/alter_client_quotas_request.h"
#include "protocol/messages/alter_client_quotas_response.h"

namespace klamm::broker {

// The names of entities of type "ip" in the request, each once: addresses or hosts.
std::set<std::string> quota_hosts(const protocol::AlterClientQuotasRequest& request);

// `unknown_hosts` are those of them that are no address and do not resolve to one. An entity may be named
// once: one that is named again is answered with an error, though what came first for it holds, as in Kafka.
Decided<protocol::AlterClientQuotasResponse> decide_alter_client_quotas(
    const ControllerView& view, const protocol::AlterClientQuotasRequest& request,
    const std::set<std::string>& unknown_hosts);

// Every entity of the request answered with the error. `message` lives as long as the response.
protocol::AlterClientQuotasResponse refused(const protocol::AlterClientQuotasRequest& request, ErrorCode code,
                                            std::optional<std::string_view> message = std::nullopt);

}  // namespace klamm::broker
