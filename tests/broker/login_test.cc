#include "tests/testing.h"

#include <map>
#include <string>
#include <vector>

#include "broker/login.h"
#include "protocol/messages/api_versions_request.h"
#include "protocol/messages/metadata_request.h"
#include "protocol/messages/sasl_authenticate_request.h"
#include "protocol/messages/sasl_authenticate_response.h"
#include "protocol/messages/sasl_handshake_request.h"
#include "protocol/messages/sasl_handshake_response.h"
#include "security/sasl_mechanisms.h"
#include "security/scram_client.h"
#include "tests/broker/hex.h"

using namespace klamm;
using namespace klamm::broker;
using std::string_literals::operator""s;
using klamm::broker::testing::bytes_of_hex;
using klamm::broker::testing::hex;

namespace {

using What = Login::Verdict::What;

constexpr auto k512 = security::ScramMechanism::kSha512;
constexpr int64_t kNow = 1'000'000;
const std::string kAlice = "\0alice\0alice-secret"s;
const std::string kBob = "\0bob\0bob-secret"s;

class FakeCredentials final : public security::SaslCredentials {
 public:
  std::optional<security::ScramVerifier> scram(security::ScramMechanism mechanism,
                                               std::string_view user) const override {
    if (mechanism != k512 || user != "alice") return std::nullopt;
    const ByteView salt = as_bytes("klammklammklammklamm");
    return security::scram_verifier(k512, security::scram_salted_password(k512, "alice-secret", salt, 4096),
                                    salt, 4096);
  }
};

// What an answer says: its error, and of SaslAuthenticate its message, token and lifetime.
struct Answer {
  int16_t error = -1;
  std::string text;
  std::string token;
  int64_t lifetime_ms = 0;
};

Answer read_token_answer(ByteView frame, int16_t version) {
  protocol::Reader reader(frame.subspan(4));
  protocol::read_response_header(reader, 36, version);
  protocol::SaslAuthenticateResponse response;
  response.read(reader, version);
  REQUIRE((reader.ok() && reader.remaining() == 0 && load_be32(frame.data()) == frame.size() - 4));
  return {response.error_code, std::string(response.error_message.value_or("null")),
          std::string(as_text(response.auth_bytes)), response.session_lifetime_ms};
}

// A connection of the listener SASL, as its client sees it.
struct Client {
  explicit Client(int64_t reauth_max_ms = 0) {
    config.mechanisms = {"PLAIN", "SCRAM-SHA-512"};
    config.plain_users = {{"alice", "alice-secret"}, {"bob", "bob-secret"}};
    config.reauth_max_ms = reauth_max_ms;
  }

  template <class Request>
  Login::Verdict send(int16_t version, const Request& request) {
    Bytes frame;
    protocol::append_request(frame, version, 7, "client", request);
    return login.on_frame(ByteView(frame).subspan(4), now_ms);
  }
  Login::Verdict send_raw(std::string_view frame) { return login.on_frame(as_bytes(frame), now_ms); }
  Login::Verdict handshake(std::string_view mechanism = "PLAIN", int16_t version = 1) {
    protocol::SaslHandshakeRequest request;
    request.mechanism = mechanism;
    return send(version, request);
  }
  Login::Verdict authenticate(std::string_view token, int16_t version = 2) {
    protocol::SaslAuthenticateRequest request;
    request.auth_bytes = as_bytes(token);
    return send(version, request);
  }
  Login::Verdict api_versions(int16_t version = 3, std::string_view software = "apache-kafka-java") {
    protocol::ApiVersionsRequest request;
    request.client_software_name = software;
    request.client_software_version = "4.3.1";
    return send(version, request);
  }
  Login::Verdict metadata() { return send(12, protocol::MetadataRequest()); }
  Login::Verdict log_in(std::string_view token = kAlice, int16_t version = 2) {
    REQUIRE(handshake().what == What::kReply);
    return authenticate(token, version);
  }

  FakeCredentials credentials;
  SaslConfig config;
  int64_t now_ms = kNow;
  Login login{{config, credentials, "SASL"}};
};

bool says(const Login::Verdict& verdict, std::string_view text) {
  INFO(verdict.reason);
  return verdict.reason.find(text) != std::string::npos;
}

}  // namespace

TEST_CASE("A login with PLAIN opens the connection") {
  Client client;
  REQUIRE(client.handshake().what == What::kReply);
  REQUIRE_FALSE(client.login.is_open());
  const auto verdict = client.authenticate(kAlice);
  REQUIRE(verdict.what == What::kReply);
  REQUIRE(client.login.is_open());
  REQUIRE(client.login.principal() == "User:alice");
  REQUIRE(client.login.mechanism() == "PLAIN");
  REQUIRE(client.login.expires_at_ms() == INT64_MAX);
  REQUIRE(client.metadata().what == What::kPass);
}

// Size, correlation id, error, then the mechanisms as Kafka's schema has them.
TEST_CASE("The handshake's answer has the enabled mechanisms, in the bytes of both versions") {
  const std::string body = "00000007 0000 00000002 0005504c41494e 000d534352414d2d5348412d353132";
  for (const int16_t version : {0, 1}) {
    Client client;
    const auto verdict = client.handshake("SCRAM-SHA-512", version);
    REQUIRE(hex(verdict.reply) == hex(bytes_of_hex("00000020" + body)));
  }
}

// Version 2 is flexible: a tag section in the header, compact fields and one behind them. The message is
// empty rather than null.
TEST_CASE("The answer to a token has the bytes of its version") {
  const std::map<int16_t, std::string> answers = {
      {0, "0000000c 00000007 0000 0000 00000000"},
      {1, "00000014 00000007 0000 0000 00000000 0000000000000000"},
      {2, "00000012 00000007 00 0000 01 01 0000000000000000 00"},
  };
  for (const auto& [version, bytes] : answers) {
    Client client;
    REQUIRE(hex(client.log_in(kAlice, version).reply) == hex(bytes_of_hex(bytes)));
  }
}

TEST_CASE("A login with SCRAM takes two tokens, and is alice's") {
  Client client;
  security::ScramClient scram(k512, "alice", "alice-secret", "nonce");
  REQUIRE(client.handshake("SCRAM-SHA-512").what == What::kReply);
  const auto first = client.authenticate(as_text(scram.first()));
  REQUIRE_FALSE(client.login.is_open());
  const Bytes proof = scram.step(as_bytes(read_token_answer(first.reply, 2).token)).value();
  const auto last = client.authenticate(as_text(proof));
  REQUIRE(scram.step(as_bytes(read_token_answer(last.reply, 2).token)));
  REQUIRE(client.login.is_open());
  REQUIRE(client.login.principal() == "User:alice");
  REQUIRE(client.login.mechanism() == "SCRAM-SHA-512");
}

TEST_CASE("After a handshake of version 0 tokens come without headers, and go so") {
  Client client;
  REQUIRE(client.handshake("PLAIN", 0).what == What::kReply);
  const auto verdict = client.send_raw(kAlice);
  REQUIRE(verdict.what == What::kReply);
  REQUIRE(hex(verdict.reply) == "00000000");
  REQUIRE(client.login.principal() == "User:alice");
}

TEST_CASE("A login without headers that fails ends without an answer") {
  Client client;
  REQUIRE(client.handshake("PLAIN", 0).what == What::kReply);
  const auto verdict = client.send_raw("\0alice\0wrong"s);
  REQUIRE(verdict.what == What::kRefuse);
  REQUIRE(verdict.reply.empty());
  REQUIRE(says(verdict, "user 'alice' gave a wrong password"));
}

TEST_CASE("A mechanism that is not enabled is answered with those that are, and ends the connection") {
  Client client;
  const auto verdict = client.handshake("SCRAM-SHA-256");
  REQUIRE(verdict.what == What::kRefuse);
  REQUIRE(hex(verdict.reply).substr(0, 20) ==
          "00000020"
          "00000007"
          "0021");
  REQUIRE(verdict.reason ==
          "it wants SASL mechanism 'SCRAM-SHA-256', and sasl.enabled.mechanisms of listener "
          "SASL has PLAIN,SCRAM-SHA-512");
  REQUIRE(client.handshake().what == What::kRefuse);
}

TEST_CASE("Names of mechanisms are quoted and cut in what is logged") {
  Client client;
  const auto verdict = client.handshake("\r\n" + std::string(7000, 'x'));
  REQUIRE(says(verdict, "'\\x0D\\x0Axxx"));
  REQUIRE(verdict.reason.size() < 400);
}

TEST_CASE("A wrong password is answered with error 58 in Kafka's words") {
  Client client;
  const auto verdict = client.log_in("\0alice\0wrong"s);
  REQUIRE(verdict.what == What::kRefuse);
  const Answer answer = read_token_answer(verdict.reply, 2);
  REQUIRE(answer.error == 58);
  REQUIRE(answer.text == "Authentication failed: Invalid username or password");
  REQUIRE(verdict.reason ==
          "its authentication with SASL mechanism PLAIN failed: user 'alice' gave a wrong password");
  REQUIRE(client.login.principal().empty());
  REQUIRE(client.authenticate(kAlice).what == What::kRefuse);
}

TEST_CASE("A SCRAM login that fails is told nothing but that") {
  Client client;
  REQUIRE(client.handshake("SCRAM-SHA-512").what == What::kReply);
  const auto verdict = client.authenticate("nonsense");
  const Answer answer = read_token_answer(verdict.reply, 2);
  REQUIRE(answer.error == 58);
  REQUIRE(answer.text ==
          "Authentication failed during authentication due to invalid credentials with SASL mechanism "
          "SCRAM-SHA-512");
}

TEST_CASE("ApiVersions passes once before the handshake, and again only if it was answered with an error") {
  Client client;
  REQUIRE(client.api_versions(99).what == What::kPass);
  REQUIRE(client.api_versions(3, "no good name!").what == What::kPass);
  REQUIRE(client.api_versions(3).what == What::kPass);
  REQUIRE(client.api_versions(3).what == What::kRefuse);
}

TEST_CASE("A login goes on behind ApiVersions") {
  Client client;
  REQUIRE(client.api_versions(0).what == What::kPass);
  REQUIRE(client.log_in().what == What::kReply);
  REQUIRE(client.login.is_open());
}

TEST_CASE("ApiVersions in the middle of a login is refused with ILLEGAL_SASL_STATE") {
  Client client;
  client.handshake();
  const auto verdict = client.api_versions(3);
  REQUIRE(verdict.what == What::kRefuse);
  REQUIRE(hex(verdict.reply).substr(8, 12) ==
          "00000007"
          "0022");
  REQUIRE(says(verdict, "ApiVersions in the middle of its authentication"));
}

TEST_CASE(
    "A second handshake in the middle of a login is refused with ILLEGAL_SASL_STATE and no mechanisms") {
  Client client;
  client.handshake();
  const auto verdict = client.handshake();
  REQUIRE(verdict.what == What::kRefuse);
  REQUIRE(hex(verdict.reply) ==
          "0000000a"
          "00000007"
          "0022"
          "00000000");
}

TEST_CASE("No other request passes before the login has succeeded") {
  Client first;
  REQUIRE(says(first.metadata(), "it sent Metadata before it authenticated"));
  Client middle;
  middle.handshake();
  const auto verdict = middle.metadata();
  REQUIRE(verdict.what == What::kRefuse);
  REQUIRE(verdict.reply.empty());
  Client token;
  REQUIRE(says(token.authenticate(kAlice), "it sent SaslAuthenticate"));
}

TEST_CASE("Versions that are not known end the connection without an answer") {
  const auto frame = [](std::string_view key_and_version) {
    return std::string(as_text(bytes_of_hex(std::string(key_and_version) + "00000007 ffff 0005 504c41494e")));
  };
  Client handshake;
  const auto verdict = handshake.send_raw(frame("0011 0002"));
  REQUIRE(verdict.what == What::kRefuse);
  REQUIRE(verdict.reply.empty());
  Client token;
  token.handshake();
  REQUIRE(token.send_raw(frame("0024 0003")).reply.empty());
}

TEST_CASE("What is no Kafka is told by what it is") {
  REQUIRE(
      says(Client().send_raw("\x16\x03\x01\x02\x00\x01"s), "it speaks TLS, which listener SASL does not"));
  REQUIRE(says(Client().send_raw("GET / HTTP/1.1"), "it is no client of Kafka"));
  REQUIRE(says(Client().send_raw(""), "it is no client of Kafka"));
  REQUIRE(says(Client().send_raw("\0"s), "it is no client of Kafka"));
  REQUIRE(Client().send_raw("\0\x11\0\1"s).what == What::kRefuse);
}

TEST_CASE("No reason holds a token") {
  Client plain;
  plain.handshake();
  REQUIRE_FALSE(says(plain.authenticate("hunter2"), "hunter2"));
  Client scram;
  scram.handshake("SCRAM-SHA-512", 0);
  REQUIRE_FALSE(says(scram.send_raw("n,,n=alice,hunter2"), "hunter2"));
  Client early;
  REQUIRE_FALSE(says(early.send_raw("hunter2"), "hunter2"));
}

TEST_CASE("Frames may be small, then as large as a token, then as large as requests") {
  Client client;
  REQUIRE(client.login.frame_size_max() == 8192);
  client.api_versions();
  REQUIRE(client.login.frame_size_max() == 8192);
  client.handshake();
  REQUIRE(client.login.frame_size_max() == 524288);
  client.authenticate(kAlice);
  REQUIRE_FALSE(client.login.frame_size_max());
  client.config.receive_size_max = 100;
  REQUIRE(Login({client.config, client.credentials, "SASL"}).frame_size_max() == 100);
}

TEST_CASE("A login that is over is not begun again where sessions do not end") {
  Client client;
  client.log_in();
  const auto handshake = client.handshake();
  REQUIRE(handshake.what == What::kReply);
  REQUIRE(hex(handshake.reply) ==
          "0000000a"
          "00000007"
          "0022"
          "00000000");
  const auto token = client.authenticate(kAlice);
  const Answer answer = read_token_answer(token.reply, 2);
  REQUIRE(token.what == What::kReply);
  REQUIRE(answer.error == 34);
  REQUIRE(answer.text == "SaslAuthenticate request received after successful authentication");
  REQUIRE(client.metadata().what == What::kPass);
}

TEST_CASE("A session ends, and the first request after it ends the connection") {
  Client client(60'000);
  const auto verdict = client.log_in();
  REQUIRE(read_token_answer(verdict.reply, 2).lifetime_ms == 60'000);
  REQUIRE(client.login.expires_at_ms() == kNow + 60'000);
  client.now_ms = kNow + 60'000;
  REQUIRE(client.metadata().what == What::kPass);
  client.now_ms = kNow + 60'001;
  const auto late = client.metadata();
  REQUIRE(late.what == What::kRefuse);
  REQUIRE(late.reply.empty());
  REQUIRE(says(late, "the session of 'User:alice' has ended"));
}

TEST_CASE("A lifetime without measure is no end") {
  Client client(INT64_MAX);
  client.log_in();
  REQUIRE(client.login.expires_at_ms() == INT64_MAX);
}

TEST_CASE("A session also ends for a client that cannot be told") {
  Client old(60'000);
  old.handshake("PLAIN", 0);
  old.send_raw(kAlice);
  REQUIRE(old.login.expires_at_ms() == kNow + 60'000);
  Client first(60'000);
  REQUIRE(hex(first.log_in(kAlice, 0).reply) == hex(bytes_of_hex("0000000c 00000007 0000 0000 00000000")));
}

TEST_CASE("A client that authenticates again goes on, even after its session has ended") {
  Client client(60'000);
  client.log_in();
  client.now_ms += 70'000;
  REQUIRE(client.handshake().what == What::kReply);
  REQUIRE_FALSE(client.login.is_open());
  REQUIRE(client.login.principal() == "User:alice");
  REQUIRE(client.login.frame_size_max() == 524288);
  REQUIRE(read_token_answer(client.authenticate(kAlice).reply, 2).lifetime_ms == 60'000);
  REQUIRE(client.login.is_open());
  REQUIRE(client.login.expires_at_ms() == kNow + 130'000);
}

TEST_CASE("A request while a client authenticates again ends the connection") {
  Client client(60'000);
  client.log_in();
  client.handshake();
  const auto verdict = client.metadata();
  REQUIRE(verdict.what == What::kRefuse);
  REQUIRE(says(verdict, "Metadata in the middle of its re-authentication"));
}

TEST_CASE("Who authenticates again must be who they were") {
  Client client(60'000);
  client.log_in();
  const auto verdict = client.log_in(kBob);
  const Answer answer = read_token_answer(verdict.reply, 2);
  REQUIRE(verdict.what == What::kRefuse);
  REQUIRE(answer.error == 58);
  REQUIRE(answer.text == "Cannot change principals during re-authentication from User.alice: User.bob");
  REQUIRE(client.login.principal() == "User:alice");
  REQUIRE_FALSE(client.login.is_open());
}

TEST_CASE("Who authenticates again without headers must be who they were, too") {
  Client client(60'000);
  client.log_in();
  client.handshake("PLAIN", 0);
  const auto verdict = client.send_raw(kBob);
  REQUIRE(verdict.what == What::kRefuse);
  REQUIRE(verdict.reply.empty());
}

TEST_CASE("A failed re-authentication is told of as one") {
  Client client(60'000);
  client.handshake("SCRAM-SHA-512");
  security::ScramClient scram(k512, "alice", "alice-secret", "nonce");
  const auto first = client.authenticate(as_text(scram.first()));
  client.authenticate(as_text(scram.step(as_bytes(read_token_answer(first.reply, 2).token)).value()));
  REQUIRE(client.handshake("SCRAM-SHA-512").what == What::kReply);
  REQUIRE(read_token_answer(client.authenticate("nonsense").reply, 2).text ==
          "Authentication failed during re-authentication due to invalid credentials with SASL mechanism "
          "SCRAM-SHA-512");
}

TEST_CASE("Another mechanism is refused at the token behind its handshake, without an answer") {
  Client client(60'000);
  client.log_in();
  REQUIRE(client.handshake("SCRAM-SHA-512").what == What::kReply);
  REQUIRE_FALSE(client.login.is_open());
  const auto verdict = client.authenticate("n,,n=alice,r=x");
  REQUIRE(verdict.what == What::kRefuse);
  REQUIRE(verdict.reply.empty());
  REQUIRE(says(verdict, "with SASL mechanism 'SCRAM-SHA-512', and did so with PLAIN first"));
}

TEST_CASE("A mechanism that is not enabled ends a re-authentication without an answer") {
  Client client(60'000);
  client.log_in();
  const auto verdict = client.handshake("GSSAPI");
  REQUIRE(verdict.what == What::kRefuse);
  REQUIRE(verdict.reply.empty());
}

TEST_CASE("Re-authentications begin a second apart, and the first one when it likes") {
  Client client(60'000);
  client.log_in();
  client.log_in();
  client.now_ms += 999;
  const auto too_soon = client.handshake();
  REQUIRE(too_soon.what == What::kReply);
  REQUIRE(hex(too_soon.reply) ==
          "0000000a"
          "00000007"
          "0022"
          "00000000");
  REQUIRE(client.login.is_open());
  client.now_ms += 1;
  REQUIRE(client.log_in().what == What::kReply);
  REQUIRE(client.login.is_open());
}
