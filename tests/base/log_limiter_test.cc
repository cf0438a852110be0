#include "tests/testing.h"

#include "base/log_limiter.h"

using namespace klamm;

namespace {

struct Limiter {
  LogLimiter limiter;
  uint64_t suppressed = 0;

  int allowed(int lines, int64_t now_ms) {
    int count = 0;
    for (int i = 0; i < lines; ++i) count += limiter.allow(now_ms, suppressed) ? 1 : 0;
    return count;
  }
};

}  // namespace

TEST_CASE_METHOD(Limiter, "five lines in ten seconds are written, however many there are") {
  REQUIRE(allowed(3, 0) == 3);
  REQUIRE(allowed(1000, 9'999) == 2);
  REQUIRE(suppressed == 0);
}

TEST_CASE_METHOD(Limiter, "the first line of the next interval tells how many were left out") {
  allowed(1005, 0);
  REQUIRE(allowed(1, 10'000) == 1);
  REQUIRE(suppressed == 1000);
  REQUIRE(allowed(1, 10'001) == 1);
  REQUIRE(suppressed == 0);
}
