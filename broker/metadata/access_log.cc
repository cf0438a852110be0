#include "broker/metadata/access_log.h"

#include <fmt/format.h>

#include <string>

#include "base/log_limiters.h"
#include "base/logging.h"
#include "security/log_text.h"

namespace klamm::broker {
namespace {

std::string_view resource_name(security::ResourceType type) {
  using enum security::ResourceType;
  switch (type) {
    case kTopic:
      return "Topic";
    case kGroup:
      return "Group";
    case kCluster:
      return "Cluster";
    case kTransactionalId:
      return "TransactionalId";
    case kDelegationToken:
      return "DelegationToken";
    case kUser:
      return "User";
    case kUnknown:
    case kAny:
      break;
  }
  return security::name_of(type);
}

}  // namespace

void log_denied(const Denied& denied, const std::function<bool()>& by_entry) {
  if (!log_enabled(LogLevel::kInfo)) return;
  static LogLimiters lines;
  const auto left_out = lines.allow(fmt::format("{} {}", denied.host, denied.principal));
  if (!left_out) return;
  std::string request;
  if (!denied.api.empty()) request = fmt::format(" for request = {}", denied.api);
  std::string others;
  if (*left_out > 0) others = fmt::format(" ({} more such lines left out before)", *left_out);
  LOG_INFO(
      "Principal = {} is Denied operation = {} from host = {} on resource = {}:LITERAL:{}{} based on rule "
      "{}{}",
      security::shown(denied.principal), security::name_of(denied.operation), denied.host,
      resource_name(denied.type), security::shown(denied.name), request,
      by_entry() ? "MatchingAcl (an entry denies it)" : "DefaultDeny", others);
}

}  // namespace klamm::broker
