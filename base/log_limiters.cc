#include "base/log_limiters.h"

#include <chrono>

namespace klamm {
namespace {

// Nobody is forgotten whose limiter still counts lines.
constexpr int64_t kForgetMs = 10'000;
// Looking for them takes a while where there are many.
constexpr int64_t kForgetPauseMs = 1'000;

}  // namespace

std::optional<uint64_t> LogLimiters::allow(std::string_view peer) {
  const auto now = std::chrono::steady_clock::now().time_since_epoch();
  return allow(peer, std::chrono::duration_cast<std::chrono::milliseconds>(now).count());
}

std::optional<uint64_t> LogLimiters::allow(std::string_view peer, int64_t now_ms) {
  std::lock_guard lock(mutex_);
  uint64_t uncounted = 0;  // each limiter counts for itself; what is told is the sum
  if (!of(peer, now_ms).allow(now_ms, uncounted) || !all_.allow(now_ms, uncounted)) {
    ++left_out_;
    return std::nullopt;
  }
  const uint64_t left_out = left_out_;
  left_out_ = 0;
  return left_out;
}

LogLimiter& LogLimiters::of(std::string_view peer, int64_t now_ms) {
  auto found = peers_.find(peer);
  if (found == peers_.end()) {
    if (peers_.size() >= limits_.peers_max) forget(now_ms);
    if (peers_.size() >= limits_.peers_max) return others_;
    found = peers_.emplace(std::string(peer), Peer{LogLimiter(limits_.of_each)}).first;
  }
  found->second.seen_ms = now_ms;
  return found->second.limiter;
}

void LogLimiters::forget(int64_t now_ms) {
  if (now_ms - forgot_ms_ < kForgetPauseMs) return;
  forgot_ms_ = now_ms;
  std::erase_if(peers_, [&](const auto& peer) { return now_ms - peer.second.seen_ms >= kForgetMs; });
}

}  // namespace klamm
