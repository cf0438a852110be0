#include "broker/net/peer_reach.h"

#include <fmt/format.h>

#include <algorithm>

namespace klamm::broker::net {
namespace {

constexpr uint64_t kJitterPercent = 20;
// Beyond, a backoff that begins at a millisecond has come to any that is reasonable.
constexpr int kFailuresMax = 40;

}  // namespace

std::string PeerReach::on_reached() {
  failures_ = 0;
  if (told_.empty()) return "";
  told_.clear();
  return fmt::format("{} can be reached again", where_);
}

std::string PeerReach::on_unreachable(const std::string& why) {
  if (told_.size() == kToldMax || !told_.insert(why).second) return "";
  return fmt::format("cannot reach {}: {}", where_, why);
}

int64_t PeerReach::next_backoff_ms() {
  int64_t base = backoff_.first_ms;
  for (int i = 0; i < failures_ && base < backoff_.most_ms; ++i) base *= 2;
  failures_ = std::min(failures_ + 1, kFailuresMax);
  base = std::min(base, backoff_.most_ms);
  const auto percent = static_cast<int64_t>(100 - kJitterPercent + random_.below(2 * kJitterPercent + 1));
  return std::min(base * percent / 100, backoff_.most_ms);
}

}  // namespace klamm::broker::net
