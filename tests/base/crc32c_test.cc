#include "tests/testing.h"

#include "base/crc32c.h"

using namespace klamm;

TEST_CASE("crc32c of the digits is the check value of RFC 3720") {
  REQUIRE(crc32c(as_bytes("123456789")) == 0xE3069283u);
}

TEST_CASE("crc32c continues over pieces") {
  REQUIRE(crc32c(as_bytes("56789"), crc32c(as_bytes("1234"))) == crc32c(as_bytes("123456789")));
}
