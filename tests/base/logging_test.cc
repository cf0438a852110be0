#include "tests/testing.h"

#include "base/logging.h"

using namespace klamm;

TEST_CASE("a line of JSON has its time in UTC, its level, and where it is from without the builder's path") {
  REQUIRE(json_log_line(1'700'000'000'042, LogLevel::kWarn, "a line",
                        "/home/someone/klamm/broker/net/acceptor.cc") ==
          "{\"time\":\"2023-11-14T22:13:20.042Z\",\"level\":\"WARN\",\"source\":\"net/acceptor.cc\","
          "\"message\":\"a line\"}");
}

TEST_CASE("whatever a message holds, it is one line of JSON") {
  REQUIRE(json_log_line(0, LogLevel::kInfo, "one\n\"two\"\\\t\x01", {}) ==
          "{\"time\":\"1970-01-01T00:00:00.000Z\",\"level\":\"INFO\","
          "\"message\":\"one\\n\\\"two\\\"\\\\\\u0009\\u0001\"}");
}

TEST_CASE("what is no UTF-8 does not make a line unreadable") {
  REQUIRE(json_log_line(0, LogLevel::kInfo, "gr\xC3\xBC\xC3\x9F \xFF\xC3", {}).ends_with(
      "\"message\":\"gr\xC3\xBC\xC3\x9F \xEF\xBF\xBD\xEF\xBF\xBD\"}"));
}
