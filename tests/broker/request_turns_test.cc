#include "tests/testing.h"

#include "broker/request_turns.h"

#include <algorithm>
#include <vector>

using namespace klamm;
using namespace klamm::broker;

namespace {

// Answers count for a second; the backoff is 100 ms to 1000 ms, without jitter.
struct Turns {
  SeededRandom random{1};
  RequestTurns turns{{.timeout_ms = 1000, .backoff_first_ms = 100, .backoff_most_ms = 1000}, random};
  int64_t now_ms = 5000;

  // A turn that is due now, and its answer at once.
  uint64_t begin() { return turns.begin(now_ms); }
  void end() { REQUIRE(turns.end(begin())); }
  // How long after now the next turn is due; -1 when none is.
  int64_t wait_ms() const {
    const auto next = turns.next_deadline_ms();
    return next ? std::max<int64_t>(*next - now_ms, 0) : -1;
  }
  void after_wait() { now_ms += wait_ms(); }
};

}  // namespace

TEST_CASE_METHOD(Turns, "no turn is due before there is something to say") {
  REQUIRE_FALSE(turns.is_due(now_ms));
  REQUIRE(wait_ms() == -1);
  turns.speak(now_ms + 7);
  REQUIRE_FALSE(turns.is_due(now_ms + 6));
  REQUIRE(turns.is_due(now_ms + 7));
}

TEST_CASE_METHOD(Turns, "one turn at a time: what there is to say meanwhile follows a good answer at once") {
  turns.speak(now_ms);
  const uint64_t number = begin();
  turns.speak(now_ms);
  REQUIRE_FALSE(turns.is_due(now_ms));
  REQUIRE(turns.end(number));
  turns.after_success(now_ms, 500);
  REQUIRE(wait_ms() == 0);
  end();
  turns.after_success(now_ms, 500);
  REQUIRE(wait_ms() == 500);
}

TEST_CASE_METHOD(Turns, "what there is to say does not shorten the wait after a refusal that follows") {
  turns.speak(now_ms);
  const uint64_t number = begin();
  turns.speak(now_ms);
  turns.controller_found(now_ms);
  REQUIRE(turns.end(number));
  turns.after_refusal(now_ms, 500);
  REQUIRE(wait_ms() == 500);
}

TEST_CASE_METHOD(Turns, "turns without an answer follow each other ever more slowly, up to the most") {
  turns.speak(now_ms);
  std::vector<int64_t> waits;
  for (int i = 0; i < 6; ++i) {
    end();
    turns.after_silence(now_ms);
    waits.push_back(wait_ms());
    after_wait();
  }
  REQUIRE(waits == std::vector<int64_t>{100, 200, 400, 800, 1000, 1000});
}

TEST_CASE_METHOD(Turns, "an answer, good or not, begins the backoff anew") {
  for (bool good : {true, false}) {
    turns.speak(now_ms);
    for (int i = 0; i < 3; ++i) {
      end();
      turns.after_silence(now_ms);
      after_wait();
    }
    end();
    good ? turns.after_success(now_ms, 0) : turns.after_refusal(now_ms, 0);
    end();
    turns.after_silence(now_ms);
    REQUIRE(wait_ms() == 100);
  }
}

TEST_CASE("a backoff is spread by its jitter, and never beyond the most", "[RequestTurns]") {
  SeededRandom random{1};
  RequestTurns turns({.timeout_ms = 1, .backoff_first_ms = 100, .backoff_most_ms = 110, .jitter_percent = 20},
                     random);
  std::vector<int64_t> waits;
  for (int i = 0; i < 1000; ++i) {
    turns.speak(0);
    REQUIRE(turns.end(turns.begin(0)));
    turns.after_refusal(0, 0);
    REQUIRE(turns.end(turns.begin(0)));
    turns.after_silence(0);
    waits.push_back(*turns.next_deadline_ms());
  }
  REQUIRE(*std::min_element(waits.begin(), waits.end()) == 80);
  REQUIRE(*std::max_element(waits.begin(), waits.end()) == 110);
}

TEST_CASE_METHOD(Turns, "a controller that was found ends the wait for one") {
  turns.speak(now_ms);
  end();
  turns.after_silence(now_ms);
  turns.controller_found(now_ms + 3);
  REQUIRE(wait_ms() == 3);
}

TEST_CASE_METHOD(Turns, "a controller that was found during a turn ends the wait behind it, once") {
  turns.speak(now_ms);
  const uint64_t number = begin();
  turns.controller_found(now_ms);
  REQUIRE(turns.end(number));
  turns.after_silence(now_ms);
  REQUIRE(wait_ms() == 0);
  end();
  turns.after_silence(now_ms);
  REQUIRE(wait_ms() == 200);
}

TEST_CASE_METHOD(Turns, "a controller that was found makes no turn where none was without an answer") {
  turns.controller_found(now_ms);
  REQUIRE(wait_ms() == -1);
  turns.speak(now_ms);
  end();
  turns.after_success(now_ms, 500);
  turns.controller_found(now_ms);
  REQUIRE(wait_ms() == 500);
}

TEST_CASE_METHOD(Turns, "an answer that comes after it was given up does not count") {
  turns.speak(now_ms);
  const uint64_t late = begin();
  REQUIRE_FALSE(turns.give_up(now_ms + 999));
  REQUIRE(wait_ms() == 1000);
  now_ms += 1000;
  REQUIRE(turns.give_up(now_ms));
  REQUIRE_FALSE(turns.end(late));
  turns.after_silence(now_ms);
  after_wait();
  const uint64_t next = begin();
  REQUIRE_FALSE(turns.end(late));
  REQUIRE(turns.end(next));
}

TEST_CASE_METHOD(Turns, "who rests has no turn before there is something to say again") {
  turns.speak(now_ms);
  end();
  turns.after_silence(now_ms);
  turns.rest();
  turns.controller_found(now_ms);
  REQUIRE(wait_ms() == -1);
  turns.speak(now_ms);
  REQUIRE(wait_ms() == 0);
}

TEST_CASE_METHOD(Turns, "when it is over there are no turns, and no answers that count") {
  turns.speak(now_ms);
  const uint64_t number = begin();
  turns.stop();
  turns.speak(now_ms);
  REQUIRE_FALSE(turns.end(number));
  REQUIRE(wait_ms() == -1);
}
