// SCRAM credentials of users: made, changed and deleted (KIP-554; ScramControlManager).
#pragma once

#include <optional>
#include <string_view>

#include "broker/controller/decided.h"
#include "protocol/messages/alter_user_scram_credentials_request.h"
#include "protocol/messages/alter_user_scram_credentials_response.h"

namespace klamm::broker {

// A user may be named once, whatever the mechanisms: two alterations of one user are both refused.
Decided<protocol::AlterUserScramCredentialsResponse> decide_alter_user_scram_credentials(
    const ControllerView& view, const protocol::AlterUserScramCredentialsRequest& request);

// Every user of the request, once, answered with the error. `message` lives as long as the response.
protocol::AlterUserScramCredentialsResponse refused(const protocol::AlterUserScramCredentialsRequest& request,
                                                    ErrorCode code,
                                                    std::optional<std::string_view> message = std::nullopt);

}  // namespace klamm::broker
