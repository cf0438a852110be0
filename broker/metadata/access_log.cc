#include "broker/metadata/access_log.h"

#include <absl/synchronization/mutex.h>
#include <fmt/format.h>

#include <chrono>
#include <map>
#include <optional>
#include <string>
#include <utility>

#include "base/log_limiter.h"
#include "base/logging.h"
#include "security/log_text.h"

namespace klamm::broker {
namespace {

constexpr int kLinesOfClient = 20;
constexpr size_t kClientsMax = 1'000;

class DeniedLines {
 public:
  // How many lines about this client were left out before; nothing while there are too many.
  std::optional<uint64_t> allow(std::string_view principal, std::string_view host) {
    const auto now = std::chrono::steady_clock::now().time_since_epoch();
    const int64_t now_ms = std::chrono::duration_cast<std::chrono::milliseconds>(now).count();
    absl::MutexLock lock(&mutex_);
    if (clients_.size() >= kClientsMax) clients_.clear();
    auto [found, is_new] =
        clients_.try_emplace(std::pair(std::string(principal), std::string(host)), kLinesOfClient);
    uint64_t left_out = 0;
    if (!found->second.allow(now_ms, left_out)) return std::nullopt;
    return left_out;
  }

 private:
  absl::Mutex mutex_;
  std::map<std::pair<std::string, std::string>, LogLimiter> clients_ ABSL_GUARDED_BY(mutex_);
};

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
  static DeniedLines lines;
  const auto left_out = lines.allow(denied.principal, denied.host);
  if (!left_out) return;
  std::string request;
  if (!denied.api.empty()) request = fmt::format(" for request = {}", denied.api);
  std::string others;
  if (*left_out > 0) others = fmt::format(" ({} more lines about this client left out before)", *left_out);
  LOG_INFO(
      "Principal = {} is Denied operation = {} from host = {} on resource = {}:LITERAL:{}{} based on rule "
      "{}{}",
      security::shown(denied.principal), security::name_of(denied.operation), denied.host,
      resource_name(denied.type), security::shown(denied.name), request,
      by_entry() ? "MatchingAcl (an entry denies it)" : "DefaultDeny", others);
}

}  // namespace klamm::broker
