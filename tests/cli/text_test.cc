#include "cli/text.h"

#include "cli/csv.h"
#include "cli/java_order.h"
#include "cli/stored_records.h"
#include "cli/time_text.h"
#include "tests/testing.h"

namespace klamm::cli {
namespace {

using Strings = std::vector<std::string>;

Strings ordered(Strings keys) {
  return in_java_order(std::move(keys), [](const std::string& key) { return java_hash(key); });
}

// What Java 17 prints for maps with these keys.
TEST_CASE("keys come in the order of a Java hash table") {
  REQUIRE(java_hash("hello") == 99162322);
  REQUIRE(ordered({"apple", "banana", "cherry"}) == Strings{"banana", "apple", "cherry"});
  REQUIRE(ordered({"cleanup.policy", "retention.ms", "segment.bytes", "min.insync.replicas",
                   "compression.type"}) == Strings{"compression.type", "cleanup.policy",
                                                   "min.insync.replicas", "retention.ms", "segment.bytes"});
}

TEST_CASE("a Java hash table grows beyond three quarters, and its order changes then") {
  REQUIRE(java_hash_order({0, 16, 1}, 16) == std::vector<size_t>{0, 1, 2});
  std::vector<int32_t> many;
  for (int32_t i = 0; i < 13; ++i) many.push_back(i * 16);
  // In 32 buckets the even multiples of 16 come before the odd ones.
  const auto order = java_hash_order(many, 16);
  REQUIRE(order.front() == 0);
  REQUIRE(order[1] == 2);
  REQUIRE(order.back() == 11);
}

TEST_CASE("text is split as Java splits it") {
  REQUIRE(split("a,b,,", ',') == std::vector<std::string_view>{"a", "b"});
  REQUIRE(split("", ',') == std::vector<std::string_view>{""});
  REQUIRE(split(",", ',').empty());
}

TEST_CASE("numbers are read as Java reads them") {
  REQUIRE(parse_int("+7") == 7);
  REQUIRE(parse_int("-7") == -7);
  REQUIRE_FALSE(parse_int("+-7"));
  REQUIRE_FALSE(parse_int("2147483648"));
  REQUIRE(parse_long("2147483648") == 2147483648);
  REQUIRE_FALSE(parse_int(" 7"));
}

TEST_CASE("columns are counted in characters, not in bytes") {
  REQUIRE(padded("gr\xC3\xBCn", 6) == "gr\xC3\xBCn  ");
  REQUIRE(right_aligned("7", 3) == "  7");
}

TEST_CASE("times are read with and without an offset") {
  REQUIRE(parse_datetime("2020-01-01T00:00:00.000") == 1577836800000);
  REQUIRE(parse_datetime("2020-01-01T02:00:00.000+02:00") == 1577836800000);
  REQUIRE(parse_datetime("2020-01-01T00:00:00.001Z") == 1577836800001);
  REQUIRE_FALSE(parse_datetime("2020-01-01"));
  REQUIRE_FALSE(parse_datetime("2020-02-30T00:00:00.000"));
}

TEST_CASE("durations are read as java.time reads them") {
  REQUIRE(parse_duration("PT1H30M") == 5'400'000);
  REQUIRE(parse_duration("P1DT1S") == 86'401'000);
  REQUIRE(parse_duration("PT0.5S") == 500);
  REQUIRE(parse_duration("-PT1S") == -1000);
  REQUIRE_FALSE(parse_duration("P1H"));
  REQUIRE_FALSE(parse_duration("PT"));
  REQUIRE_FALSE(parse_duration("P999999999999999D"));
}

TEST_CASE("CSV is quoted where Kafka's writer quotes") {
  REQUIRE(csv_line({"topic", "0", "7"}) == "topic,0,7\n");
  REQUIRE(csv_line({"a b", "0", "7"}) == "\"a b\",0,7\n");
  REQUIRE(csv_line({std::string(25, 'x')}) == "\"" + std::string(25, 'x') + "\"\n");
  REQUIRE(parse_csv_line("\"a,\"\"b\",1") == Strings{"a,\"b", "1"});
}

TEST_CASE("an instant is printed with milliseconds where it has some") {
  REQUIRE(instant_text(0) == "1970-01-01T00:00:00Z");
  REQUIRE(instant_text(1577836800001) == "2020-01-01T00:00:00.001Z");
}

TEST_CASE("the types of records have their names in capitals") {
  REQUIRE(capitals_of("OffsetCommitKey", "Key") == "OFFSET_COMMIT");
  REQUIRE(capitals_of("FeatureLevelRecord", "") == "FEATURE_LEVEL_RECORD");
}

}  // namespace
}  // namespace klamm::cli
