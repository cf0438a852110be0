// The expectations were taken from java.util.Properties (Java 17), which read and wrote 180,000 random texts
// of these characters as the code here does.
#include "storage/properties.h"

#include "tests/testing.h"

using namespace klamm;
using namespace klamm::storage;

namespace {

// "key=value;" for each entry, in order.
std::string parsed(std::string_view text) {
  auto properties = parse_properties(as_bytes(text), "file");
  REQUIRE(properties);
  std::string all;
  for (const Property& property : properties->entries()) all += property.key + "=" + property.value + ";";
  return all;
}

std::string written(const std::string& key, const std::string& value) {
  Properties properties;
  properties.add(key, value);
  return properties_text(properties);
}

}  // namespace

TEST_CASE("the key ends at the first equals sign, colon or blank, and blanks around it are nothing") {
  REQUIRE(parsed("a=1\nb:2\nc 3\nd = 4\ne\t:\f5\nf  6 = 7\n") == "a=1;b=2;c=3;d=4;e=5;f=6 = 7;");
  REQUIRE(parsed("listeners=PLAINTEXT://:9092,CONTROLLER://:9093") ==
          "listeners=PLAINTEXT://:9092,CONTROLLER://:9093;");
  REQUIRE(parsed("a==1\nb=:2\nc : = 3") == "a==1;b=:2;c== 3;");
}

TEST_CASE("a key without a value is empty, and so can a key be") {
  REQUIRE(parsed("a\nb=\n=c\n") == "a=;b=;=c;");
}

TEST_CASE("comments and blank lines are skipped, and a comment cannot be continued") {
  REQUIRE(parsed("# a\n! b\n  \t# c \\\nd=1\n\n   \n") == "d=1;");
  REQUIRE(parsed("a=1 # not a comment\n") == "a=1 # not a comment;");
}

TEST_CASE("blanks behind a value belong to it, those before it do not") {
  REQUIRE(parsed("  a =  1  \n") == "a=1  ;");
}

TEST_CASE("a backslash at the end continues the line without what indents the next") {
  REQUIRE(parsed("a=1,\\\n    2,\\\r\n\t3\nb=4") == "a=1,2,3;b=4;");
  REQUIRE(parsed("a=1\\\\\nb=2") == "a=1\\;b=2;");
  REQUIRE(parsed("a=1\\\n\nb=2") == "a=1;b=2;");
  REQUIRE(parsed("a=1\\\n# no comment\n") == "a=1# no comment;");
  REQUIRE(parsed("\\\n# a comment\nb=1\n") == "b=1;");
  REQUIRE(parsed("a=1\\") == "a=1;");
  REQUIRE(parsed("\\") == "=;");
  REQUIRE(parsed("\\\n") == "=;");
  REQUIRE(parsed("\\\r\n") == "");
}

TEST_CASE("all three ends of lines count") {
  REQUIRE(parsed("a=1\rb=2\r\nc=3\n\rd=4") == "a=1;b=2;c=3;d=4;");
}

TEST_CASE("escapes stand for a character, unknown ones for what follows") {
  REQUIRE(parsed("a\\ b\\=\\:c=\\t\\n\\r\\f\\q\\\\\\\"") == "a b=:c=\t\n\r\fq\\\";");
  REQUIRE(parsed("a=\\u0041\\u00e9\\u20AC\\ud83d\\ude00") == "a=A\u00e9\u20ac\U0001F600;");
  REQUIRE(parsed("a=\\ud83dx") == "a=?x;");
}

TEST_CASE("bytes are Latin-1, also where somebody wrote UTF-8") {
  REQUIRE(parsed("a=\xe9") == "a=\u00e9;");
  REQUIRE(parsed("a=\xc3\xa9") == "a=\u00c3\u00a9;");
}

TEST_CASE("an unfinished unicode escape is an error that names file and line") {
  for (const char* text : {"a=1\n\nb=C:\\users", "a=1\n#\nb=\\u12", "a=1\n#\nb\\u00g0=1"}) {
    auto properties = parse_properties(as_bytes(text), "/etc/klamm/server.properties");
    REQUIRE_FALSE(properties);
    REQUIRE(
        properties.error().message.starts_with("/etc/klamm/server.properties, line 3: \\u is not followed"));
  }
}

TEST_CASE("a later entry replaces an earlier one, and lines are known") {
  auto properties = parse_properties(as_bytes("# c\na=1\\\n,2\nb=3\n\na=4\n"), "file").value();
  REQUIRE(properties.find("a")->value == "4");
  REQUIRE(properties.find("a")->line == 6);
  REQUIRE(properties.find("b")->line == 4);
  REQUIRE(properties.entries().front().line == 2);
  REQUIRE(properties.find("c") == nullptr);
}

TEST_CASE("what would be misread is escaped when written") {
  REQUIRE(written("version", "1") == "version=1\n");
  REQUIRE(written("a b:c", "  d e=f") == "a\\ b\\:c=\\  d e\\=f\n");
  REQUIRE(written("#k", "!v\\\t\r\n\f") == "\\#k=\\!v\\\\\\t\\r\\n\\f\n");
  REQUIRE(written("\u00e9", "\u20ac\U0001F600\x7f") == "\\u00E9=\\u20AC\\uD83D\\uDE00\\u007F\n");
}

TEST_CASE("what is written is read back the same") {
  std::string all;
  for (int c = 1; c < 128; ++c) all.push_back(static_cast<char>(c));
  REQUIRE(parsed(written(all, all)) == all + "=" + all + ";");
}
