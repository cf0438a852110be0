#include "broker/coordinator/alarm.h"

namespace klamm::broker {

void Alarm::set(int64_t at_ms) {
  if (at_ms >= set_ms_) return;
  set_ms_ = at_ms;
  loop_.post([self = shared_from_this(), at_ms] { self->arm(at_ms); });
}

void Alarm::arm(int64_t at_ms) {
  if (at_ms >= timer_ms_) return;
  if (timer_ != TimerId::kNone) loop_.cancel(timer_);
  timer_ms_ = at_ms;
  timer_ = loop_.call_at(at_ms, [self = shared_from_this()] { self->go_off(); });
}

// From here on it may be set to any time, by this call for one.
void Alarm::go_off() {
  timer_ = TimerId::kNone;
  timer_ms_ = INT64_MAX;
  set_ms_ = INT64_MAX;
  ring_();
}

}  // namespace klamm::broker
