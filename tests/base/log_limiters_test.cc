#include "tests/testing.h"

#include <string>

#include "base/log_limiters.h"

using namespace klamm;

namespace {

struct Limiters {
  LogLimiters limiters{{.of_each = 2, .of_all = 5, .peers_max = 3}};

  int allowed(const std::string& peer, int lines, int64_t now_ms) {
    int count = 0;
    for (int i = 0; i < lines; ++i) count += limiters.allow(peer, now_ms) ? 1 : 0;
    return count;
  }
};

}  // namespace

TEST_CASE_METHOD(Limiters, "one peer's noise leaves room for another's line") {
  REQUIRE(allowed("noisy", 1000, 0) == 2);
  REQUIRE(allowed("quiet", 1, 1) == 1);
}

TEST_CASE_METHOD(Limiters, "a line tells how many of all were left out before it") {
  allowed("noisy", 12, 0);
  REQUIRE(limiters.allow("quiet", 1) == 10);
  REQUIRE(limiters.allow("quiet", 2) == 0);
}

TEST_CASE_METHOD(Limiters, "all together have a limit, however many they are") {
  REQUIRE(allowed("a", 2, 0) + allowed("b", 2, 0) + allowed("c", 2, 0) == 5);
  REQUIRE(allowed("c", 2, 10'000) == 2);
}

TEST_CASE_METHOD(Limiters, "peers beyond those that are known share one limit") {
  for (const std::string name : {"a", "b", "c"}) REQUIRE(allowed(name, 1, 0) == 1);
  int lines = 0;
  for (int i = 0; i < 100; ++i) lines += allowed("other-" + std::to_string(i), 1, i);
  REQUIRE(lines == 2);
  // Nor does their number have those forgotten who have had their lines.
  REQUIRE(allowed("a", 10, 200) == 0);
}

TEST_CASE_METHOD(Limiters, "who has been silent for ten seconds makes room") {
  for (const std::string name : {"a", "b", "c"}) allowed(name, 2, 0);
  REQUIRE(allowed("d", 10, 10'000) == 2);
  REQUIRE(allowed("e", 10, 10'000) == 2);
}
