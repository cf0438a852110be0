#include "broker/request_turns.h"

#include <algorithm>
#include <utility>

#include "base/check.h"

namespace klamm::broker {
namespace {

// Beyond, a backoff that begins at a millisecond has come to any that is reasonable.
constexpr int kSilencesMax = 40;

}  // namespace

void RequestTurns::speak(int64_t at_ms) {
  if (stopped_) return;
  if (deadline_ms_) {
    has_more_to_say_ = true;
  } else {
    next_ms_ = at_ms;
  }
}

void RequestTurns::rest() {
  next_ms_.reset();
  has_more_to_say_ = waits_for_controller_ = false;
}

void RequestTurns::controller_found(int64_t now_ms) {
  if (deadline_ms_) {
    found_controller_ = true;
  } else if (waits_for_controller_) {
    next_ms_ = now_ms;
  }
}

void RequestTurns::stop() {
  stopped_ = true;
  deadline_ms_.reset();
  rest();
}

uint64_t RequestTurns::begin(int64_t now_ms) {
  CHECK(is_due(now_ms));
  CHECK(!deadline_ms_);
  next_ms_.reset();
  waits_for_controller_ = has_more_to_say_ = found_controller_ = false;
  deadline_ms_ = now_ms + timing_.timeout_ms;
  return ++number_;
}

int64_t RequestTurns::deadline_ms() const {
  CHECK(deadline_ms_);
  return *deadline_ms_;
}

bool RequestTurns::end(uint64_t number) {
  CHECK(number <= number_);
  if (!deadline_ms_ || number != number_) return false;
  deadline_ms_.reset();
  return true;
}

bool RequestTurns::give_up(int64_t now_ms) {
  if (!deadline_ms_ || now_ms < *deadline_ms_) return false;
  deadline_ms_.reset();
  return true;
}

void RequestTurns::after_success(int64_t now_ms, int64_t delay_ms) {
  CHECK(!deadline_ms_ && !stopped_);
  silences_ = 0;
  next_ms_ = now_ms + (has_more_to_say_ ? 0 : delay_ms);
}

void RequestTurns::after_refusal(int64_t now_ms, int64_t delay_ms) {
  CHECK(!deadline_ms_ && !stopped_);
  silences_ = 0;
  next_ms_ = now_ms + delay_ms;
}

void RequestTurns::after_silence(int64_t now_ms) {
  CHECK(!deadline_ms_ && !stopped_);
  const int64_t backoff_ms = next_backoff_ms();
  next_ms_ = now_ms + (found_controller_ ? 0 : backoff_ms);
  waits_for_controller_ = true;
}

int64_t RequestTurns::next_backoff_ms() {
  int64_t base = timing_.backoff_first_ms;
  for (int i = 0; i < silences_ && base < timing_.backoff_most_ms; ++i) base *= 2;
  silences_ = std::min(silences_ + 1, kSilencesMax);
  base = std::min(base, timing_.backoff_most_ms);
  const auto spread = static_cast<uint64_t>(2 * timing_.jitter_percent + 1);
  const int64_t percent = 100 - timing_.jitter_percent + static_cast<int64_t>(random_.below(spread));
  return std::min(base * percent / 100, timing_.backoff_most_ms);
}

}  // namespace klamm::broker
