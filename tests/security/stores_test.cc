#include "security/stores.h"

#include <openssl/err.h>

#include "tests/security/certificates.h"
#include "tests/security/keytool_stores.h"
#include "tests/security/store_text.h"
#include "tests/testing.h"

using namespace klamm;
using namespace klamm::security;

namespace {

using Password = std::optional<std::string>;

constexpr const char* kChain = "CN=broker | CN=Klamm Test Intermediate";

struct Fixture {
  Certificates certificates;
  Identity broker = certificates.leaf("CN=broker");
  std::vector<X509*> root = {certificates.root().certificate.get()};
};

std::string read(StoreType type, ByteView store, const Password& password = "secret",
                 const Password& of_key = {}) {
  return text_of(read_key_store(type, store, password, of_key));
}

std::string read_trusted(StoreType type, ByteView store, const Password& password = "secret") {
  return text_of(read_trust_store(type, store, password));
}

std::string guess(ByteView bytes) {
  const auto type = guess_store_type(bytes);
  return type ? std::string(name_of(*type)) : "none";
}

Bytes der_of(const X509& certificate) {
  Bytes der(static_cast<size_t>(i2d_X509(&certificate, nullptr)));
  uint8_t* at = der.data();
  i2d_X509(&certificate, &at);
  return der;
}

}  // namespace

TEST_CASE("stores: types have Java's names, in any case") {
  REQUIRE(store_type_from("PEM") == StoreType::kPem);
  REQUIRE(store_type_from("pkcs12") == StoreType::kPkcs12);
  REQUIRE(store_type_from("Jks") == StoreType::kJks);
  REQUIRE_FALSE(store_type_from("JCEKS").has_value());
  REQUIRE_FALSE(store_type_from("").has_value());
}

TEST_CASE_METHOD(Fixture, "stores: each type is read as what it is") {
  const std::string pem = to_pem(broker, "secret");
  REQUIRE(read(StoreType::kPem, as_bytes(pem), {}, "secret") == kChain);
  REQUIRE(read(StoreType::kPkcs12, to_pkcs12(broker, "secret")) == kChain);
  REQUIRE(read(StoreType::kJks, to_jks(broker, "secret")) == kChain);
}

TEST_CASE_METHOD(Fixture, "stores: the key's password is the store's unless it is given") {
  const std::string pem = to_pem(broker, "secret");
  REQUIRE(read(StoreType::kPem, as_bytes(pem), "secret") == kChain);
  REQUIRE(read(StoreType::kJks, to_jks(broker, "secret", "of-key"), "secret", "of-key") == kChain);
  REQUIRE(read(StoreType::kJks, to_jks(broker, "secret", "of-key")) ==
          "wrong password: the password is not that of its key 'broker'");
}

TEST_CASE_METHOD(Fixture, "stores: JKS and PKCS12 stand for each other, as in Java") {
  REQUIRE(read(StoreType::kJks, to_pkcs12(broker, "secret")) == kChain);
  REQUIRE(read(StoreType::kPkcs12, to_jks(broker, "secret")) == kChain);
  REQUIRE(read_trusted(StoreType::kJks, trust_pkcs12(root, "secret")) == "CN=Klamm Test Root");
  REQUIRE(read_trusted(StoreType::kPkcs12, trust_jks(root, "secret")) == "CN=Klamm Test Root");
}

TEST_CASE_METHOD(Fixture, "stores: what was said to be something else is named") {
  const std::string pem = to_pem(broker);
  REQUIRE(read(StoreType::kJks, as_bytes(pem)) == "malformed: it looks like PEM text");
  REQUIRE(read_trusted(StoreType::kPkcs12, as_bytes(pem)) == "malformed: it looks like PEM text");
  REQUIRE(read(StoreType::kPem, to_jks(broker, "secret")) == "malformed: it looks like JKS");
  REQUIRE(read_trusted(StoreType::kPem, to_pkcs12(broker, "secret")) == "malformed: it looks like PKCS12");
  REQUIRE(read(StoreType::kPem, as_bytes("hello")) ==
          "malformed: it looks like none of PEM, PKCS12 and JKS");
}

TEST_CASE_METHOD(Fixture, "stores: a certificate in DER is named, with the remedy") {
  const Bytes der = der_of(*broker.certificate);
  const auto type = GENERATE(StoreType::kPem, StoreType::kPkcs12, StoreType::kJks);
  REQUIRE_THAT(read_trusted(type, der),
               Catch::StartsWith("malformed: it looks like a single key or certificate in DER: convert"));
}

TEST_CASE("stores: an empty file is said to be one") {
  const auto type = GENERATE(StoreType::kPem, StoreType::kPkcs12, StoreType::kJks);
  REQUIRE(read(type, {}) == "malformed: it is empty");
}

TEST_CASE("stores: JCEKS is refused by its name, with the remedy") {
  const Bytes store = {0xCE, 0xCE, 0xCE, 0xCE, 0, 0, 0, 2, 0, 0, 0, 0};
  REQUIRE(read(StoreType::kJks, store) ==
          "malformed: it is a JCEKS store, which is not supported: convert it with keytool "
          "-importkeystore -deststoretype PKCS12");
}

TEST_CASE("stores: a file that is too large is not looked at") {
  const Bytes store((16 << 20) + 1, '-');
  REQUIRE(read(StoreType::kPem, store) ==
          "malformed: it has 16777217 bytes, more than a store may (16777216)");
}

TEST_CASE_METHOD(Fixture, "stores: types are guessed from the first bytes") {
  REQUIRE(guess(to_jks(broker, "secret")) == "JKS");
  REQUIRE(guess(to_pkcs12(broker, "secret")) == "PKCS12");
  REQUIRE(guess(keytool_store(kKeytoolPkcs12Trust)) == "PKCS12");
  REQUIRE(guess(as_bytes("subject=x\n" + to_pem(broker))) == "PEM");
  REQUIRE(guess(der_of(*broker.certificate)) == "none");
  REQUIRE(guess({}) == "none");
}

TEST_CASE_METHOD(Fixture, "stores: nothing is left in OpenSSL's queue of errors") {
  const Bytes damaged(100, 0x30);
  const std::string pem = to_pem(broker, "secret");
  REQUIRE(read(StoreType::kPem, as_bytes(pem), "guess") != kChain);
  REQUIRE(ERR_peek_error() == 0);
  REQUIRE(read(StoreType::kPkcs12, to_pkcs12(broker, "secret"), "guess") != kChain);
  REQUIRE(ERR_peek_error() == 0);
  REQUIRE(read(StoreType::kPkcs12, damaged) != kChain);
  REQUIRE(ERR_peek_error() == 0);
}

TEST_CASE_METHOD(Fixture, "stores: no message has a password in it") {
  const std::string pem = to_pem(broker, "secret");
  const auto refused = {read(StoreType::kPem, as_bytes(pem), "canary"),
                        read(StoreType::kPkcs12, to_pkcs12(broker, "secret"), "canary", "canary"),
                        read(StoreType::kJks, to_jks(broker, "secret"), "canary"),
                        read(StoreType::kJks, to_jks(broker, "secret"), "secret", "canary")};
  for (const std::string& message : refused) {
    REQUIRE_THAT(message, Catch::StartsWith("wrong password: "));
    REQUIRE(message.find("canary") == std::string::npos);
  }
}
