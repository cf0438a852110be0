#include "security/java_pattern.h"

#include <re2/re2.h>

#include "tests/testing.h"

using namespace klamm;
using namespace klamm::security;

namespace {

bool matches(std::string_view pattern, std::string_view text) {
  auto translated = re2_of_java_pattern(pattern);
  REQUIRE(translated);
  RE2 compiled(*translated, RE2::Quiet);
  REQUIRE(compiled.ok());
  return RE2::FullMatch(text, compiled);
}

std::string refusal(std::string_view pattern) {
  auto translated = re2_of_java_pattern(pattern);
  return translated ? "translated to " + *translated : translated.error().message;
}

}  // namespace

TEST_CASE("what the two languages have in common stays what it is") {
  REQUIRE(matches("^CN=(.*?),OU=(a|b){1,2}.*$", "CN=x,OU=ab,O=c"));
  REQUIRE(matches(R"([a-zA-Z0-9.]+\.\w\d\b)", "a.B.c1"));
  REQUIRE(matches(R"(\x41\u0042\x{43}\Q.*\E\/)", "ABC.*/"));
  REQUIRE_FALSE(matches(R"(\Q.*\E)", "ab"));
}

TEST_CASE("ignoring case is for ASCII letters alone") {
  REQUIRE(matches("(?i)kafka=[a-f]+", "KAFKA=aBF"));
  REQUIRE(matches("(?i:k)afka", "Kafka"));
  REQUIRE_FALSE(matches("(?i:k)afka", "KAfka"));
  // The sign for Kelvin is a k to Unicode.
  REQUIRE_FALSE(matches("(?i)kafka",
                        "\xe2\x84\xaa"
                        "afka"));
  REQUIRE_FALSE(matches("(?i)[a-z]afka",
                        "\xe2\x84\xaa"
                        "afka"));
  REQUIRE_FALSE(matches("(?i)ü", "Ü"));
}

TEST_CASE("flags hold to the end of their group") {
  REQUIRE(matches("((?i)a|b)c", "Bc"));
  REQUIRE_FALSE(matches("((?i)a|b)c", "bC"));
  REQUIRE(matches("(?i)a(?-i)b", "Ab"));
  REQUIRE_FALSE(matches("(?i)a(?-i)b", "AB"));
}

TEST_CASE("a dot stops at every line end unless it is told not to") {
  REQUIRE_FALSE(matches("a.b", "a\rb"));
  REQUIRE_FALSE(matches("a.b",
                        "a\xe2\x80\xa8"
                        "b"));
  REQUIRE(matches("(?s)a.b", "a\nb"));
  REQUIRE(matches("a[.]b", "a.b"));
}

TEST_CASE("classes of Java have the names of POSIX or of Unicode") {
  REQUIRE(matches(R"(\p{Alnum}+\p{Punct}[\p{Upper}\s]+\P{Digit})", "a1,A Bx"));
  REQUIRE(matches(R"(\p{Lu}\pL[^\p{IsLl}])", "ÄäÄ"));
  REQUIRE_FALSE(matches(R"(\p{Alpha})", "ä"));
  REQUIRE(matches(R"([\s]\s)", "\v\v"));
}

TEST_CASE("a bracket or a hyphen stands for itself at a class's ends") {
  REQUIRE(matches("[]a]+", "]a"));
  REQUIRE(matches("[^]]", "a"));
  REQUIRE(matches("[-a]+[a-]+", "-aa-"));
  REQUIRE(matches(R"([\[\]\-\\]+)", "[]-\\"));
}

TEST_CASE("named groups keep their names") { REQUIRE(*re2_of_java_pattern("(?<name1>a)") == "(?P<name1>a)"); }

TEST_CASE("what RE2 cannot do is refused by its name") {
  REQUIRE(refusal("a(?=b)") == "it looks ahead, with (?= or (?!, which RE2 cannot do");
  REQUIRE(refusal("a(?!b)") == "it looks ahead, with (?= or (?!, which RE2 cannot do");
  REQUIRE(refusal("(?<=a)b") == "it looks behind, with (?<= or (?<!, which RE2 cannot do");
  REQUIRE(refusal("(?>a)") == "it has an independent group, (?>, which RE2 cannot do");
  REQUIRE(refusal(R"((a)\1)") == "it refers back, with \\1, which RE2 cannot do");
  REQUIRE(refusal(R"((?<n>a)\k<n>)") == "it refers back, with \\k, which RE2 cannot do");
}

TEST_CASE("what RE2 would silently read as something else is refused") {
  REQUIRE(refusal("[a-z&&[^b]]") == "it intersects classes, with &&, which RE2 cannot do");
  REQUIRE(refusal("[a[bc]]") == "it has a class within a class, which RE2 cannot do");
  REQUIRE(refusal("(?U)a+") == "of the (?..) only groups and the flags i and s are supported");
  REQUIRE(refusal(R"(\v)") == "\\v is no escape that RE2 knows in this place");
  REQUIRE(refusal(R"(\012)") == "\\0 is no escape that RE2 knows in this place");
  REQUIRE(refusal(R"((?i)\p{Lower})") == "it has letters of one case under (?i), which RE2 cannot do");
}

TEST_CASE("what Java does not read is refused") {
  REQUIRE(refusal("(a") == "a '(' is not closed");
  REQUIRE(refusal("(?i") == "a '(' is not closed");
  REQUIRE(refusal("a(?i)*") == "what follows a (?..) has nothing to repeat");
  REQUIRE(refusal("(?<n>a)(?<n>b)") == "two groups have one name");
  REQUIRE(refusal("(?<1>a)") == "the name of a group is not letters and digits");
  REQUIRE(refusal("a)") == "a ')' closes nothing");
  REQUIRE(refusal("[a") == "a '[' is not closed");
  REQUIRE(refusal("[]") == "a '[' is not closed");
  REQUIRE(refusal("a\\") == "it ends with a backslash");
  REQUIRE(refusal("[b-a]") == "a range in a class ends before it begins");
  REQUIRE(refusal(R"(\x4)") == "a \\x or \\u is not followed by the number of a character");
  REQUIRE(refusal(R"(\p{Lower)") == "a \\p{ is not closed");
  REQUIRE(refusal("a{x}") == "a '{' is not followed by how often, as in {2} or {2,5}; as a sign it is \\{");
}
