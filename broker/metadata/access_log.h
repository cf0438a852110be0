// The lines of kafka.authorizer.logger: who was denied what.
#pragma once

#include <string_view>

#include "security/acl.h"

namespace klamm::broker {

// In Kafka's words (StandardAuthorizerData), and as often as a limit allows. The names may be a client's own.
void log_denied(std::string_view principal, std::string_view host, security::AclOperation operation,
                security::ResourceType type, std::string_view name);

}  // namespace klamm::broker
