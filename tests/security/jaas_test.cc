// What is accepted and what it means was the same as in Kafka 4.3.1's JaasConfig (60,000 random texts) and in
// Java 25's ConfigFile (49,000), but for options and sections without a name, which Java takes.
#include "security/jaas.h"

#include "tests/testing.h"

using namespace klamm;
using namespace klamm::security;

namespace {

constexpr std::string_view kKey = "listener.name.ext.plain.sasl.jaas.config";

std::string shown(const JaasEntry& entry) {
  constexpr std::string_view kFlags[] = {"required", "requisite", "sufficient", "optional"};
  std::string text = entry.login_module + " " + std::string(kFlags[static_cast<size_t>(entry.flag)]);
  for (const auto& [name, value] : entry.options) text += " " + name + "=" + value;
  return text + ";";
}

std::string config(std::string_view text) {
  auto entry = parse_jaas_config(kKey, text);
  return entry ? shown(*entry) : entry.error().message;
}

// The message behind the key.
std::string wrong(std::string_view text) {
  auto entry = parse_jaas_config("k", text);
  return entry ? "accepted: " + shown(*entry) : entry.error().message.substr(3);
}

std::string file(std::string_view text, const SystemProperties& properties = {}) {
  auto sections = parse_jaas_file("f", text, properties);
  if (!sections) return sections.error().message;
  std::string all;
  for (const auto& [name, entries] : *sections) {
    all += name + "{";
    for (const JaasEntry& entry : entries) all += shown(entry);
    all += "}";
  }
  return all;
}

JaasSections sections_of(std::string_view text) {
  auto sections = parse_jaas_file("f", text);
  REQUIRE(sections);
  return *sections;
}

}  // namespace

TEST_CASE("an entry is a class, a flag and options") {
  REQUIRE(config("org.example.Module required;") == "org.example.Module required;");
  REQUIRE(config("a.B$C required user=\"alice\" password=secret-1.x_$;") ==
          "a.B$C required password=secret-1.x_$ user=alice;");
  REQUIRE(config("  m\n\trequired\r\n a = b\n ; ") == "m required a=b;");
}

TEST_CASE("there are four flags, in letters of either case") {
  REQUIRE(config("m Requisite;") == "m requisite;");
  REQUIRE(config("m SUFFICIENT;") == "m sufficient;");
  REQUIRE(config("m optional;") == "m optional;");
}

TEST_CASE("anything of it may stand in quotes of either kind") {
  REQUIRE(config("'m' \"required\" \"a b\"='c;\"d';") == "m required a b=c;\"d;");
  REQUIRE(config("m required a=\"v = 1, w = 2\" b=\"\";") == "m required a=v = 1, w = 2 b=;");
}

TEST_CASE("a backslash in quotes escapes signs, letters and octal numbers") {
  REQUIRE(config(R"(m required a="x\"y\\z\'\q";)") == "m required a=x\"y\\z'q;");
  REQUIRE(config(R"(m required a="\t\n\r\f\a\b\v";)") == "m required a=\t\n\r\f\a\b\v;");
  REQUIRE(config(R"(m required a="\101\7\1018\477\351";)") == "m required a=A\aA8'7é;");
}

TEST_CASE("comments may stand between any two words") {
  REQUIRE(config("// first\nm /* a ; b */ required // a=1;\n a/**/=/* */b;") == "m required a=b;");
}

TEST_CASE("letters of every script need no quotes") {
  REQUIRE(config("m required a=ü日;") == "m required a=ü日;");
}

TEST_CASE("of an option that is given twice, the last one counts") {
  REQUIRE(config("m required a=b a=\"c\";") == "m required a=c;");
}

TEST_CASE("a quote that is not closed ends with its line, as in Java") {
  REQUIRE(config("m required a=\"b \n c=d;") == "m required a=b  c=d;");
}

TEST_CASE("text without its line continuations is refused with what it lacks") {
  const std::string hint =
      ". In a properties file every line of it but the last needs a backslash at its end, or all of it "
      "stands on "
      "one line";
  REQUIRE(wrong("org.example.Module required") ==
          "it ends at line 1, column 28, behind the flag, where the name of an option or ';' was expected" +
              hint);
  REQUIRE(wrong("org.example.Module ") ==
          "it ends at line 1, column 19, behind the login module's class, where a flag (required, requisite, "
          "sufficient or optional) was expected" +
              hint);
  REQUIRE(wrong("m required\n  user=\"a\"") ==
          "it ends at line 2, column 11, behind an option's value, where the name of an option or ';' was "
          "expected" +
              hint);
  REQUIRE(wrong("m required user=") ==
          "it ends at line 1, column 17, behind '=', where the value of an option was expected" + hint);
  REQUIRE(
      wrong("m required user") ==
      "it ends at line 1, column 16, behind an option's name, where '=' and the option's value was expected" +
          hint);
}

TEST_CASE("what is expected is said with its place") {
  REQUIRE(wrong("m user=\"a\";") ==
          "line 1, column 3: expected a flag (required, requisite, sufficient or optional), found a word");
  REQUIRE(wrong("m { a=b;") ==
          "line 1, column 3: expected a flag (required, requisite, sufficient or optional), found '{'");
  REQUIRE(wrong("; required;") == "line 1, column 1: expected the class of a login module, found ';'");
  REQUIRE(wrong("m required\r\n é a;") ==
          "line 2, column 4: expected '=' and the option's value, found a word");
  REQUIRE(wrong("m required a;") == "line 1, column 13: expected '=' and the option's value, found ';'");
  REQUIRE(wrong("m required \"a\" 'b'") ==
          "line 1, column 16: expected '=' and the option's value, found text in single quotes");
  REQUIRE(wrong("\"\" required;") == "the class of a login module has no name");
}

TEST_CASE("the likely reason is said beside what is wrong") {
  REQUIRE(wrong("m required a=1x;") ==
          "line 1, column 14: expected the value of an option, found a number. Text that begins with a "
          "digit, '.' or "
          "'-' needs quotes");
  REQUIRE(wrong("m required a=-x;") ==
          "line 1, column 14: expected the value of an option, found a sign that only text in quotes can "
          "have. Text "
          "that begins with a digit, '.' or '-' needs quotes");
  REQUIRE(wrong("m required a=b/c;") ==
          "it ends at line 1, column 15, behind an option's value, where the name of an option or ';' was "
          "expected. "
          "The '/' at line 1, column 15 begins a comment: text with a slash needs quotes");
  REQUIRE(wrong("m required\na=\"b;\nc") ==
          "it ends at line 3, column 2, behind an option's name, where '=' and the option's value was "
          "expected. The "
          "quote at line 2, column 3 is not closed on its line");
  REQUIRE(wrong("# m\nm required;") ==
          "line 1, column 1: expected the class of a login module, found '#'. Comments begin with // or "
          "stand between "
          "/* and */");
}

TEST_CASE("no failure shows a word of the text") {
  REQUIRE(wrong("m required password=\"x\" s3cret;").find("s3cret") == std::string::npos);
  REQUIRE(wrong("m required password=two s3cret=;").find("s3cret") == std::string::npos);
  REQUIRE(wrong("m required password=ab!cd;").find('!') == std::string::npos);
  REQUIRE(wrong("s3cret s3cret").find("s3cret") == std::string::npos);
  REQUIRE(file("K { m required password=\"${s3cret}\"; };").find("s3cret") == std::string::npos);
}

TEST_CASE("sasl.jaas.config has one login module") {
  REQUIRE(wrong("") == "it is empty, where a login module's class, a flag, options and ';' were expected");
  REQUIRE(wrong(" // m required;") ==
          "it is empty, where a login module's class, a flag, options and ';' were expected");
  REQUIRE(wrong("m required; n required;") ==
          "it has 2 login modules, and must have one. A ';' ends a module: text with one needs quotes");
}

TEST_CASE("text that is not UTF-8 is refused where it is") {
  REQUIRE(wrong("m required a=\"\xe9\";") == "line 1, column 14: an option's value is not UTF-8");
}

TEST_CASE("a file has sections with several entries each") {
  REQUIRE(file("KafkaServer {\n  m required a=b;\n  n optional;\n};\n"
               "external.KafkaServer { o sufficient; };\n// end\nKafkaClient { };") ==
          "KafkaClient{}KafkaServer{m required a=b;n optional;}external.KafkaServer{o sufficient;}");
  REQUIRE(file("") == "");
}

TEST_CASE("in a file only double quotes are quotes, and a star is a letter") {
  REQUIRE(file("A { m required a='b'; };") ==
          "f: line 1, column 18: expected the value of an option, found text in single quotes. In a JAAS "
          "file only "
          "double quotes are quotes");
  REQUIRE(file("A { m required a=*; };") == "A{m required a=*;}");
  REQUIRE(
      wrong("m required a=*;") ==
      "line 1, column 14: expected the value of an option, found a sign that only text in quotes can have");
}

TEST_CASE("what is wrong in a file is said with its name") {
  REQUIRE(file("A { m required; }") ==
          "f: it ends at line 1, column 18, behind '}', where ';' behind the section's '}' was expected");
  REQUIRE(file("A { m required;\n") ==
          "f: it ends at line 1, column 16, behind ';', where the class of a login module was expected");
  REQUIRE(file("A m required;") == "f: line 1, column 3: expected '{', found a word");
  REQUIRE(file("{ m required; };") == "f: line 1, column 1: expected the name of a section, found '{'");
  REQUIRE(file("A { };\nA { };") == "f: the section at line 2, column 1 has the name of one before it");
  REQUIRE(file("A { m required };") ==
          "f: line 1, column 16: expected the name of an option or ';', found '}'");
}

TEST_CASE("in a file's values system properties stand for themselves") {
  const SystemProperties properties = {{"user", "alice"}, {"blank", ""}};
  REQUIRE(file("A { m required a=\"<${user}>${/}${user}\"; };", properties) ==
          "A{m required a=<alice>/alice;}");
  REQUIRE(file("A { m required a=\"${{user}}${user\" b=\"$\"; };", properties) ==
          "A{m required a=${{user}}${user b=$;}");
  REQUIRE(file("A { m required a=\"${blank}\"; };", properties) ==
          "f: line 1, column 18: the ${..} in an option's value stands for nothing");
  REQUIRE(
      file("A { m required a=\"${other}\"; };", properties) ==
      "f: line 1, column 18: the ${..} in an option's value is no system property that is known: it needs "
      "-Dname=value in KAFKA_OPTS");
  REQUIRE(config("m required a=\"${user}\";") == "m required a=${user};");
}

TEST_CASE("a listener has its own section or the one that all share") {
  const JaasSections sections = sections_of(
      "KafkaServer { m required; }; external.KafkaServer { n required; }; empty.KafkaServer { };");
  REQUIRE(find_server_entries(sections, "EXTERNAL")->front().login_module == "n");
  REQUIRE(find_server_entries(sections, "INTERNAL")->front().login_module == "m");
  REQUIRE(find_server_entries(sections, "EMPTY")->front().login_module == "m");
  REQUIRE(find_server_entries(sections_of("Server { m required; };"), "EXTERNAL") == nullptr);
}

TEST_CASE("each mechanism has its login module") {
  const JaasSections sections = sections_of(
      "KafkaServer { org.apache.kafka.common.security.scram.ScramLoginModule required a=scram;\n"
      "org.apache.kafka.common.security.plain.PlainLoginModule required a=plain;\n"
      "com.sun.security.auth.module.Krb5LoginModule required a=kerberos; };");
  const JaasEntries& entries = *find_server_entries(sections, "ANY");
  REQUIRE(find_entry(entries, "SCRAM-SHA-512")->options.at("a") == "scram");
  REQUIRE(find_entry(entries, "SCRAM-SHA-256")->options.at("a") == "scram");
  REQUIRE(find_entry(entries, "PLAIN")->options.at("a") == "plain");
  REQUIRE(find_entry(entries, "GSSAPI")->options.at("a") == "kerberos");
  REQUIRE(find_entry(entries, "OAUTHBEARER") == nullptr);
  REQUIRE(find_entry(entries, "CRAM-MD5") == nullptr);
}

TEST_CASE("PLAIN has a login of the node and the passwords of its clients") {
  const JaasSections sections = sections_of(
      "KafkaServer { org.apache.kafka.common.security.plain.PlainLoginModule required\n"
      "  username=\"admin\" password=\"a\" user_admin=\"a\" user_bob=\"b\" users=\"x\";\n"
      "  other.Module required username=eve user_eve=e;\n"
      "  org.apache.kafka.common.security.plain.PlainLoginModule optional user_bob=\"c\" user_carol=\"d\"; "
      "};");
  const PlainLogins logins = plain_logins(*find_server_entries(sections, "ANY"));
  REQUIRE(logins.username == "admin");
  REQUIRE(logins.password == "a");
  const std::map<std::string, std::string, std::less<>> users = {
      {"admin", "a"}, {"bob", "b"}, {"carol", "d"}};
  REQUIRE(logins.users == users);
}

TEST_CASE("who has no PLAIN entry has no logins") {
  const PlainLogins logins = plain_logins({{"other.Module", JaasFlag::kRequired, {{"username", "eve"}}}});
  REQUIRE_FALSE(logins.username);
  REQUIRE(logins.users.empty());
}
