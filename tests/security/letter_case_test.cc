// The expectations are those of Java 25.
#include "security/letter_case.h"

#include "base/bytes.h"
#include "security/utf8.h"
#include "tests/testing.h"

using namespace klamm;
using namespace klamm::security;

namespace {

// FNV-1a, 64 bits.
void hash(uint64_t& sum, std::string_view text) {
  for (uint8_t byte : as_bytes(text)) sum = (sum ^ byte) * 0x100000001b3;
}

}  // namespace

TEST_CASE("every character has the small and the capital form that Java gives it") {
  uint64_t sum = 0xcbf29ce484222325;
  for (char32_t character = 0; character < 0x110000; ++character) {
    if (character >= 0xD800 && character < 0xE000) continue;
    std::string text;
    append_character(text, character);
    hash(sum, lower_case(text));
    hash(sum, upper_case(text));
  }
  REQUIRE(sum == 0xe3210eeb02afc071);
}

TEST_CASE("words change their case letter by letter") {
  REQUIRE(lower_case("CN=Ärger, ÅSE 42") == "cn=ärger, åse 42");
  REQUIRE(upper_case("cn=ärger, åse 42") == "CN=ÄRGER, ÅSE 42");
}

TEST_CASE("one letter may become several") {
  REQUIRE(upper_case("straße") == "STRASSE");
  REQUIRE(upper_case("ﬃ") == "FFI");
  REQUIRE(lower_case("İ") == "i̇");
}

TEST_CASE("a sigma that ends a word has a form of its own") {
  REQUIRE(lower_case("ΟΔΟΣ") == "οδος");
  REQUIRE(lower_case("ΟΔΟΣ ΣΟΣ") == "οδος σος");
  REQUIRE(lower_case("Σ") == "σ");
}

TEST_CASE("bytes that are no UTF-8 become the replacement character") {
  REQUIRE(lower_case("A\xff"
                     "B") ==
          "a\xef\xbf\xbd"
          "b");
  REQUIRE(upper_case("\xed\xa0\x80") == "\xef\xbf\xbd");
  REQUIRE(upper_case("a\xc3") == "A\xef\xbf\xbd");
}
