#include "broker/metrics/meter.h"

#include <cmath>

namespace klamm::broker::metrics {
namespace {

constexpr std::array<double, 3> kPeriodsSeconds = {60, 300, 900};

}  // namespace

void Meter::read(int64_t count, int64_t now_ms) {
  if (phase_ == Phase::kUnread || count < count_) {
    *this = {};
    phase_ = Phase::kRead;
    count_ = count;
    read_ms_ = now_ms;
    return;
  }
  if (now_ms - read_ms_ < kTickMs) return;
  const double seconds = static_cast<double>(now_ms - read_ms_) / 1000;
  const double rate = static_cast<double>(count - count_) / seconds;
  for (size_t i = 0; i < rates_.size(); ++i) {
    const double weight = phase_ == Phase::kRated ? 1 - std::exp(-seconds / kPeriodsSeconds[i]) : 1;
    rates_[i] += weight * (rate - rates_[i]);
  }
  phase_ = Phase::kRated;
  count_ = count;
  read_ms_ = now_ms;
}

}  // namespace klamm::broker::metrics
