// Alarm: calls once its time has come, on the thread of a loop. A deadline that moves later costs nothing:
// the alarm goes off at the earlier time, and is set again by who finds out that it was early.
#pragma once

#include <absl/functional/any_invocable.h>

#include <atomic>
#include <cstdint>
#include <memory>

#include "broker/loop.h"

namespace klamm::broker {

class Alarm : public std::enable_shared_from_this<Alarm> {
 public:
  // `ring` is called on the loop's thread; `loop` outlives what it was given.
  Alarm(Loop& loop, absl::AnyInvocable<void()> ring) : loop_(loop), ring_(std::move(ring)) {}

  // From any thread, one at a time. Does nothing when it goes off earlier anyway, or is to go off never
  // (INT64_MAX).
  void set(int64_t at_ms);

 private:
  void arm(int64_t at_ms);
  void go_off();

  Loop& loop_;
  // Not later than the loop's timer, or than the one that is about to be made.
  std::atomic<int64_t> set_ms_{INT64_MAX};

  // Of the loop's thread.
  absl::AnyInvocable<void()> ring_;
  TimerId timer_ = TimerId::kNone;
  int64_t timer_ms_ = INT64_MAX;
};

}  // namespace klamm::broker
