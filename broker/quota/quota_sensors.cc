#include "broker/quota/quota_sensors.h"

namespace klamm::broker {

void RateSensor::record(double value, int64_t now_ms) {
  absl::MutexLock lock(&mutex_);
  rate_.record(value, now_ms);
}

int64_t RateSensor::record(double value, double limit, int64_t now_ms) {
  absl::MutexLock lock(&mutex_);
  rate_.record(value, now_ms);
  return rate_.wait_ms(limit, now_ms);
}

RateSensor::Asked RateSensor::ask(double value, double limit, int64_t now_ms) {
  absl::MutexLock lock(&mutex_);
  const bool is_first = rate_.is_idle(now_ms);
  rate_.record(value, now_ms);
  Asked asked{.is_granted = true, .wait_ms = rate_.wait_ms(limit, now_ms)};
  if (asked.wait_ms == 0 || is_first) return asked;
  rate_.record(-value, now_ms);
  asked.is_granted = false;
  return asked;
}

bool RateSensor::is_idle(int64_t now_ms) const {
  absl::MutexLock lock(&mutex_);
  return rate_.is_idle(now_ms);
}

int64_t TokenSensor::take(double count, double limit, bool strict, int64_t now_ms) {
  absl::MutexLock lock(&mutex_);
  if (strict) {
    if (const int64_t wait_ms = tokens_.wait_ms(limit, now_ms); wait_ms > 0) return wait_ms;
    tokens_.take(count, limit, now_ms);
    return 0;
  }
  tokens_.take(count, limit, now_ms);
  return tokens_.wait_ms(limit, now_ms);
}

bool TokenSensor::is_idle(int64_t now_ms) const {
  absl::MutexLock lock(&mutex_);
  return tokens_.is_idle(now_ms);
}

}  // namespace klamm::broker
