#include "tests/testing.h"

#include "security/base64.h"
#include "security/scram_server.h"
#include "tests/security/scram_fixture.h"

using namespace klamm;
using namespace klamm::security;
using namespace klamm::security::testing;

namespace {

constexpr auto k256 = ScramMechanism::kSha256;
constexpr auto k512 = ScramMechanism::kSha512;
constexpr std::string_view kSalt = "klammklammklammklamm";
constexpr auto kContinue = SaslStep::What::kContinue;
constexpr auto kDone = SaslStep::What::kDone;
constexpr auto kRefused = SaslStep::What::kRefused;

const FakeCredentials& users() {
  static const FakeCredentials credentials = [] {
    FakeCredentials made;
    made.add(k512, "alice", "alice-secret", kSalt);
    made.add(k512, "a,b=c", "alice-secret", kSalt);
    made.add(k256, "bob", "bob-secret", kSalt);
    return made;
  }();
  return credentials;
}

// An exchange of SCRAM-SHA-512, in which a client may say what it wants and still prove a password.
struct Exchange {
  explicit Exchange(bool strict_nonce = false)
      : server(k512, {users(), as_bytes("a secret of the process"), strict_nonce}, "server") {}

  SaslStep send(std::string_view message) { return server.step(as_bytes(message)); }
  SaslStep begin(const std::string& bare = "n=alice,r=client", const std::string& header = "n,,") {
    client_first_bare = bare;
    const SaslStep step = send(header + bare);
    server_first = text_of(step.token);
    return step;
  }
  // With the proof of who knows alice's password and has signed all that was said.
  SaslStep prove(const std::string& without_proof) {
    const Bytes salted = scram_salted_password(k512, "alice-secret", as_bytes(kSalt), kScramIterationsMin);
    Bytes proof = scram_hmac(k512, salted, as_bytes("Client Key"));
    const Bytes signature =
        scram_hmac(k512, scram_hash(k512, proof),
                   as_bytes(client_first_bare + "," + server_first + "," + without_proof));
    for (size_t i = 0; i < proof.size(); ++i) proof[i] ^= signature[i];
    return send(without_proof + ",p=" + to_base64(proof));
  }

  ScramServer server;
  std::string client_first_bare;
  std::string server_first;
};

}  // namespace

TEST_CASE("The exchange of RFC 7677 comes out as in its example") {
  FakeCredentials credentials;
  const Bytes salt = from_base64("W22ZaJ0SNY7soEsUEjb6gQ==").value();
  credentials.add(k256, "user", "pencil", as_text(salt));
  ScramServer server(k256, {credentials, as_bytes("secret")}, "%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0");
  const SaslStep first = server.step(as_bytes("n,,n=user,r=rOprNGfwEbeRWgbNEkqO"));
  REQUIRE(text_of(first.token) ==
          "r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096");
  const SaslStep last =
      server.step(as_bytes("c=biws,r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,"
                           "p=dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ="));
  REQUIRE(last.what == kDone);
  REQUIRE(text_of(last.token) == "v=6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4=");
  REQUIRE(server.user() == "user");
}

TEST_CASE("Who proves the password is logged in, without a hint") {
  Exchange exchange;
  REQUIRE(exchange.begin().what == kContinue);
  REQUIRE(exchange.server_first.starts_with("r=clientserver,s="));
  const SaslStep step = exchange.prove("c=biws,r=clientserver");
  REQUIRE(step.what == kDone);
  REQUIRE(step.hint.empty());
  REQUIRE(exchange.server.user() == "alice");
  REQUIRE(exchange.server.mechanism() == "SCRAM-SHA-512");
}

TEST_CASE("Escapes in a name are undone, and what is signed has them") {
  Exchange exchange;
  exchange.begin("n=a=2Cb=3Dc,r=client");
  REQUIRE(exchange.prove("c=biws,r=clientserver").what == kDone);
  REQUIRE(exchange.server.user() == "a,b=c");
}

TEST_CASE("Extensions on both of the client's messages are signed and read over") {
  Exchange exchange;
  exchange.begin("n=alice,r=client,x=1,a=2");
  REQUIRE(exchange.prove("c=biws,r=clientserver,b=3").what == kDone);
}

TEST_CASE("A wrong password is refused with no more than that, and the log knows whose") {
  Exchange exchange;
  exchange.begin();
  const SaslStep step = exchange.send("c=biws,r=clientserver,p=" + to_base64(Bytes(64, 7)));
  REQUIRE(step.what == kRefused);
  REQUIRE(step.answer.empty());
  REQUIRE(step.token.empty());
  REQUIRE(step.reason == "user 'alice' gave a wrong password");
}

TEST_CASE("A proof of another size is a wrong one") {
  Exchange exchange;
  exchange.begin();
  REQUIRE(exchange.send("c=biws,r=clientserver,p=" + to_base64(Bytes(32, 7))).what == kRefused);
  Exchange other;
  other.begin();
  REQUIRE(other.send("c=biws,r=clientserver,p=").what == kRefused);
}

TEST_CASE("Nothing but the whole nonce will do, also with the right proof") {
  for (const char* nonce :
       {"client", "server", "clientserve", "clientserverx", "clientclient", "serverclient",
        "clientclientclientserver", "clientserverclientserver", "CLIENTserver"}) {
    INFO(nonce);
    Exchange exchange;
    exchange.begin();
    const SaslStep step = exchange.prove("c=biws,r=" + std::string(nonce));
    REQUIRE(step.what == kRefused);
    REQUIRE(step.answer.empty());
  }
}

TEST_CASE("The nonce that librdkafka before 2.6.1 sends is let in with a hint") {
  Exchange exchange;
  exchange.begin();
  const SaslStep step = exchange.prove("c=biws,r=clientclientserver");
  REQUIRE(step.what == kDone);
  REQUIRE(step.hint.find("user 'alice'") != std::string::npos);
  REQUIRE(step.hint.find("librdkafka before 2.6.1") != std::string::npos);
}

TEST_CASE("The nonce that librdkafka before 2.6.1 sends is refused by who wants it so") {
  Exchange exchange(true);
  exchange.begin();
  const SaslStep step = exchange.prove("c=biws,r=clientclientserver");
  REQUIRE(step.what == kRefused);
  REQUIRE(step.reason.find("klamm.sasl.scram.strict.nonce") != std::string::npos);
  Exchange right(true);
  right.begin();
  REQUIRE(right.prove("c=biws,r=clientserver").what == kDone);
}

TEST_CASE("Another channel binding than that of the first message is refused, also with the right proof") {
  for (const char* binding : {"eSws", "cD10bHMtdW5pcXVlLCw=", "bixhPWFsaWNlLA==", "", "biwsAA=="}) {
    INFO(binding);
    Exchange exchange;
    exchange.begin();
    REQUIRE(exchange.prove("c=" + std::string(binding) + ",r=clientserver").what == kRefused);
  }
}

TEST_CASE("An authorization id that is the user's own is taken, and stands in the channel binding") {
  Exchange exchange;
  REQUIRE(exchange.begin("n=alice,r=client", "n,a=alice,").what == kContinue);
  REQUIRE(exchange.prove("c=bixhPWFsaWNlLA==,r=clientserver").what == kDone);
  Exchange without;
  without.begin("n=alice,r=client", "n,a=alice,");
  REQUIRE(without.prove("c=biws,r=clientserver").what == kRefused);
}

TEST_CASE("Nobody becomes somebody else, whether they exist or not") {
  for (const char* user : {"alice", "nobody"}) {
    Exchange exchange;
    const SaslStep step = exchange.begin("n=" + std::string(user) + ",r=client", "n,a=admin,");
    REQUIRE(step.what == kRefused);
    REQUIRE(step.answer ==
            "Authentication failed: Client requested an authorization id that is different from username");
  }
}

TEST_CASE("A user that does not exist gets as far as one who does, with the same salt each time") {
  Exchange exchange;
  REQUIRE(exchange.begin("n=nobody,r=client").what == kContinue);
  Exchange again;
  again.begin("n=nobody,r=client");
  REQUIRE(exchange.server_first == again.server_first);
  REQUIRE(exchange.server_first.ends_with(",i=4096"));
  Exchange other;
  other.begin("n=somebody,r=client");
  REQUIRE(exchange.server_first != other.server_first);
}

TEST_CASE("A user that does not exist is refused as for a wrong password, and the log knows") {
  Exchange exchange;
  exchange.begin("n=nobody,r=client");
  const SaslStep step = exchange.prove("c=biws,r=clientserver");
  REQUIRE(step.what == kRefused);
  REQUIRE(step.answer.empty());
  REQUIRE(step.reason == "there is no user 'nobody' with a SCRAM credential");
}

TEST_CASE("A credential of another mechanism does not count, and the log says so") {
  Exchange exchange;
  exchange.begin("n=bob,r=client");
  const SaslStep step = exchange.prove("c=biws,r=clientserver");
  REQUIRE(step.what == kRefused);
  REQUIRE(step.reason == "user 'bob' has a credential for SCRAM-SHA-256, and none for SCRAM-SHA-512");
}

TEST_CASE("A credential of too few iterations lets nobody in") {
  FakeCredentials credentials;
  credentials.add(k512, "alice", "p", kSalt, 4095);
  ScramServer server(k512, {credentials, as_bytes("secret")}, "server");
  const SaslStep step = server.step(as_bytes("n,,n=alice,r=client"));
  REQUIRE(step.what == kRefused);
  REQUIRE(step.answer.empty());
  REQUIRE(step.reason.find("4095 iterations") != std::string::npos);
}

TEST_CASE("A credential whose keys have another size lets nobody in") {
  FakeCredentials credentials;
  credentials.add(k512, "alice", "alice-secret", kSalt);
  credentials.verifiers[{k512, "alice"}].stored_key.clear();
  ScramServer server(k512, {credentials, as_bytes("secret")}, "server");
  REQUIRE(server.step(as_bytes("n,,n=alice,r=client")).what == kContinue);
  REQUIRE(server.step(as_bytes("c=biws,r=clientserver,p=")).what == kRefused);
}

TEST_CASE("Delegation tokens are refused as credentials that are invalid") {
  Exchange exchange;
  const SaslStep step = exchange.begin("n=alice,r=client,tokenauth=true");
  REQUIRE(step.what == kRefused);
  REQUIRE(step.answer.empty());
  REQUIRE(step.reason.find("delegation token") != std::string::npos);
}

TEST_CASE("After a refusal and after a success there is nothing more to say") {
  Exchange refused;
  REQUIRE(refused.send("nonsense").what == kRefused);
  REQUIRE(refused.begin().what == kRefused);
  Exchange done;
  done.begin();
  REQUIRE(done.prove("c=biws,r=clientserver").what == kDone);
  REQUIRE(done.prove("c=biws,r=clientserver").what == kRefused);
}
