#include "broker/quota/windowed_rate.h"

#include <algorithm>
#include <cmath>

#include "base/check.h"

namespace klamm::broker {
namespace {

constexpr int32_t kWindowsMax = 100'000;
constexpr int32_t kWindowSecondsMax = 1'000'000'000;

}  // namespace

QuotaWindows QuotaWindows::of(int32_t count, int32_t size_seconds) {
  CHECK(count > 0 && size_seconds > 0);
  return {.count = std::min(count, kWindowsMax),
          .size_ms = int64_t{std::min(size_seconds, kWindowSecondsMax)} * 1000};
}

void WindowedRate::record(double value, int64_t now_ms) {
  if (samples_.empty()) samples_.push_back({now_ms, now_ms, 0});
  if (now_ms - samples_[present_].start_ms >= windows_.size_ms) {
    present_ = (present_ + 1) % (static_cast<size_t>(windows_.count) + 1);
    if (present_ == samples_.size()) {
      samples_.push_back({now_ms, now_ms, 0});
    } else {
      samples_[present_] = {now_ms, now_ms, 0};
    }
  }
  samples_[present_].value += value;
  samples_[present_].last_ms = now_ms;
}

void WindowedRate::forget_old(int64_t now_ms) {
  for (Sample& sample : samples_) {
    if (now_ms - sample.last_ms >= windows_.expiry_ms()) sample = {now_ms, now_ms, 0};
  }
}

double WindowedRate::rate(int64_t now_ms) {
  forget_old(now_ms);
  double sum = 0;
  for (const Sample& sample : samples_) sum += sample.value;
  return sum * 1000 / static_cast<double>(span_ms(now_ms));
}

int64_t WindowedRate::span_ms(int64_t now_ms) {
  forget_old(now_ms);
  int64_t oldest_ms = now_ms;
  for (const Sample& sample : samples_) oldest_ms = std::min(oldest_ms, sample.start_ms);
  const int64_t elapsed_ms = now_ms - oldest_ms;
  const int64_t whole = elapsed_ms / windows_.size_ms;
  const int64_t missing = std::max<int64_t>(windows_.count - 1 - whole, 0);
  return std::max<int64_t>(elapsed_ms + missing * windows_.size_ms, 1);
}

int64_t WindowedRate::wait_ms(double limit, int64_t now_ms) {
  CHECK(limit > 0);
  const double now = rate(now_ms);
  if (!(now > limit)) return 0;
  const double wait = std::round((now - limit) / limit * static_cast<double>(span_ms(now_ms)));
  // Nobody is told of more than fits an answer, and nobody waits so long.
  return wait < INT32_MAX ? static_cast<int64_t>(wait) : INT32_MAX;
}

bool WindowedRate::is_idle(int64_t now_ms) const {
  return std::ranges::all_of(samples_, [&](const Sample& sample) {
    return sample.value == 0 || now_ms - sample.last_ms >= windows_.expiry_ms();
  });
}

}  // namespace klamm::broker
