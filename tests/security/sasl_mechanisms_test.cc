#include "tests/testing.h"

#include <thread>
#include <vector>

#include "security/sasl_mechanisms.h"
#include "security/scram_client.h"
#include "tests/security/scram_fixture.h"

using namespace klamm;
using namespace klamm::security;
using namespace klamm::security::testing;

namespace {

using std::string_literals::operator""s;

constexpr auto kDone = SaslStep::What::kDone;
constexpr auto kRefused = SaslStep::What::kRefused;

struct Node {
  Node() {
    credentials.add(ScramMechanism::kSha256, "alice", "alice-secret", "klammklammklammklamm");
    credentials.add(ScramMechanism::kSha512, "alice", "alice-secret", "klammklammklammklamm");
  }

  std::unique_ptr<SaslServer> server(std::string_view mechanism) {
    return make_sasl_server(mechanism, {credentials, plain_users, strict_nonce});
  }
  SaslStep plain(const std::string& token) { return server("PLAIN")->step(as_bytes(token)); }

  FakeCredentials credentials;
  PlainUsers plain_users = {
      {"alice", "alice-secret"}, {"bob", "bob-secret"}, {" carol", "c"}, {"nopass", ""}};
  bool strict_nonce = false;
};

// A login of alice, and how it ends.
SaslStep scram_login(Node& node, ScramMechanism mechanism, const std::string& password) {
  auto server = node.server(name_of(mechanism));
  ScramClient client(mechanism, "alice", password, new_scram_nonce());
  const SaslStep first = server->step(client.first());
  const SaslStep last = server->step(client.step(first.token).value());
  if (last.what == kDone) REQUIRE(client.step(last.token));
  if (last.what == kDone) REQUIRE(server->user() == "alice");
  return last;
}

}  // namespace

TEST_CASE("The mechanisms that are there can be enabled") {
  REQUIRE(sasl_mechanism_names() == "PLAIN, SCRAM-SHA-256, SCRAM-SHA-512");
  const std::vector<std::string> all = {"PLAIN", "SCRAM-SHA-256", "SCRAM-SHA-512"};
  const auto prepared = prepare_sasl(all);
  REQUIRE((prepared ? "" : prepared.error().message) == "");
}

TEST_CASE("A mechanism that is not there cannot be enabled, and is told of by its name") {
  for (const char* name : {"GSSAPI", "OAUTHBEARER", "EXTERNAL", "LOGIN", "plain", "SCRAM-SHA-512-PLUS", ""}) {
    INFO(name);
    const std::vector<std::string> names = {"PLAIN", name};
    const auto prepared = prepare_sasl(names);
    REQUIRE_FALSE(prepared);
    REQUIRE(prepared.error().message.find(name) != std::string::npos);
    REQUIRE(Node().server(name) == nullptr);
  }
}

TEST_CASE("PLAIN lets in who knows the password") {
  Node node;
  auto server = node.server("PLAIN");
  const SaslStep step = server->step(as_bytes("\0alice\0alice-secret"s));
  REQUIRE(step.what == kDone);
  REQUIRE(step.token.empty());
  REQUIRE(server->user() == "alice");
  REQUIRE(server->mechanism() == "PLAIN");
}

TEST_CASE("PLAIN refuses a wrong password and an unknown user in the same words, and tells the log which") {
  Node node;
  const SaslStep wrong = node.plain("\0alice\0bob-secret"s);
  const SaslStep unknown = node.plain("\0nobody\0alice-secret"s);
  REQUIRE(wrong.what == kRefused);
  REQUIRE(unknown.what == kRefused);
  REQUIRE(wrong.answer == "Authentication failed: Invalid username or password");
  REQUIRE(unknown.answer == wrong.answer);
  REQUIRE(wrong.reason == "user 'alice' gave a wrong password");
  REQUIRE(unknown.reason == "there is no user 'nobody' among those of PlainLoginModule");
}

TEST_CASE("PLAIN refuses what is missing, in Kafka's words") {
  Node node;
  REQUIRE(node.plain("\0\0alice-secret"s).answer == "Authentication failed: username not specified");
  REQUIRE(node.plain("\0alice\0"s).answer == "Authentication failed: password not specified");
  REQUIRE(node.plain("\0nopass\0"s).answer == "Authentication failed: password not specified");
  REQUIRE(node.plain("").answer == "Invalid SASL/PLAIN response: expected 3 tokens, got 1");
  REQUIRE(node.plain("alice\0alice-secret"s).answer ==
          "Invalid SASL/PLAIN response: expected 3 tokens, got 2");
  REQUIRE(node.plain("\0alice\0alice-secret\0"s).answer ==
          "Invalid SASL/PLAIN response: expected 3 tokens, got 4");
  REQUIRE(node.plain("\0a\0b\0c\0d\0e"s).answer == "Invalid SASL/PLAIN response: expected 3 tokens, got 4");
}

TEST_CASE("PLAIN takes an authorization id that is the user's own, and no other") {
  Node node;
  REQUIRE(node.plain("alice\0alice\0alice-secret"s).what == kDone);
  const SaslStep other = node.plain("bob\0alice\0alice-secret"s);
  REQUIRE(other.what == kRefused);
  REQUIRE(other.answer ==
          "Authentication failed: Client requested an authorization id that is different from username");
  REQUIRE(other.reason == "user 'alice' asked to be 'bob'");
  REQUIRE(node.plain("bob\0alice\0wrong"s).answer == "Authentication failed: Invalid username or password");
}

TEST_CASE("PLAIN takes names as they are, blanks and all") {
  Node node;
  REQUIRE(node.plain("\0 alice\0alice-secret"s).what == kRefused);
  REQUIRE(node.plain("\0alice \0alice-secret"s).what == kRefused);
  REQUIRE(node.plain("\0carol\0c"s).what == kRefused);
  REQUIRE(node.plain("\0ALICE\0alice-secret"s).what == kRefused);
  REQUIRE(node.plain("\0 carol\0c"s).what == kDone);
}

TEST_CASE("PLAIN takes names and passwords of any length") {
  Node node;
  for (const size_t size : {1022, 1023, 1024, 70'000}) {
    const std::string name(size, 'n');
    node.plain_users[name] = std::string(size, 'p');
    REQUIRE(node.plain("\0"s + name + "\0"s + std::string(size, 'p')).what == kDone);
    REQUIRE(node.plain("\0"s + name + "\0"s + std::string(size - 1, 'p')).what == kRefused);
    REQUIRE(node.plain(name + "x\0"s + name + "\0"s + std::string(size, 'p')).what == kRefused);
  }
}

TEST_CASE("PLAIN has one step, whatever comes of it") {
  Node node;
  auto server = node.server("PLAIN");
  REQUIRE(server->step(as_bytes("\0alice\0alice-secret"s)).what == kDone);
  REQUIRE(server->step(as_bytes("\0alice\0alice-secret"s)).what == kRefused);
  auto other = node.server("PLAIN");
  REQUIRE(other->step(as_bytes("\0alice\0wrong"s)).what == kRefused);
  REQUIRE(other->step(as_bytes("\0alice\0alice-secret"s)).what == kRefused);
}

TEST_CASE("No reason holds a password") {
  Node node;
  for (const std::string& token : {"\0alice\0hunter2"s, "\0nobody\0hunter2"s, "x\0alice\0alice-secret"s,
                                   "\0\0hunter2"s, "hunter2"s, "\0alice\0hunter2\0"s}) {
    const SaslStep step = node.plain(token);
    REQUIRE((step.reason + step.answer).find("hunter2") == std::string::npos);
    REQUIRE((step.reason + step.answer).find("alice-secret") == std::string::npos);
  }
}

TEST_CASE("SCRAM logs in, and is refused for a wrong password, through Cyrus") {
  Node node;
  for (const auto mechanism : {ScramMechanism::kSha256, ScramMechanism::kSha512}) {
    REQUIRE(scram_login(node, mechanism, "alice-secret").what == kDone);
    const SaslStep wrong = scram_login(node, mechanism, "alice-secrets");
    REQUIRE(wrong.what == kRefused);
    REQUIRE(wrong.reason == "user 'alice' gave a wrong password");
  }
}

TEST_CASE("SCRAM's own words come through Cyrus") {
  Node node;
  const SaslStep step = node.server("SCRAM-SHA-512")->step(as_bytes("n,a=bob,n=alice,r=x"));
  REQUIRE(step.what == kRefused);
  REQUIRE(step.answer ==
          "Authentication failed: Client requested an authorization id that is different from username");
  REQUIRE(step.reason == "user 'alice' asked to be 'bob'");
}

TEST_CASE("A SCRAM exchange that is over stays over, and an empty token is one too") {
  Node node;
  auto server = node.server("SCRAM-SHA-256");
  REQUIRE(server->step({}).what == kRefused);
  REQUIRE(server->step(as_bytes("n,,n=alice,r=x")).what == kRefused);
}

TEST_CASE("The salt of a user that does not exist stays the same, and the nonce does not") {
  Node node;
  const auto answer = [&] {
    return text_of(node.server("SCRAM-SHA-512")->step(as_bytes("n,,n=nobody,r=x")).token);
  };
  const std::string one = answer();
  const std::string other = answer();
  REQUIRE(one != other);
  REQUIRE(one.substr(one.find(",s=")) == other.substr(other.find(",s=")));
}

TEST_CASE("Logins of several threads do not disturb each other") {
  Node node;
  std::vector<int> let_in(4);
  std::vector<std::thread> threads;
  for (int& count : let_in) {
    threads.emplace_back([&] {
      for (int i = 0; i < 100; ++i) count += node.plain("\0alice\0alice-secret"s).what == kDone;
      for (int i = 0; i < 100; ++i) count += node.plain("\0bob\0alice-secret"s).what == kDone;
    });
  }
  for (std::thread& thread : threads) thread.join();
  REQUIRE(let_in == std::vector<int>(4, 100));
}
