// Our login against the login that the server side has: two machines, and no network.
#include "tests/testing.h"

#include <optional>
#include <string>
#include <utility>

#include "broker/login.h"
#include "broker/net/peer_login.h"
#include "protocol/frame.h"
#include "protocol/messages/sasl_authenticate_response.h"
#include "protocol/messages/sasl_handshake_response.h"
#include "tests/security/scram_fixture.h"

using namespace klamm;
using namespace klamm::broker;
using namespace klamm::broker::net;
using security::ScramMechanism;

namespace {

constexpr std::string_view kPassword = "alice-secret";

template <class Message>
Bytes body_of(const Message& message, int16_t version) {
  Bytes body;
  protocol::Writer writer(body);
  message.write(writer, version);
  return body;
}

Bytes versions_answer(int16_t authenticate_max) {
  protocol::ApiVersionsResponse response;
  response.api_keys.resize(2);
  response.api_keys[0].api_key = 17;
  response.api_keys[0].max_version = 1;
  response.api_keys[1].api_key = 36;
  response.api_keys[1].max_version = authenticate_max;
  return body_of(response, 0);
}

struct Fixture {
  Fixture() {
    config.mechanisms = {"PLAIN", "SCRAM-SHA-256", "SCRAM-SHA-512"};
    config.plain_users = {{"alice", std::string(kPassword)}};
  }

  // What the server answers to a question: its body; nullopt where it says nothing.
  std::optional<Bytes> ask(const PeerQuestion& question) {
    versions.push_back(question.version);
    Bytes frame;
    protocol::Writer writer(frame);
    protocol::RequestHeader{question.key, question.version, 7, "broker-1"}.write(writer);
    writer.raw(question.body);
    const auto verdict = server.on_frame(frame, now_ms);
    if (verdict.what == Login::Verdict::What::kPass) return versions_answer(authenticate_max);
    if (verdict.reply.empty()) return std::nullopt;
    protocol::Reader reader(ByteView(verdict.reply).subspan(4));
    protocol::read_response_header(reader, question.key, question.version);
    return Bytes(reader.rest().begin(), reader.rest().end());
  }
  // Goes on to the end: what failed, or nothing.
  std::string run(PeerQuestion question) {
    while (true) {
      auto answer = ask(question);
      if (!answer) return "no answer";
      PeerStep step = client.on_answer(*answer);
      if (!step) return step.error().message;
      if (!*step) return "";
      question = **std::move(step);
    }
  }
  std::string log_in() { return run(client.begin()); }

  security::testing::FakeCredentials credentials = security::testing::credentials_of("alice", kPassword);
  SaslConfig config;
  int64_t now_ms = 1'000'000;
  int16_t authenticate_max = 2;
  std::vector<int16_t> versions;  // of what was asked
  PeerSasl sasl{.mechanism = "SCRAM-SHA-512",
                .mechanism_key = "sasl.mechanism.inter.broker.protocol",
                .login = {"alice", std::string(kPassword)}};
  Login server{{config, credentials, "SASL"}};
  PeerLogin client{sasl};
};

bool has(const std::string& text, std::string_view part) {
  INFO(text);
  return text.find(part) != std::string::npos;
}

}  // namespace

TEST_CASE_METHOD(Fixture, "a node logs in with each mechanism that it can") {
  sasl.mechanism = GENERATE("PLAIN", "SCRAM-SHA-256", "SCRAM-SHA-512");
  REQUIRE(log_in() == "");
  REQUIRE(server.is_open());
  REQUIRE(server.principal() == "User:alice");
  REQUIRE(server.mechanism() == sasl.mechanism);
}

TEST_CASE_METHOD(Fixture, "a login asks in the newest versions that the other node knows") {
  REQUIRE(log_in() == "");
  REQUIRE(versions == std::vector<int16_t>{0, 1, 2, 2});
}

TEST_CASE_METHOD(Fixture, "a login with an older node goes by its version of SaslAuthenticate") {
  authenticate_max = 1;
  REQUIRE(log_in() == "");
  REQUIRE(versions == std::vector<int16_t>{0, 1, 1, 1});
}

TEST_CASE_METHOD(Fixture, "a node whose listener has no SASL is said to have none") {
  authenticate_max = 0;
  REQUIRE(has(log_in(), "compare listener.security.protocol.map of both nodes"));
}

TEST_CASE_METHOD(Fixture, "a wrong password is said to be refused, and is not shown") {
  sasl.mechanism = GENERATE("PLAIN", "SCRAM-SHA-256");
  sasl.login.password = "no-such-secret";
  const std::string why = log_in();
  REQUIRE(has(
      why, "the login of user 'alice' with SASL mechanism " + sasl.mechanism + " failed: the node there "));
  REQUIRE(has(why, "compare username and password"));
  REQUIRE_FALSE(has(why, "no-such-secret"));
}

TEST_CASE_METHOD(Fixture, "a mechanism that is not enabled there is told with those that are") {
  config.mechanisms = {"PLAIN", "SCRAM-SHA-256"};
  REQUIRE(
      has(log_in(),
          "has not enabled it, but 'PLAIN,SCRAM-SHA-256'; add it to sasl.enabled.mechanisms of its listener, "
          "or set sasl.mechanism.inter.broker.protocol to one of these"));
}

TEST_CASE_METHOD(Fixture,
                 "a mechanism that this node cannot use is told with the key and those that it can") {
  sasl.mechanism = "GSSAPI";
  client.begin();
  REQUIRE(client.on_answer(versions_answer(2)).ok());
  auto step = client.on_answer(body_of(protocol::SaslHandshakeResponse(), 1));
  REQUIRE_FALSE(step.ok());
  REQUIRE(has(step.error().message,
              "set sasl.mechanism.inter.broker.protocol to one of PLAIN, SCRAM-SHA-256, SCRAM-SHA-512"));
}

TEST_CASE_METHOD(Fixture, "a login tells how long it counts") {
  config.reauth_max_ms = 3'600'000;
  REQUIRE(log_in() == "");
  REQUIRE(client.session_lifetime_ms() == 3'600'000);
}

TEST_CASE_METHOD(Fixture, "a node logs in again without asking for versions") {
  config.reauth_max_ms = 10'000;
  REQUIRE(log_in() == "");
  now_ms += 9'000;
  versions.clear();
  REQUIRE(run(client.begin_again()) == "");
  REQUIRE(versions == std::vector<int16_t>{1, 2, 2});
  REQUIRE(server.is_open());
  REQUIRE(server.expires_at_ms() == now_ms + 10'000);
}

TEST_CASE_METHOD(Fixture, "a server that does not prove that it knows the password is not logged in to") {
  PeerQuestion question = client.begin();
  for (int i = 0; i < 3; ++i) question = **client.on_answer(*ask(question));
  protocol::SaslAuthenticateResponse response;
  response.auth_bytes = as_bytes("v=AAAA");
  auto step = client.on_answer(body_of(response, 2));
  REQUIRE_FALSE(step.ok());
  REQUIRE(has(step.error().message, "the server does not know the password"));
}

TEST_CASE_METHOD(Fixture, "what makes no sense fails a login wherever it comes") {
  const int good_answers = GENERATE(0, 1, 2, 3);
  PeerQuestion question = client.begin();
  for (int i = 0; i < good_answers; ++i) question = **client.on_answer(*ask(question));
  REQUIRE_FALSE(client.on_answer(as_bytes("?")).ok());
}
