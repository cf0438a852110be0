#include "broker/metadata/access_log.h"

#include "base/logging.h"
#include "security/log_text.h"

namespace klamm::broker {

void log_denied(std::string_view principal, std::string_view host, security::AclOperation operation,
                security::ResourceType type, std::string_view name) {
  LOG_INFO_LIMITED("Principal = {} is Denied operation = {} from host = {} on resource = {}:LITERAL:{}",
                   security::quoted(principal), name_of(operation), host, name_of(type),
                   security::quoted(name));
}

}  // namespace klamm::broker
