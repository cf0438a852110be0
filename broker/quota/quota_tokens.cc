#include "broker/quota/quota_tokens.h"

#include <algorithm>
#include <cmath>

#include "base/check.h"

namespace klamm::broker {

double QuotaTokens::left(double limit, int64_t now_ms) {
  CHECK(limit > 0 && std::isfinite(limit));
  const double most = limit * static_cast<double>(windows_.expiry_ms()) / 1000;
  if (!filled_at_ms_) {
    tokens_ = most;
  } else {
    const int64_t elapsed_ms = std::max<int64_t>(now_ms - *filled_at_ms_, 0);
    tokens_ = std::min(most, tokens_ + limit * static_cast<double>(elapsed_ms) / 1000);
  }
  filled_at_ms_ = std::max(now_ms, filled_at_ms_.value_or(now_ms));
  limit_ = limit;
  return tokens_;
}

void QuotaTokens::take(double count, double limit, int64_t now_ms) {
  left(limit, now_ms);
  tokens_ -= count;
}

int64_t QuotaTokens::wait_ms(double limit, int64_t now_ms) {
  const double tokens = left(limit, now_ms);
  if (tokens >= 0) return 0;
  const double wait = std::round(-tokens / limit * 1000);
  return wait < INT32_MAX ? static_cast<int64_t>(wait) : INT32_MAX;
}

bool QuotaTokens::is_idle(int64_t now_ms) const {
  if (!filled_at_ms_) return true;
  const double most = limit_ * static_cast<double>(windows_.expiry_ms()) / 1000;
  return tokens_ + limit_ * static_cast<double>(now_ms - *filled_at_ms_) / 1000 >= most;
}

}  // namespace klamm::broker
