#include "broker/net/peer_reach.h"

#include <algorithm>

#include "base/logging.h"

namespace klamm::broker::net {
namespace {

constexpr uint64_t kJitterPercent = 20;
// Beyond, a backoff that begins at a millisecond has come to any that is reasonable.
constexpr int kFailuresMax = 40;

}  // namespace

void PeerReach::on_reached() {
  failures_ = 0;
  if (told_.empty()) return;
  told_.clear();
  LOG_INFO("{} can be reached again", where_);
}

int64_t PeerReach::on_unreachable(const std::string& why) {
  if (told_.size() < kToldMax && told_.insert(why).second) LOG_WARN("cannot reach {}: {}", where_, why);
  return next_backoff_ms();
}

int64_t PeerReach::on_disconnect() { return next_backoff_ms(); }

int64_t PeerReach::next_backoff_ms() {
  int64_t base = backoff_ms_;
  for (int i = 0; i < failures_ && base < backoff_max_ms_; ++i) base *= 2;
  failures_ = std::min(failures_ + 1, kFailuresMax);
  base = std::min(base, backoff_max_ms_);
  const auto percent = static_cast<int64_t>(100 - kJitterPercent + random_.below(2 * kJitterPercent + 1));
  return std::min(base * percent / 100, backoff_max_ms_);
}

}  // namespace klamm::broker::net
