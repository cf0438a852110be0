#include "tests/testing.h"

#include "security/base64.h"
#include "security/scram_client.h"
#include "security/scram_server.h"
#include "tests/security/scram_fixture.h"

using namespace klamm;
using namespace klamm::security;
using namespace klamm::security::testing;

namespace {

constexpr auto k256 = ScramMechanism::kSha256;
constexpr auto k512 = ScramMechanism::kSha512;

ScramClient rfc_client() { return ScramClient(k256, "user", "pencil", "rOprNGfwEbeRWgbNEkqO"); }
constexpr std::string_view kRfcServerFirst =
    "r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096";

// Why the client does not go on from a server's first message.
std::string refusal_of(std::string_view server_first) {
  ScramClient client(k512, "alice", "alice-secret", "client");
  client.first();
  const auto answer = client.step(as_bytes(server_first));
  return answer ? "" : answer.error().message;
}

}  // namespace

TEST_CASE("The client's side of the exchange of RFC 7677 comes out as in its example") {
  ScramClient client = rfc_client();
  REQUIRE(text_of(client.first()) == "n,,n=user,r=rOprNGfwEbeRWgbNEkqO");
  const auto proof = client.step(as_bytes(kRfcServerFirst));
  REQUIRE(proof);
  REQUIRE(text_of(*proof) ==
          "c=biws,r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,"
          "p=dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ=");
  REQUIRE_FALSE(client.is_done());
  const auto end = client.step(as_bytes("v=6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4="));
  REQUIRE(end);
  REQUIRE(end->empty());
  REQUIRE(client.is_done());
}

// By Python's hashlib and hmac from the same values, as in scram_test.cc.
TEST_CASE("A proof of SHA-512 is what Python makes of the same password") {
  ScramClient client(k512, "alice", "alice-secret", "clientnonce");
  client.first();
  const auto proof = client.step(as_bytes("r=clientnonceservernonce,s=a2xhbW1rbGFtbWtsYW1ta2xhbW0=,i=8192"));
  REQUIRE(text_of(*proof) ==
          "c=biws,r=clientnonceservernonce,p=tDTIwU4hDh1f+0c+r1D1ojD0oVNXXxX3rOKNAZRZNM7E02H9w5Q3F6AyFDRffOeh"
          "7B2nAizS7czwoGzP6LaIWA==");
  REQUIRE(client.step(
      as_bytes("v=JADKLTMOZ/HaX+HRX7j2C32S0rQkyTYgbu5cJQjZAPvODqiGpjSqOCdbTRJ2zEG3KZ06HoUZmiWhfp3K"
               "vGClHg==")));
}

TEST_CASE("Our client and our server agree, with a name that has to be escaped") {
  FakeCredentials credentials;
  credentials.add(k512, "a,b=c", "secret", "klammklammklammklamm");
  ScramServer server(k512, {credentials, as_bytes("key")}, "server");
  ScramClient client(k512, "a,b=c", "secret", "client");
  const SaslStep first = server.step(client.first());
  const SaslStep last = server.step(client.step(first.token).value());
  REQUIRE(client.step(last.token));
  REQUIRE(client.is_done());
  REQUIRE(server.user() == "a,b=c");
}

TEST_CASE("A server whose nonce does not go on from ours is refused") {
  REQUIRE(refusal_of("r=other,s=AQIDBA==,i=4096").find("nonce") != std::string::npos);
  REQUIRE(refusal_of("r=xclient,s=AQIDBA==,i=4096").find("nonce") != std::string::npos);
  REQUIRE(refusal_of("r=client,s=AQIDBA==,i=4096").find("nonce") != std::string::npos);
}

TEST_CASE("A server may ask for so many iterations, and neither for fewer nor for more") {
  REQUIRE(refusal_of("r=clientserver,s=AQIDBA==,i=4096").empty());
  REQUIRE(refusal_of("r=clientserver,s=AQIDBA==,i=16384").empty());
  REQUIRE(refusal_of("r=clientserver,s=AQIDBA==,i=4095").find("4095 iterations") != std::string::npos);
  REQUIRE(refusal_of("r=clientserver,s=AQIDBA==,i=16385").find("16385 iterations") != std::string::npos);
  REQUIRE(refusal_of("r=clientserver,s=AQIDBA==,i=2147483647").find("iterations") != std::string::npos);
}

TEST_CASE("A server that does not prove the password is refused") {
  for (const std::string& last : {"v=" + to_base64(Bytes(32, 7)), std::string("v="), std::string("v=AQID")}) {
    INFO(last);
    ScramClient client = rfc_client();
    client.first();
    REQUIRE(client.step(as_bytes(kRfcServerFirst)));
    const auto end = client.step(as_bytes(last));
    REQUIRE_FALSE(end);
    REQUIRE(end.error().message.find("does not know the password") != std::string::npos);
    REQUIRE_FALSE(client.is_done());
  }
}

TEST_CASE("The error of a server is told, quoted") {
  ScramClient client = rfc_client();
  client.first();
  REQUIRE(client.step(as_bytes(kRfcServerFirst)));
  REQUIRE(client.step(as_bytes("e=invalid-proof")).error().message ==
          "the server refuses the login: 'invalid-proof'");
}

TEST_CASE("A client takes no token before it has begun, after a failure and after the end") {
  ScramClient new_one = rfc_client();
  REQUIRE_FALSE(new_one.step(as_bytes(kRfcServerFirst)));
  ScramClient failed = rfc_client();
  failed.first();
  REQUIRE_FALSE(failed.step(as_bytes("nonsense")));
  REQUIRE_FALSE(failed.step(as_bytes(kRfcServerFirst)));
}

TEST_CASE("A server's last message does not do in place of its first") {
  ScramClient client = rfc_client();
  client.first();
  REQUIRE_FALSE(client.step(as_bytes("v=6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4=")));
  REQUIRE_FALSE(client.is_done());
}
