// How tools get in: logins, brokers of old, what is no broker at all, and what a client's file may not say.
#include "cli/client/connection.h"

#include <algorithm>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "protocol/messages/sasl_authenticate_request.h"
#include "protocol/messages/sasl_authenticate_response.h"
#include "protocol/messages/sasl_handshake_request.h"
#include "protocol/messages/sasl_handshake_response.h"
#include "security/scram_server.h"
#include "tests/cli/temp_folder.h"
#include "tests/cli/tool_fixture.h"
#include "tests/testing.h"

namespace klamm::cli {
namespace {

using protocol::SaslAuthenticateRequest;
using protocol::SaslAuthenticateResponse;
using protocol::SaslHandshakeRequest;
using protocol::SaslHandshakeResponse;
using security::SaslStep;
using security::ScramMechanism;

// What comes back whatever is sent, and then the end.
class ScriptedStream final : public Stream {
 public:
  explicit ScriptedStream(ByteView bytes) : bytes_(bytes.begin(), bytes.end()) {}

  Attempt<> send(ByteView, const Deadline&) override { return {}; }
  Attempt<size_t> receive(std::span<uint8_t> into, const Deadline&) override {
    const size_t count = std::min(into.size(), bytes_.size());
    std::copy_n(bytes_.begin(), count, into.begin());
    bytes_.erase(bytes_.begin(), bytes_.begin() + static_cast<ptrdiff_t>(count));
    return count;
  }

 private:
  Bytes bytes_;
};

class ScriptedNetwork final : public Network {
 public:
  explicit ScriptedNetwork(std::string_view answer) : answer_(answer) {}

  Attempt<std::unique_ptr<Stream>> connect(const HostPort&, const Deadline&) override {
    return std::unique_ptr<Stream>(std::make_unique<ScriptedStream>(as_bytes(answer_)));
  }
  void pause(int64_t) override {}

 private:
  const std::string answer_;
};

std::string refusal_of(std::string_view answer) {
  FakeClock clock;
  ScriptedNetwork network(answer);
  auto opened = Connection::open(ClientConfig(), network, {"b", 9092}, Deadline(clock, 1000));
  return opened ? "opened" : opened.error().message;
}

TEST_CASE("who does not answer as a broker is told by what it says") {
  constexpr std::string_view kClosed =
      "b:9092 has closed the connection without an answer; look whether security.protocol is that listener's";
  REQUIRE(refusal_of("") == kClosed);
  // A frame that is said to have nearly a gigabyte, of which two bytes come.
  REQUIRE(refusal_of(std::string_view("\x3F\xFF\xFF\xFF\0\0", 6)) == kClosed);
  REQUIRE(refusal_of(std::string_view("\x15\x03\x03\0\2\2\x28", 7)) ==
          "What listens at b:9092 speaks TLS; set security.protocol to SSL or SASL_SSL");
  constexpr std::string_view kNoBroker =
      "what came back is no answer of a Kafka broker; look what listens there";
  REQUIRE(refusal_of("HTTP/1.1 400 Bad Request\r\n\r\n") == kNoBroker);
  REQUIRE(refusal_of(std::string_view("\0\0\0\0", 4)) == kNoBroker);
  // The answer to another question.
  REQUIRE(refusal_of(std::string_view("\0\0\0\6\0\0\0\x63\0\0", 10)) == kNoBroker);
}

TEST_CASE("a broker that knows old versions alone is asked in the oldest") {
  // UNSUPPORTED_VERSION; then, in version 0, that it has version 0 of ApiVersions.
  constexpr std::string_view kAnswers(
      "\0\0\0\x0A\0\0\0\1\0\x23\0\0\0\0"
      "\0\0\0\x10\0\0\0\2\0\0\0\0\0\1\0\x12\0\0\0\0",
      34);
  FakeClock clock;
  ScriptedNetwork network(kAnswers);
  auto opened = Connection::open(ClientConfig(), network, {"b", 9092}, Deadline(clock, 1000));
  REQUIRE(opened.ok());
  REQUIRE((*opened)->newest(18, {}) == 0);
  REQUIRE_FALSE((*opened)->newest(3, {}).has_value());
}

std::string login_by(std::string_view mechanism, std::string_view module) {
  return "security.protocol=SASL_PLAINTEXT\nsasl.mechanism=" + std::string(mechanism) +
         "\nsasl.jaas.config=org.apache.kafka.common.security." + std::string(module) +
         " required username=\"alice\" password=\"secret\";\n";
}
const std::string kPlain = login_by("PLAIN", "plain.PlainLoginModule");
const std::string kScram = login_by("SCRAM-SHA-256", "scram.ScramLoginModule");

class LoginFixture : public ToolFixture {
 public:
  LoginFixture() {
    broker.on<SaslHandshakeRequest, SaslHandshakeResponse>([](const SaslHandshakeRequest& request, int16_t) {
      SaslHandshakeResponse response;
      response.mechanisms = {"PLAIN", "SCRAM-SHA-256"};
      const auto& all = response.mechanisms;
      if (std::ranges::find(all, request.mechanism) == all.end()) response.error_code = 33;
      return response;
    });
  }

  // Of a tool that is given a file with these properties.
  Ran list(const std::string& properties) {
    const std::string path = folder.write("client.properties", properties);
    return run("kafka-topics", {"--bootstrap-server", "b:9092", "--command-config", path, "--list"});
  }

  TempFolder folder;
};

TEST_CASE_METHOD(LoginFixture, "a login by PLAIN sends name and password, once") {
  std::string token;
  broker.on<SaslAuthenticateRequest, SaslAuthenticateResponse>(
      [&](const SaslAuthenticateRequest& request, int16_t) {
        token = as_text(request.auth_bytes);
        return SaslAuthenticateResponse();
      });
  REQUIRE(list(kPlain).status == 0);
  REQUIRE(token == std::string("\0alice\0secret", 13));
  REQUIRE(broker.asked() == std::vector<int16_t>{17, 36, 3});
}

TEST_CASE_METHOD(LoginFixture, "a login that is refused is told at once, and not tried again") {
  broker.on<SaslAuthenticateRequest, SaslAuthenticateResponse>([](const SaslAuthenticateRequest&, int16_t) {
    SaslAuthenticateResponse response;
    response.error_code = 58;
    response.error_message = "Authentication failed: Invalid username or password";
    return response;
  });
  const Ran ran = list(kPlain);
  REQUIRE(ran.status == 1);
  REQUIRE(ran.out ==
          "Error while executing topic command : Authentication failed: Invalid username or password\n");
  REQUIRE(ran.err == "");
  REQUIRE(broker.asked() == std::vector<int16_t>{17, 36});
}

TEST_CASE_METHOD(LoginFixture, "a mechanism that the broker does not have is told beside those that it has") {
  const Ran ran = list(login_by("SCRAM-SHA-512", "scram.ScramLoginModule"));
  REQUIRE(ran.status == 1);
  REQUIRE(ran.out ==
          "Error while executing topic command : Client SASL mechanism 'SCRAM-SHA-512' not enabled in the "
          "server, enabled mechanisms are [PLAIN, SCRAM-SHA-256]\n");
}

// A broker that knows alice; an impostor has seen what it takes to check her, and no more.
class OneUser final : public security::SaslCredentials {
 public:
  std::optional<security::ScramVerifier> scram(ScramMechanism mechanism,
                                               std::string_view user) const override {
    if (user != "alice") return std::nullopt;
    const ByteView salt = as_bytes("the salt of alice");
    const Bytes salted = security::scram_salted_password(mechanism, "secret", salt, 4096);
    security::ScramVerifier verifier = security::scram_verifier(mechanism, salted, salt, 4096);
    if (is_impostor) verifier.server_key.front() ^= 1;
    return verifier;
  }

  bool is_impostor = false;
};

class ScramFixture : public LoginFixture {
 public:
  ScramFixture() {
    broker.on<SaslAuthenticateRequest, SaslAuthenticateResponse>(
        [this](const SaslAuthenticateRequest& request, int16_t) {
          SaslStep step = server.step(request.auth_bytes);
          token = std::move(step.token);
          SaslAuthenticateResponse response;
          if (step.what == SaslStep::What::kRefused) response.error_code = 58;
          response.auth_bytes = token;
          return response;
        });
  }

  OneUser users;
  const Bytes secret = Bytes(32, 7);
  security::ScramServer server{ScramMechanism::kSha256, {users, secret}, "anonce"};
  Bytes token;
};

TEST_CASE_METHOD(ScramFixture, "a login by SCRAM proves the password, and has the broker prove it") {
  REQUIRE(list(kScram).status == 0);
  REQUIRE(server.user() == "alice");
  REQUIRE(broker.asked() == std::vector<int16_t>{17, 36, 36, 3});
}

TEST_CASE_METHOD(ScramFixture, "a broker that cannot prove the password is not asked any more") {
  users.is_impostor = true;
  REQUIRE(list(kScram).status == 1);
  REQUIRE(broker.asked() == std::vector<int16_t>{17, 36, 36});
}

TEST_CASE_METHOD(LoginFixture, "what cannot be done as a client's file says is refused by its key") {
  const auto wrong = [&](const std::string& properties) {
    const Ran ran = list(properties);
    REQUIRE(ran.status == 1);
    REQUIRE(ran.out == "");
    return ran.err;
  };
  REQUIRE(wrong("security.protocol=SSL\nssl.engine.factory.class=a.B\n") ==
          "ssl.engine.factory.class names a Java class, which cannot be loaded here; leave it out\n");
  REQUIRE(wrong(kPlain + "sasl.login.class=a.B\n") ==
          "sasl.login.class names a Java class, which cannot be loaded here; leave it out\n");
  REQUIRE(wrong("config.providers=env\nssl.key.password=${env:PASSWORD}\n") ==
          "ssl.key.password refers to one of config.providers, which are not there for tools; write the "
          "value itself\n");
  REQUIRE(wrong("security.protocol=SSL\nssl.enabled.protocols=TLSv1,TLSv1.1\n") ==
          "ssl.enabled.protocols has none that is spoken here; set TLSv1.2,TLSv1.3\n");
  REQUIRE(wrong("security.protocol=PLAIN\n") ==
          "Invalid value PLAIN for configuration security.protocol: it is one of PLAINTEXT, SASL_PLAINTEXT, "
          "SASL_SSL, SSL\n");
  REQUIRE(wrong("request.timeout.ms=99999999999\n") ==
          "Invalid value 99999999999 for configuration request.timeout.ms: Value must be no more than "
          "2147483647\n");
  REQUIRE(wrong("security.protocol=SASL_PLAINTEXT\n")
              .starts_with("sasl.mechanism=GSSAPI (the default) is not one that this client can log in"));
  REQUIRE(broker.asked().empty());
}

}  // namespace
}  // namespace klamm::cli
