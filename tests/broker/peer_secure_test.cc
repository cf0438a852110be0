// Connections to a real server: in plain text, by TLS, and with logins.
#include "tests/testing.h"

#include <memory>
#include <string>
#include <vector>

#include "tests/broker/peer_fixture.h"
#include "tests/broker/secure_fixture.h"
#include "tests/security/scram_fixture.h"

using namespace klamm;
using namespace klamm::broker;
using namespace klamm::broker::net;
using security::ClientAuth;
using security::ScramMechanism;

namespace {

PeerSasl alice(std::string mechanism, std::string password = "alice-secret") {
  return {.mechanism = std::move(mechanism),
          .mechanism_key = "sasl.mechanism.inter.broker.protocol",
          .login = {"alice", std::move(password)}};
}

// A server with the listeners of SecureFixture, and a peer that connects to one of them.
struct Fixture : SecureFixture {
  Fixture() {
    config.failed_authentication_delay_ms = 0;
    answer_versions(handler);
  }
  // Before what its gates refer to.
  ~Fixture() {
    if (server) server->stop(0);
  }

  void start_with_scram() {
    sasl.mechanisms = {"SCRAM-SHA-256", "SCRAM-SHA-512"};
    config.listeners = {config.listeners[2]};
    gates = std::make_unique<ListenerGates>(scram);
    gates->add("SASL_PLAINTEXT", nullptr, sasl);
    NetFixture::start();
  }
  void connect_to(std::string_view listener) { host.make(server->port(listener)); }
  void trust(const std::optional<security::Identity>& identity = std::nullopt) {
    host.tls = client_context(authority, identity);
  }
  bool answers(const std::string& body) {
    const auto before = host.outcomes().size();
    host.send(body);
    REQUIRE(host.has_outcomes(before + 1));
    UNSCOPED_INFO(host.outcomes().back());
    UNSCOPED_INFO(host.why());
    return host.outcomes().back() == body;
  }
  void advance(int64_t ms) {
    NetFixture::advance(ms);
    host.on_loop([] {});
  }

  security::testing::FakeCredentials scram = security::testing::credentials_of("alice", "alice-secret");
  PeerHost host{clock};
};

}  // namespace

TEST_CASE_METHOD(Fixture, "a server answers a peer's requests in their order") {
  start();
  connect_to("PLAINTEXT");
  std::vector<std::string> bodies;
  for (int i = 0; i < 300; ++i) bodies.push_back(std::to_string(i));
  host.send_all(bodies);
  REQUIRE(host.has(bodies));
}

TEST_CASE_METHOD(Fixture, "large requests and answers pass whole, in plain text and by TLS") {
  const std::string listener = GENERATE("PLAINTEXT", "SSL");
  start();
  if (listener == "SSL") trust();
  connect_to(listener);
  host.send(std::string(3'000'000, 'x'));
  host.send(std::string(300'000, 'y'));
  REQUIRE(host.has({"3000000 bytes", "300000 bytes"}));
}

TEST_CASE_METHOD(Fixture, "many requests share a TLS connection") {
  start();
  trust();
  connect_to("SSL");
  std::vector<std::string> bodies;
  for (int i = 0; i < 300; ++i) bodies.push_back(std::to_string(i));
  host.send_all(bodies);
  REQUIRE(host.has(bodies));
  REQUIRE(server->stats().handshakes == 1);
}

TEST_CASE_METHOD(Fixture, "the certificate of this node says who it is") {
  client_auth = ClientAuth::kRequired;
  start();
  trust(authority.leaf("CN=broker-1"));
  connect_to("SSL");
  REQUIRE(answers("who"));
  REQUIRE(principal() == "User:CN=broker-1");
}

TEST_CASE_METHOD(Fixture, "a node without a certificate is told that one is wanted") {
  client_auth = ClientAuth::kRequired;
  start();
  trust();
  connect_to("SSL");
  host.send("who");
  REQUIRE(host.has({"who not connected"}));
  REQUIRE(host.why_has("wants a certificate of this node; set ssl.keystore.location"));
}

TEST_CASE_METHOD(Fixture, "a certificate for another name is not taken") {
  start();
  trust();
  host.target.host = "elsewhere";
  host.resolver = [](const std::string&, uint16_t port) { return resolve_peer("127.0.0.1", port); };
  connect_to("SSL");
  host.send("hello");
  REQUIRE(host.has({"hello not connected"}));
  REQUIRE(host.why_has("the TLS handshake failed: "));
  REQUIRE(host.why_has("is for other names"));
}

TEST_CASE_METHOD(Fixture, "a certificate is taken for the name that was asked for") {
  start();
  trust();
  host.target.host = "localhost";
  host.resolver = [](const std::string&, uint16_t port) { return resolve_peer("127.0.0.1", port); };
  connect_to("SSL");
  REQUIRE(answers("hello"));
}

TEST_CASE_METHOD(Fixture, "a certificate of an authority that is not trusted is not taken") {
  start();
  security::Certificates other("Other");
  host.tls = client_context(other);
  connect_to("SSL");
  host.send("hello");
  REQUIRE(host.has({"hello not connected"}));
  REQUIRE(host.why_has("is not trusted; put the certificate of that issuer into"));
}

TEST_CASE_METHOD(Fixture, "what is trusted anew is trusted by the next connection") {
  start();
  security::Certificates other("Other");
  host.tls = client_context(other);
  connect_to("SSL");
  REQUIRE_FALSE(answers("early"));
  host.set_tls(client_context(authority));
  host.send("late");
  advance(60);
  REQUIRE(host.has({"early not connected", "late"}));
}

TEST_CASE_METHOD(Fixture, "who has no TLS where it is wanted is told to compare the protocols") {
  start();
  connect_to("SSL");
  host.send("hello");
  REQUIRE(host.has({"hello not connected"}));
  REQUIRE(host.why_has("compare listener.security.protocol.map of both nodes"));
}

TEST_CASE_METHOD(Fixture, "who has TLS where there is none is not connected") {
  start();
  trust();
  connect_to("PLAINTEXT");
  host.send("hello");
  REQUIRE(host.has({"hello not connected"}));
  REQUIRE(host.why_has("the TLS handshake failed"));
}

TEST_CASE_METHOD(Fixture, "a node logs in with a password, in plain text and by TLS") {
  const std::string listener = GENERATE("SASL_PLAINTEXT", "SASL_SSL");
  start();
  host.settings.sasl = alice("PLAIN");
  if (listener == "SASL_SSL") trust();
  connect_to(listener);
  REQUIRE(answers("who"));
  REQUIRE(principal() == "User:alice");
}

TEST_CASE_METHOD(Fixture, "a node logs in by SCRAM") {
  start_with_scram();
  host.settings.sasl = alice(GENERATE("SCRAM-SHA-256", "SCRAM-SHA-512"));
  connect_to("SASL_PLAINTEXT");
  REQUIRE(answers("who"));
  REQUIRE(principal() == "User:alice");
}

TEST_CASE_METHOD(Fixture, "a wrong password is told with what to set, and is not shown") {
  start_with_scram();
  host.settings.sasl = alice("SCRAM-SHA-256", "no-such-secret");
  connect_to("SASL_PLAINTEXT");
  host.send("who");
  REQUIRE(host.has({"who not connected"}));
  REQUIRE(host.why_has("the login of user 'alice' with SASL mechanism SCRAM-SHA-256 failed"));
  REQUIRE(host.why_has("JAAS"));
  REQUIRE_FALSE(host.why_has("no-such-secret"));
}

TEST_CASE_METHOD(Fixture, "who does not log in where it is wanted is not connected") {
  start();
  connect_to("SASL_PLAINTEXT");
  host.send("hello");
  // ApiVersions is answered to everybody, and what follows is not.
  REQUIRE(host.has({"hello closed"}));
  REQUIRE(handler.begun().size() == 1);
}

TEST_CASE_METHOD(Fixture, "a node logs in again before its session ends, on the same connection") {
  sasl.reauth_max_ms = 10'000;
  start();
  host.settings.sasl = alice("PLAIN");
  connect_to("SASL_PLAINTEXT");
  REQUIRE(answers("first"));
  advance(8'500);
  REQUIRE(answers("second"));
  advance(5'000);
  REQUIRE(answers("third"));
  REQUIRE(host.disconnects == 0);
  REQUIRE(server->stats().connections == 1);
}

TEST_CASE_METHOD(Fixture,
                 "a session that has ended while nothing was asked is begun anew before the next request") {
  sasl.reauth_max_ms = 10'000;
  start();
  host.settings.sasl = alice("PLAIN");
  connect_to("SASL_PLAINTEXT");
  REQUIRE(answers("first"));
  advance(60'000);
  host.send_all({"second", "third"});
  REQUIRE(host.has({"first", "second", "third"}));
  REQUIRE(host.disconnects == 0);
}

TEST_CASE_METHOD(Fixture, "a server that stops is noticed, and another one is connected to") {
  start();
  connect_to("PLAINTEXT");
  REQUIRE(answers("first"));
  server->stop(0);
  REQUIRE(eventually([&] { return host.disconnects == 1; }));
  host.send("second");
  advance(60);
  REQUIRE(host.has({"first", "second refused"}));
}
