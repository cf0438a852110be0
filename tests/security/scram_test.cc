#include "tests/testing.h"

#include "base/random.h"
#include "security/base64.h"
#include "security/log_text.h"
#include "security/scram.h"
#include "security/scram_messages.h"

using namespace klamm;
using namespace klamm::security;

namespace {

constexpr auto k256 = ScramMechanism::kSha256;
constexpr auto k512 = ScramMechanism::kSha512;

std::string to_hex(ByteView bytes) {
  static constexpr char kDigits[] = "0123456789abcdef";
  std::string text;
  for (const uint8_t byte : bytes) {
    text += kDigits[byte >> 4];
    text += kDigits[byte & 15];
  }
  return text;
}

}  // namespace

TEST_CASE("A verifier is what RFC 7677 has in its example") {
  const Bytes salt = from_base64("W22ZaJ0SNY7soEsUEjb6gQ==").value();
  const auto verifier = scram_verifier(k256, scram_salted_password(k256, "pencil", salt, 4096), salt, 4096);
  REQUIRE(to_hex(verifier.stored_key) == "586e5df283e6dceb5c3e791d8b8528ec191e664045ce971792e2e6b5bb13e2a6");
  REQUIRE(to_hex(verifier.server_key) == "c1f3cbc1c13a9d35a14c0990eed97629ea225863e566a4314ab99f3f00e5d9d5");
  REQUIRE(verifier.iterations == 4096);
}

// Python: hashlib.pbkdf2_hmac("sha512", b"alice-secret", b"klammklammklammklamm", 8192), and hmac.new(...)
// and hashlib.sha512(...) of that as in RFC 5802, section 3.
TEST_CASE("A verifier of SHA-512 is what Python makes of the same password") {
  const ByteView salt = as_bytes("klammklammklammklamm");
  const auto verifier =
      scram_verifier(k512, scram_salted_password(k512, "alice-secret", salt, 8192), salt, 8192);
  REQUIRE(to_hex(verifier.stored_key) ==
          "0c4761d192e1f1b6f9e3ff8a0f01402b3684129106650a7da294488dfb6777b8"
          "e29c8953a5546db332da598b941de0143fc6ef4a3bce0f91fb6e08f2bc1e2403");
  REQUIRE(to_hex(verifier.server_key) ==
          "0e45ae761a4b088e68d3a4ec0a7e13492366fb57238589e31be89684f9ffcd0b"
          "062a4856487f9beac0f661e46ff457a2f4692d2be2a4bad1408601e18c97d3c0");
}

TEST_CASE("Mechanisms have Kafka's names") {
  REQUIRE(scram_mechanism_from("SCRAM-SHA-256") == k256);
  REQUIRE(scram_mechanism_from("SCRAM-SHA-512") == k512);
  REQUIRE_FALSE(scram_mechanism_from("scram-sha-512"));
  REQUIRE_FALSE(scram_mechanism_from("SCRAM-SHA-1"));
}

TEST_CASE("A client's first message is taken apart") {
  const auto first = parse_scram_client_first("n,,n=alice,r=abc+/");
  REQUIRE(first);
  REQUIRE(first->gs2_header == "n,,");
  REQUIRE(first->authzid.empty());
  REQUIRE(first->user == "alice");
  REQUIRE(first->nonce == "abc+/");
  REQUIRE(first->bare == "n=alice,r=abc+/");
  REQUIRE_FALSE(first->with_token);
}

TEST_CASE("Commas and equals signs in names are escaped, and nothing else is") {
  REQUIRE(parse_scram_client_first("n,,n=a=2Cb=3Dc=3D2C,r=x")->user == "a,b=c=2C");
  REQUIRE(scram_client_first_bare("a,b=c", "x") == "n=a=2Cb=3Dc,r=x");
  for (const char* name : {"a=2c", "a=", "=", "a=2", "a=41", ""}) {
    INFO(name);
    REQUIRE_FALSE(parse_scram_client_first("n,,n=" + std::string(name) + ",r=x"));
  }
}

TEST_CASE("An authorization id stands in the header, with its escapes") {
  const auto first = parse_scram_client_first("n,a=al=2Cice,n=bob,r=x");
  REQUIRE(first);
  REQUIRE(first->authzid == "al,ice");
  REQUIRE(first->gs2_header == "n,a=al=2Cice,");
  REQUIRE(first->bare == "n=bob,r=x");
}

TEST_CASE("Extensions are read over, but for the one of delegation tokens") {
  REQUIRE_FALSE(parse_scram_client_first("n,,n=a,r=x,foo=bar=baz,Q=1")->with_token);
  REQUIRE(parse_scram_client_first("n,,n=a,r=x,foo=1,tokenauth=TRUE")->with_token);
  REQUIRE_FALSE(parse_scram_client_first("n,,n=a,r=x,tokenauth=yes")->with_token);
  REQUIRE_FALSE(parse_scram_client_first("n,,n=a,r=x,TOKENAUTH=true")->with_token);
}

TEST_CASE("What is no first message of a client is refused") {
  const std::string nul(1, '\0');
  for (const std::string& message : {
           std::string(),
           std::string("n"),
           std::string("n,,"),
           std::string("n,,n=a"),
           std::string("n,,n=a,r="),
           std::string("n,,r=x,n=a"),
           std::string("y,,n=a,r=x"),
           std::string("p=tls-unique,,n=a,r=x"),
           std::string(",,n=a,r=x"),
           std::string("n,b=c,n=a,r=x"),
           std::string("n,a=,n=a,r=x"),
           std::string("n,,m=ext,n=a,r=x"),
           std::string("n,,n=a,r=x,"),
           std::string("n,,n=a,r=x,foo"),
           std::string("n,,n=a,r=x,f1=2"),
           std::string("n,,n=a,r=x,foo="),
           std::string("n,,n=a,r=x y"),
           std::string("n,,n=\xC3\xA9,r=x"),
           "n,,n=a" + nul + ",r=x",
           std::string(" n,,n=a,r=x"),
           std::string("N,,n=a,r=x"),
           std::string("n,,n=a,r=x\n"),
       }) {
    INFO(message);
    REQUIRE_FALSE(parse_scram_client_first(message));
  }
}

TEST_CASE("A client's last message is taken apart, and what it signs kept as it came") {
  const auto last = parse_scram_client_final("c=biws,r=x,foo=p,p=AAEC");
  REQUIRE(last);
  REQUIRE(last->channel_binding == "biws");
  REQUIRE(last->nonce == "x");
  REQUIRE(last->proof == Bytes{0, 1, 2});
  REQUIRE(last->without_proof == "c=biws,r=x,foo=p");
}

TEST_CASE("What is no last message of a client is refused") {
  for (const char* message : {"", "c=biws,r=x", "p=AAEC", "c=biws,r=x,p=AAE", "c=biws,r=x,p=AAEC,foo=1",
                              "c=bi ws,r=x,p=AAEC", "r=x,c=biws,p=AAEC", "c=biws,r=,p=AAEC",
                              "c=biws,r=x,p= AAEC", "c=biws,r=x,p=AAEC\n", "c=biws,r=x,,p=AAEC"}) {
    INFO(message);
    REQUIRE_FALSE(parse_scram_client_final(message));
  }
}

TEST_CASE("A server's first message is taken apart as it was made") {
  const Bytes salt = {1, 2, 3, 4};
  const std::string message = scram_server_first("nonce", salt, 8192);
  REQUIRE(message == "r=nonce,s=AQIDBA==,i=8192");
  const std::string extended = message + ",ext=1";
  const auto first = parse_scram_server_first(extended);
  REQUIRE(first);
  REQUIRE(first->nonce == "nonce");
  REQUIRE(first->salt == salt);
  REQUIRE(first->iterations == 8192);
}

TEST_CASE("What is no first message of a server is refused") {
  for (const char* message :
       {"", "r=x", "r=x,s=AQID", "r=x,s=,i=4096", "r=x,s=AQI,i=4096", "r=x,s=AQID,i=0", "r=x,s=AQID,i=-1",
        "r=x,s=AQID,i=+4096", "r=x,s=AQID,i=99999999999", "r=x,s=AQID,i=4096x", "m=y,r=x,s=AQID,i=4096",
        "r=x,i=4096,s=AQID", "r=x,s=AQID,i=4096,"}) {
    INFO(message);
    REQUIRE_FALSE(parse_scram_server_first(message));
  }
}

TEST_CASE("A server's last message is a signature or an error") {
  REQUIRE(parse_scram_server_final("v=AQID")->signature == Bytes{1, 2, 3});
  REQUIRE(parse_scram_server_final("v=AQID,ext=1")->signature == Bytes{1, 2, 3});
  REQUIRE(parse_scram_server_final("e=other-error")->error == "other-error");
  for (const char* message : {"", "v=AQI", "e=", "e=a=b", "e=a,ext=1", "x=AQID"}) {
    INFO(message);
    REQUIRE_FALSE(parse_scram_server_final(message));
  }
}

TEST_CASE("No failure repeats what a message holds") {
  const auto first = parse_scram_client_first("n,,n=a,r=x,secret-text");
  const auto last = parse_scram_client_final("c=biws,r=x,p=secret-text");
  REQUIRE(first.error().message.find("secret-text") == std::string::npos);
  REQUIRE(last.error().message.find("secret-text") == std::string::npos);
}

TEST_CASE("Random text is the number in base 36, without its upper six bits") {
  std::array<uint8_t, 17> bits{};
  REQUIRE(scram_random_text(bits) == "0");
  bits[16] = 37;
  REQUIRE(scram_random_text(bits) == "11");
  bits.fill(0xFF);
  REQUIRE(scram_random_text(bits) == "1omfro7zwmumr3umxudzyj6scf");
  SeededRandom random(7);
  REQUIRE(scram_random_text(random) != scram_random_text(random));
}

TEST_CASE("Base64 is read in the one form in which it is written") {
  REQUIRE(to_base64(as_bytes("klamm")) == "a2xhbW0=");
  REQUIRE(from_base64("a2xhbW0=") == Bytes{'k', 'l', 'a', 'm', 'm'});
  REQUIRE(from_base64("") == Bytes{});
  for (const char* text :
       {"a2xhbW0", "a2xhbW1=", " a2xhbW0=", "a2xhbW0=\n", "====", "A===", "a2x=bW0=", "a2xh*W0="}) {
    INFO(text);
    REQUIRE_FALSE(from_base64(text));
  }
}

TEST_CASE("Names in the log are quoted, escaped and cut") {
  REQUIRE(quoted("alice") == "'alice'");
  REQUIRE(quoted("a'b\\c\n\x1B[0m\xC3\xA9") == "'a\\x27b\\x5Cc\\x0A\\x1B[0m\\xC3\\xA9'");
  REQUIRE(quoted(std::string(200, 'x')) == "'" + std::string(200, 'x') + "'");
  REQUIRE(quoted(std::string(201, 'x')) == "'" + std::string(200, 'x') + "...'");
  REQUIRE(quoted(std::string(1000, '\n')).size() == 205);
}
