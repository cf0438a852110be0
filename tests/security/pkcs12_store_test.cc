#include "security/pkcs12_store.h"

#include <openssl/pkcs12.h>
#include <openssl/provider.h>

#include <cstdlib>

#include "tests/security/certificates.h"
#include "tests/security/keytool_stores.h"
#include "tests/security/store_text.h"
#include "tests/testing.h"

using namespace klamm;
using namespace klamm::security;

namespace {

using Password = std::optional<std::string>;
using Pkcs12Ptr = std::unique_ptr<PKCS12, OpensslFree<&PKCS12_free>>;

constexpr const char* kChain = "CN=broker | CN=Klamm Test Intermediate";
constexpr const char* kTooMany = "malformed: deriving keys from its password would take more than 2000000";
constexpr const char* kWrong =
    "wrong password: the password is not that of the store, or the store was changed";

struct Fixture {
  Certificates certificates;
  Identity broker = certificates.leaf("CN=broker");
  Identity other = certificates.leaf("CN=other");
  std::vector<X509*> authorities = {certificates.root().certificate.get(),
                                    certificates.intermediate().certificate.get()};
};

std::string read(const Bytes& store, const Password& password = "secret", const Password& of_key = {}) {
  return text_of(read_pkcs12_key_store(store, password, of_key));
}

std::string read_trusted(const Bytes& store, const Password& password = "secret") {
  return text_of(read_pkcs12_trust_store(store, password));
}

Pkcs12Ptr decode(const Bytes& store) {
  const uint8_t* at = store.data();
  return Pkcs12Ptr(d2i_PKCS12(nullptr, &at, static_cast<long>(store.size())));
}

Bytes encode(const PKCS12& store) {
  Bytes bytes(static_cast<size_t>(i2d_PKCS12(&store, nullptr)));
  uint8_t* at = bytes.data();
  i2d_PKCS12(&store, &at);
  return bytes;
}

Bytes key_alone(const Identity& identity, const std::string& password) {
  EVP_PKEY* key = identity.key.get();
  const Pkcs12Ptr store(
      PKCS12_create(password.c_str(), "broker", key, nullptr, nullptr, 0, 0, 10, 10, 0));
  return encode(*store);
}

// All that stands in both, under one MAC; without a password, under none.
Bytes combined(const Bytes& first, const Bytes& second, const Password& password) {
  const Pkcs12Ptr store = decode(first);
  STACK_OF(PKCS7)* safes = PKCS12_unpack_authsafes(store.get());
  STACK_OF(PKCS7)* more = PKCS12_unpack_authsafes(decode(second).get());
  while (PKCS7* safe = sk_PKCS7_shift(more)) sk_PKCS7_push(safes, safe);
  const Pkcs12Ptr both(PKCS12_add_safes(safes, 0));
  sk_PKCS7_free(more);
  sk_PKCS7_pop_free(safes, PKCS7_free);
  if (password) PKCS12_set_mac(both.get(), password->c_str(), -1, nullptr, 0, 10, EVP_sha256());
  return encode(*both);
}

Bytes with_mac_iterations(const Bytes& bytes, int64_t iterations) {
  const Pkcs12Ptr store = decode(bytes);
  const ASN1_INTEGER* number = nullptr;
  PKCS12_get0_mac(nullptr, nullptr, nullptr, &number, store.get());
  ASN1_INTEGER_set_int64(const_cast<ASN1_INTEGER*>(number), iterations);
  return encode(*store);
}

// A store without a MAC whose one encrypted part asks for so many.
Bytes with_cipher_iterations(const Bytes& bytes, int iterations) {
  const Pkcs12Ptr store = decode(bytes);
  STACK_OF(PKCS7)* safes = PKCS12_unpack_authsafes(store.get());
  uint8_t salt[8] = {};
  X509_ALGOR* cost =
      PKCS5_pbe2_set_iv(EVP_aes_256_cbc(), iterations, salt, sizeof salt, nullptr, NID_hmacWithSHA256);
  X509_ALGOR_copy(sk_PKCS7_value(safes, 0)->d.encrypted->enc_data->algorithm, cost);
  X509_ALGOR_free(cost);
  const Pkcs12Ptr changed(PKCS12_add_safes(safes, 0));
  sk_PKCS7_pop_free(safes, PKCS7_free);
  return encode(*changed);
}

// As after the package with the legacy provider was taken away.
struct NoModules {
  NoModules() { setenv("OPENSSL_MODULES", "/nowhere", 1); }
  ~NoModules() { unsetenv("OPENSSL_MODULES"); }
};

}  // namespace

TEST_CASE("pkcs12: what keytool wrote is read") {
  REQUIRE(read(keytool_store(kKeytoolPkcs12Chain), kKeytoolPassword) == "CN=broker | CN=ca");
  REQUIRE(read_trusted(keytool_store(kKeytoolPkcs12Trust), kKeytoolPassword) == "CN=ca");
}

TEST_CASE_METHOD(Fixture, "pkcs12: what Java 8 and OpenSSL 1 wrote is read") {
  REQUIRE(read(keytool_store(kKeytoolPkcs12Legacy), kKeytoolPassword) == "CN=legacy");
  REQUIRE(read(to_pkcs12(broker, "secret", {.is_legacy = true})) == kChain);
}

TEST_CASE("pkcs12: old ciphers do not stay switched on for the process") {
  REQUIRE(read(keytool_store(kKeytoolPkcs12Legacy), kKeytoolPassword) == "CN=legacy");
  REQUIRE(OSSL_PROVIDER_available(nullptr, "legacy") == 0);
}

TEST_CASE("pkcs12: without the legacy provider the remedy is told") {
  const NoModules gone;
  REQUIRE_THAT(read(keytool_store(kKeytoolPkcs12Legacy), kKeytoolPassword),
               Catch::StartsWith("malformed: the store is encrypted with 'pbeWithSHA1And40BitRC2-CBC', for "
                                 "which OpenSSL needs its legacy provider"));
}

TEST_CASE("pkcs12: the key's password may be what keytool was told, and ignored") {
  REQUIRE(read(keytool_store(kKeytoolPkcs12Chain), kKeytoolPassword, "other-secret") == "CN=broker | CN=ca");
}

TEST_CASE_METHOD(Fixture, "pkcs12: what openssl writes is read") {
  REQUIRE(read(to_pkcs12(broker, "secret")) == kChain);
  REQUIRE(read(to_pkcs12(broker, ""), "") == kChain);
  REQUIRE(read(to_pkcs12(broker, "p\u00E4ss"), "p\u00E4ss") == kChain);
}

TEST_CASE_METHOD(Fixture, "pkcs12: a wrong password is told") {
  REQUIRE(read(to_pkcs12(broker, "secret"), "guess") == kWrong);
  REQUIRE(read(to_pkcs12(broker, "secret"), "") == kWrong);
  REQUIRE(read_trusted(trust_pkcs12(authorities, "secret"), "guess") == kWrong);
}

TEST_CASE_METHOD(Fixture, "pkcs12: a store that is encrypted and has no password given is told") {
  REQUIRE(read_trusted(trust_pkcs12(authorities, "secret"), std::nullopt) ==
          "wrong password: the store is encrypted, and no password is given");
}

TEST_CASE_METHOD(Fixture, "pkcs12: a store under an empty password needs none") {
  REQUIRE(read_trusted(trust_pkcs12(authorities, ""), std::nullopt) ==
          "CN=Klamm Test Root | CN=Klamm Test Intermediate");
}

TEST_CASE_METHOD(Fixture, "pkcs12: of two keys the first by alias is taken, and its chain alone") {
  const Bytes zebra = to_pkcs12(other, "secret", {.alias = "zebra"});
  const Bytes aardvark = to_pkcs12(broker, "secret", {.alias = "Aardvark", .with_issuers = false});
  REQUIRE(read(combined(zebra, aardvark, "secret")) == kChain);
}

TEST_CASE_METHOD(Fixture, "pkcs12: a store without a MAC is read") {
  const Bytes store = combined(to_pkcs12(broker, "secret"), trust_pkcs12({}, "secret"), std::nullopt);
  REQUIRE(read(store) == kChain);
  REQUIRE(read(store, "guess") == "wrong password: the password does not decrypt the store");
}

TEST_CASE_METHOD(Fixture, "pkcs12: the key may have a password of its own") {
  const Bytes certificate = trust_pkcs12({broker.certificate.get()}, "secret");
  const Bytes store = combined(certificate, key_alone(broker, "of-key"), "secret");
  REQUIRE(read(store, "secret", "of-key") == "CN=broker");
  // One wrong password in 256 leaves good padding, and is told with more words.
  REQUIRE_THAT(read(store, "secret", "guess"),
               Catch::StartsWith("wrong password: the password does not decrypt its key 'broker'"));
}

TEST_CASE_METHOD(Fixture, "pkcs12: certificates that keytool marks are trusted") {
  REQUIRE(read_trusted(trust_pkcs12(authorities, "secret")) ==
          "CN=Klamm Test Root | CN=Klamm Test Intermediate");
}

TEST_CASE_METHOD(Fixture, "pkcs12: of certificates that nobody marks all are trusted") {
  REQUIRE(read_trusted(trust_pkcs12(authorities, "secret", Pkcs12Writer::kOpenssl)) ==
          "CN=Klamm Test Root | CN=Klamm Test Intermediate");
}

TEST_CASE_METHOD(Fixture, "pkcs12: beside marked certificates others are not trusted") {
  const Bytes marked = trust_pkcs12({authorities[0]}, "secret");
  const Bytes plain = trust_pkcs12({authorities[1]}, "secret", Pkcs12Writer::kOpenssl);
  REQUIRE(read_trusted(combined(marked, plain, "secret")) == "CN=Klamm Test Root");
}

TEST_CASE_METHOD(Fixture, "pkcs12: of a key store the key's own certificate is trusted, not its issuer") {
  REQUIRE(read_trusted(to_pkcs12(broker, "secret")) == "CN=broker");
  REQUIRE(read_trusted(keytool_store(kKeytoolPkcs12Chain), kKeytoolPassword) == "CN=ca | CN=broker");
}

TEST_CASE_METHOD(Fixture, "pkcs12: what is missing is said") {
  REQUIRE(read(trust_pkcs12(authorities, "secret")) == "no key: it has only certificates, no private key");
  REQUIRE(read(trust_pkcs12({}, "secret")) == "no key: it is an empty store");
  REQUIRE(read_trusted(trust_pkcs12({}, "secret")) == "no certificate: it has no certificate");
}

TEST_CASE_METHOD(Fixture, "pkcs12: a key without its certificate is told") {
  const Bytes key = key_alone(broker, "secret");
  REQUIRE(read(key) == "no certificate: it has a private key and no certificate");
  const Bytes foreign = trust_pkcs12({other.certificate.get()}, "secret");
  REQUIRE(read(combined(key, foreign, "secret")) ==
          "mismatch: the private key is not that of the certificate");
}

TEST_CASE_METHOD(Fixture, "pkcs12: a store that is cut anywhere is refused as such") {
  const Bytes store = to_pkcs12(broker, "secret");
  for (size_t size = 0; size < store.size(); size += 7) {
    const Bytes cut(store.begin(), store.begin() + static_cast<long>(size));
    REQUIRE(read_pkcs12_key_store(cut, "secret", {}).error().kind == StoreError::Kind::kMalformed);
  }
}

TEST_CASE_METHOD(Fixture, "pkcs12: a changed byte is noticed") {
  Bytes store = to_pkcs12(broker, "secret");
  store[store.size() / 2] ^= 1;
  REQUIRE_FALSE(read_pkcs12_key_store(store, "secret", {}).ok());
}

TEST_CASE_METHOD(Fixture, "pkcs12: a MAC of too many iterations, or of none, is refused at once") {
  const Bytes store = to_pkcs12(broker, "secret");
  const int64_t iterations = GENERATE(kPbeIterationsMax + 1, 0x7FFFFFFFFFFFFFFFL, 0L, -1L, -4294957296L);
  REQUIRE_THAT(read(with_mac_iterations(store, iterations)), Catch::StartsWith(kTooMany));
}

TEST_CASE_METHOD(Fixture, "pkcs12: a cipher of too many iterations is refused at once") {
  const Bytes store = trust_pkcs12(authorities, "secret");
  REQUIRE_THAT(read_trusted(with_cipher_iterations(store, kPbeIterationsMax + 1)),
               Catch::StartsWith(kTooMany));
  REQUIRE_THAT(read_trusted(with_cipher_iterations(store, 11)),
               Catch::StartsWith("wrong password: the password does not decrypt the store"));
}

TEST_CASE_METHOD(Fixture, "pkcs12: all derivations of a store share one bound") {
  const Bytes store = to_pkcs12(broker, "secret");
  // The MAC, the certificates and the key take ten each.
  REQUIRE(read_pkcs12_key_store(store, "secret", {}, PbeBudget(30)).ok());
  REQUIRE_FALSE(read_pkcs12_key_store(store, "secret", {}, PbeBudget(29)).ok());
}
