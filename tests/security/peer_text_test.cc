#include "tests/testing.h"

#include "security/peer_text.h"

using namespace klamm::security;

TEST_CASE("peer text: lines and terminals are not the peer's to write on") {
  REQUIRE(quote_peer("a\nb\x1b[31m\x7f\"\xc2\x9b") == "\"a\\x0ab\\x1b[31m\\x7f\\\"\\xc2\\x9b\"");
}

TEST_CASE("peer text: what people write stays") {
  REQUIRE(quote_peer("CN=Zo\xc3\xab") == "\"CN=Zo\xc3\xab\"");
}

TEST_CASE("peer text: what is no character is shown as bytes, and the line is UTF-8") {
  REQUIRE(quote_peer("a\xc2") == "\"a\\xc2\"");
  REQUIRE(quote_peer("\xc2=\xff\x9b") == "\"\\xc2=\\xff\\x9b\"");
  REQUIRE(quote_peer("\xed\xa0\x80") == "\"\\xed\\xa0\\x80\"");
  REQUIRE(quote_peer("\xef\xbf\xbd") == "\"\xef\xbf\xbd\"");
}

TEST_CASE("peer text: it is cut at 200 bytes") {
  REQUIRE(quote_peer(std::string(200, 'a')) == "\"" + std::string(200, 'a') + "\"");
  REQUIRE(quote_peer(std::string(201, 'a')) == "\"" + std::string(200, 'a') + "...\"");
}

TEST_CASE("peer text: a cut leaves no half of a character") {
  REQUIRE(quote_peer(std::string(199, 'a') + "\xc3\xab") == "\"" + std::string(199, 'a') + "...\"");
}

TEST_CASE("peer text: a list is cut as a whole") {
  const std::vector<std::string> names(100, "DNS:abcdef");
  REQUIRE(quote_peer(names).size() == 200 + 5);
}
