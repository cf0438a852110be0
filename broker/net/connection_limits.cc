#include "broker/net/connection_limits.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "base/check.h"

namespace klamm::broker::net {

int64_t TokenBucket::wait_ms(int64_t now_ms) {
  if (unlimited()) return 0;
  if (filled_at_ms_ != INT64_MIN && now_ms > filled_at_ms_) {
    double fresh = static_cast<double>(now_ms - filled_at_ms_) * per_second_ / 1000;
    tokens_ = std::min<double>(tokens_ + fresh, per_second_);
  }
  filled_at_ms_ = std::max(filled_at_ms_, now_ms);
  if (tokens_ >= 1) return 0;
  return static_cast<int64_t>(std::ceil((1 - tokens_) * 1000 / per_second_));
}

void TokenBucket::take() { tokens_ -= unlimited() ? 0 : 1; }
void TokenBucket::put_back() { tokens_ += unlimited() ? 0 : 1; }

void TokenBucket::set_rate(int32_t per_second) {
  per_second_ = per_second > 0 ? per_second : 1;
  tokens_ = std::min<double>(tokens_, per_second_);
}

ConnectionLimits::ConnectionLimits(OfNode node, std::vector<OfListener> listeners,
                                   absl::AnyInvocable<void()> on_free, const QuotaWindows& windows)
    : on_free_(std::move(on_free)),
      listener_count_(listeners.size()),
      node_(std::move(node)),
      bucket_(node_.creation_rate_max),
      windows_(windows),
      ip_sensors_(windows) {
  for (const OfListener& limits : listeners) {
    between_brokers_.push_back(limits.between_brokers);
    listeners_.push_back({limits, TokenBucket(limits.creation_rate_max)});
  }
}

bool ConnectionLimits::is_protected(size_t listener) const {
  return between_brokers_[listener] && listener_count_ > 1;
}

ConnectionLimits::Verdict ConnectionLimits::reserve(size_t listener, int64_t now_ms) {
  bool exempt = is_protected(listener);
  absl::MutexLock lock(&mutex_);
  Listener& own = listeners_[listener];
  if (own.count >= own.limits.connections_max || (!exempt && count_ >= connections_max())) {
    waiting_ = true;
    return {.what = Verdict::What::kWait, .no_room = count_ >= room_};
  }
  int64_t wait_ms = std::max(own.bucket.wait_ms(now_ms), exempt ? 0 : bucket_.wait_ms(now_ms));
  if (wait_ms > 0) return {.what = Verdict::What::kRetry, .retry_ms = now_ms + wait_ms};

  own.bucket.take();
  if (!exempt) bucket_.take();
  ++own.count;
  ++count_;
  return {.what = Verdict::What::kAccept};
}

void ConnectionLimits::cancel(size_t listener) {
  {
    absl::MutexLock lock(&mutex_);
    put_back(listener);
  }
  free_place(listener);
}

void ConnectionLimits::put_back(size_t listener) {
  listeners_[listener].bucket.put_back();
  if (!is_protected(listener)) bucket_.put_back();
}

// What an address may not have is not counted against the rates of others.
ConnectionLimits::Entry ConnectionLimits::enter(size_t listener, const IpAddress& ip, int64_t now_ms) {
  Entry entry{.what = Entry::What::kTooMany};
  {
    absl::MutexLock lock(&mutex_);
    RateSensor::Asked asked;
    if (const auto rate = rate_of(ip)) asked = ip_sensors_.of(ip, now_ms).sensor->ask(1, *rate, now_ms);
    auto found = by_ip_.find(ip);
    int32_t count = found == by_ip_.end() ? 0 : found->second;
    if (!asked.is_granted) {
      put_back(listener);
      entry = {Entry::What::kTooFast, now_ms + std::min(asked.wait_ms, windows_.size_ms)};
    } else if (count < per_ip_max_locked(ip)) {
      by_ip_[ip] = count + 1;
      return {.what = Entry::What::kEntered};
    }
  }
  free_place(listener);
  return entry;
}

std::optional<int32_t> ConnectionLimits::rate_of(const IpAddress& ip) const {
  const auto found = ip_rates_.named.find(ip);
  return found == ip_rates_.named.end() ? ip_rates_.by_default : std::optional<int32_t>(found->second);
}

void ConnectionLimits::set_ip_rates(IpRates rates) {
  absl::MutexLock lock(&mutex_);
  ip_rates_ = std::move(rates);
}

void ConnectionLimits::leave(size_t listener, const IpAddress& ip) {
  {
    absl::MutexLock lock(&mutex_);
    auto found = by_ip_.find(ip);
    CHECK(found != by_ip_.end() && found->second > 0);
    if (--found->second == 0) by_ip_.erase(found);
  }
  free_place(listener);
}

void ConnectionLimits::change(OfNode node, const std::vector<OfListener>& listeners) {
  {
    absl::MutexLock lock(&mutex_);
    CHECK(listeners.size() == listeners_.size());
    node_ = std::move(node);
    bucket_.set_rate(node_.creation_rate_max);
    for (size_t i = 0; i < listeners.size(); ++i) {
      listeners_[i].limits = listeners[i];
      listeners_[i].bucket.set_rate(listeners[i].creation_rate_max);
    }
    if (!std::exchange(waiting_, false)) return;
  }
  on_free_();
}

void ConnectionLimits::set_room(int32_t connections) {
  {
    absl::MutexLock lock(&mutex_);
    const bool is_more = connections > std::exchange(room_, connections);
    if (!is_more || !std::exchange(waiting_, false)) return;
  }
  on_free_();
}

int32_t ConnectionLimits::room() const {
  absl::MutexLock lock(&mutex_);
  return room_;
}

int32_t ConnectionLimits::connections_max() const { return std::min(node_.connections_max, room_); }

int32_t ConnectionLimits::per_ip_max(const IpAddress& ip) const {
  absl::MutexLock lock(&mutex_);
  return per_ip_max_locked(ip);
}

int32_t ConnectionLimits::per_ip_max_locked(const IpAddress& ip) const {
  auto found = node_.per_ip_overrides.find(ip);
  return found == node_.per_ip_overrides.end() ? node_.per_ip_max : found->second;
}

int32_t ConnectionLimits::excess() const {
  absl::MutexLock lock(&mutex_);
  return std::max(0, count_ - connections_max());
}

void ConnectionLimits::free_place(size_t listener) {
  {
    absl::MutexLock lock(&mutex_);
    CHECK(count_ > 0 && listeners_[listener].count > 0);
    --count_;
    --listeners_[listener].count;
    if (!std::exchange(waiting_, false)) return;
  }
  on_free_();
}

}  // namespace klamm::broker::net
