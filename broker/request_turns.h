// RequestTurns: when the next request to the active controller is due, for a machine that has one of them at
// a time under way. It knows nothing of what the requests say. Times are milliseconds of one monotonic clock.
//
// An attempt ends in one of three ways. A good answer: the next turn comes when the machine wants it. A
// refusal: it comes after a while, whatever there is to say, so that no change of state can make a loop of
// refusals. No answer at all, since there is no controller, it is another node, the connection broke or time
// passed: after a backoff that grows, or at once if meanwhile a controller was found. Kafka's channel to the
// controller does the last of these below its callers.
#pragma once

#include <cstdint>
#include <optional>

#include "base/random.h"

namespace klamm::broker {

class RequestTurns {
 public:
  struct Timing {
    int64_t timeout_ms = 0;  // an answer that has not come by then does not count any more
    int64_t backoff_first_ms = 0;
    int64_t backoff_most_ms = 0;
    int32_t jitter_percent = 0;
  };

  // `random` outlives it. Nothing is due before the first speak().
  RequestTurns(const Timing& timing, Random& random) : timing_(timing), random_(random) {}

  // There is something to say: a turn at `at_ms`, or as soon as the one that is under way has a good answer.
  void speak(int64_t at_ms);
  // There is nothing to say before the next speak(). What is under way may still be answered.
  void rest();
  // A controller was found, or another one. Ends the wait of an attempt that had no answer, or will have
  // none.
  void controller_found(int64_t now_ms);
  // No more turns, and no answer counts.
  void stop();

  bool is_due(int64_t now_ms) const { return next_ms_ && *next_ms_ <= now_ms; }
  // While is_due(): takes the turn, whose number its answer brings back.
  uint64_t begin(int64_t now_ms);
  // Of the turn that is under way.
  int64_t deadline_ms() const;

  // Whether this is the answer that is waited for; one of the next three follows then.
  bool end(uint64_t number);
  // Whether it was waited for too long; after_silence() follows then.
  bool give_up(int64_t now_ms);
  void after_success(int64_t now_ms, int64_t delay_ms);
  void after_refusal(int64_t now_ms, int64_t delay_ms);
  void after_silence(int64_t now_ms);

  // When is_due() or give_up() comes true; nothing while nothing waits.
  std::optional<int64_t> next_deadline_ms() const { return deadline_ms_ ? deadline_ms_ : next_ms_; }

 private:
  int64_t next_backoff_ms();

  const Timing timing_;
  Random& random_;
  uint64_t number_ = 0;                 // of the latest turn
  std::optional<int64_t> deadline_ms_;  // while a turn is under way; next_ms_ is empty then
  std::optional<int64_t> next_ms_;
  bool has_more_to_say_ = false;       // speak() during the turn
  bool found_controller_ = false;      // controller_found() during the turn
  bool waits_for_controller_ = false;  // the latest turn had no answer
  int silences_ = 0;                   // in a row
  bool stopped_ = false;
};

}  // namespace klamm::broker
