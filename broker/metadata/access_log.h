// The lines of kafka.authorizer.logger: who was denied what, as Kafka's StandardAuthorizer words it.
#pragma once

#include <functional>
#include <string_view>

#include "security/acl.h"

namespace klamm::broker {

// What was asked for. The names may be a client's own.
struct Denied {
  std::string_view principal;
  std::string_view host;
  security::AclOperation operation;
  security::ResourceType type;
  std::string_view name;
  std::string_view api{};  // empty where it is not known
};

// As often as limits allow: few lines of one client, and not too many of all.
// `by_entry` says whether an entry denies it, or merely none allows it.
void log_denied(const Denied& denied, const std::function<bool()>& by_entry);

}  // namespace klamm::broker
