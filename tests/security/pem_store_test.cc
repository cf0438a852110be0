#include "security/pem_store.h"

#include <openssl/pem.h>

#include <algorithm>

#include "tests/security/certificates.h"
#include "tests/security/store_text.h"
#include "tests/testing.h"

using namespace klamm;
using namespace klamm::security;

namespace {

constexpr const char* kChain = "CN=broker | CN=Klamm Test Intermediate";

struct Fixture {
  Certificates certificates;
  Identity broker = certificates.leaf("CN=broker");
  std::string intermediate = certificate_pem(certificates.intermediate());
  std::string root = certificate_pem(certificates.root());
};

std::string read(const std::string& text, const std::optional<std::string>& password = std::nullopt) {
  return text_of(read_pem_key_store(text, password));
}

std::string replace(std::string text, const std::string& from, const std::string& to) {
  for (size_t at = text.find(from); at != text.npos; at = text.find(from, at + to.size())) {
    text.replace(at, from.size(), to);
  }
  return text;
}

std::string trusted_pem(X509& certificate) {
  const CertificatePtr copy(X509_dup(&certificate));
  X509_add1_trust_object(copy.get(), OBJ_nid2obj(NID_server_auth));
  const BioPtr memory(BIO_new(BIO_s_mem()));
  PEM_write_bio_X509_AUX(memory.get(), copy.get());
  char* text = nullptr;
  const long size = BIO_get_mem_data(memory.get(), &text);
  return {text, static_cast<size_t>(size)};
}

// An encrypted key that asks for `iterations`; nothing stands in it.
std::string key_pem_of(int iterations) {
  uint8_t salt[8] = {};
  X509_ALGOR* cost =
      PKCS5_pbe2_set_iv(EVP_aes_256_cbc(), iterations, salt, sizeof salt, nullptr, NID_hmacWithSHA256);
  const std::unique_ptr<X509_SIG, OpensslFree<&X509_SIG_free>> envelope(X509_SIG_new());
  X509_ALGOR* algorithm = nullptr;
  ASN1_OCTET_STRING* content = nullptr;
  X509_SIG_getm(envelope.get(), &algorithm, &content);
  X509_ALGOR_copy(algorithm, cost);
  X509_ALGOR_free(cost);
  ASN1_OCTET_STRING_set(content, salt, sizeof salt);
  const BioPtr memory(BIO_new(BIO_s_mem()));
  PEM_write_bio_PKCS8(memory.get(), envelope.get());
  char* text = nullptr;
  const long size = BIO_get_mem_data(memory.get(), &text);
  return {text, static_cast<size_t>(size)};
}

}  // namespace

TEST_CASE_METHOD(Fixture, "pem: a chain in any order comes out with the key's certificate first") {
  const std::string key = key_pem(broker);
  std::vector<std::string> blocks = {certificate_pem(broker), intermediate, root, key};
  std::sort(blocks.begin(), blocks.end());
  do {
    REQUIRE(read(blocks[0] + blocks[1] + blocks[2] + blocks[3]) ==
            "CN=broker | CN=Klamm Test Intermediate | CN=Klamm Test Root");
  } while (std::next_permutation(blocks.begin(), blocks.end()));
}

TEST_CASE_METHOD(Fixture, "pem: certificates that are not above the key's own stand at the end") {
  const std::string other = certificate_pem(Certificates("Other").root());
  REQUIRE(read(other + to_pem(broker)) == std::string(kChain) + " | CN=Other Root");
}

TEST_CASE_METHOD(Fixture, "pem: a certificate that is there twice is sent once") {
  REQUIRE(read(to_pem(broker) + chain_pem(broker) + intermediate) == kChain);
}

TEST_CASE_METHOD(Fixture, "pem: of two issuers of one name the one that signed comes next") {
  const Identity renewed =
      Certificates::issue(certificates.root(), "CN=Klamm Test Intermediate", {.is_ca = true});
  auto material = read_pem_key_store(certificate_pem(renewed) + to_pem(broker), std::nullopt);
  REQUIRE(X509_cmp(material->chain[1].get(), certificates.intermediate().certificate.get()) == 0);
}

TEST_CASE("pem: keys of every kind and form are read") {
  const auto type = GENERATE(KeyType::kEc, KeyType::kRsa);
  const auto form = GENERATE(KeyForm::kPkcs8, KeyForm::kTraditional);
  const auto password = GENERATE(std::optional<std::string>(), std::optional<std::string>("secret"));
  const Identity broker = Certificates::self_signed("CN=broker", {.key = type});
  const std::string key = key_pem(broker, password, form);
  REQUIRE(read(key + certificate_pem(broker), password) == "CN=broker");
  REQUIRE(read(replace(key + certificate_pem(broker), "\n", " "), password) == "CN=broker");
}

TEST_CASE_METHOD(Fixture, "pem: a wrong password of the key is told") {
  const auto form = GENERATE(KeyForm::kPkcs8, KeyForm::kTraditional);
  const std::string text = key_pem(broker, "secret", form) + chain_pem(broker);
  REQUIRE_THAT(read(text, "guess"), Catch::StartsWith("wrong password: the password does not decrypt"));
}

TEST_CASE_METHOD(Fixture, "pem: an encrypted key without a password is told") {
  const auto form = GENERATE(KeyForm::kPkcs8, KeyForm::kTraditional);
  REQUIRE(read(key_pem(broker, "secret", form) + chain_pem(broker)) ==
          "wrong password: the private key is encrypted, and no password is given");
}

TEST_CASE_METHOD(Fixture, "pem: a password for a key that is not encrypted is ignored") {
  REQUIRE(read(to_pem(broker), "secret") == kChain);
}

TEST_CASE_METHOD(Fixture, "pem: text is read as operators write it") {
  const std::string text = to_pem(broker);
  REQUIRE(read(replace(text, "\n", " ")) == kChain);
  REQUIRE(read(replace(text, "\n", "\r\n")) == kChain);
  REQUIRE(read(replace(text, "\n", "\\n")) == kChain);
  REQUIRE(read(replace(text, "\n", "")) == kChain);
  REQUIRE(read(replace(text, "-----BEGIN", "subject=CN = broker\n  issuer: x\n-----BEGIN")) == kChain);
}

TEST_CASE_METHOD(Fixture, "pem: what Kafka's patterns pass is read") {
  const std::string text = to_pem(broker);
  REQUIRE(read(replace(text, "-----", "-")) == kChain);
  REQUIRE(read(replace(text, "PRIVATE KEY", "ANY  PRIVATE\tKEY OF MINE")) == kChain);
  REQUIRE(read(replace(text, "CERTIFICATE-----\nM", "CERTIFICATE-----\nComment: a b\nFrom: c\nM")) == kChain);
  REQUIRE(read(replace(text, "=", "")) == kChain);
}

TEST_CASE_METHOD(Fixture, "pem: OpenSSL's trust settings behind a certificate are ignored") {
  REQUIRE(trusted_pem(*broker.certificate).find("BEGIN TRUSTED CERTIFICATE") != std::string::npos);
  REQUIRE(read(key_pem(broker) + trusted_pem(*broker.certificate)) == "CN=broker");
}

TEST_CASE_METHOD(Fixture, "pem: a block without its end is not passed over") {
  const std::string text = to_pem(broker);
  const std::string cut = "malformed: its block 'CERTIFICATE' has no END: the text is cut off";
  REQUIRE(read(text.substr(0, text.size() - 30)) == cut);
  REQUIRE(read(text.substr(0, text.size() - 60) + "\n" + root) == cut);
}

TEST_CASE_METHOD(Fixture, "pem: what is missing is said") {
  REQUIRE(read(chain_pem(broker)) == "no key: it has no private key, only 'CERTIFICATE', 'CERTIFICATE'");
  REQUIRE(read(key_pem(broker)) == "no certificate: it has no certificate, only 'PRIVATE KEY'");
  REQUIRE(read(chain_pem(broker) + chain_pem(broker) + chain_pem(broker)) ==
          "no key: it has no private key, only 'CERTIFICATE', 'CERTIFICATE', 'CERTIFICATE', 'CERTIFICATE', "
          "'CERTIFICATE' and 1 more");
  REQUIRE(read("nothing") == "malformed: it has no PEM block (-----BEGIN ...-----)");
}

TEST_CASE_METHOD(Fixture, "pem: two private keys are refused, as Kafka does") {
  REQUIRE(read(key_pem(broker) + to_pem(broker)) ==
          "malformed: it has 2 private keys, and one is expected");
}

TEST_CASE_METHOD(Fixture, "pem: a key of another certificate is told") {
  const std::string other = key_pem(certificates.leaf("CN=other"));
  REQUIRE(read(other + certificate_pem(broker)) ==
          "mismatch: the private key is not that of the certificate");
  REQUIRE(read(other + chain_pem(broker)) ==
          "mismatch: the private key is not that of any of its 2 certificates");
}

TEST_CASE_METHOD(Fixture, "pem: what is no Base64 and no certificate is told") {
  const std::string begin = "-----BEGIN CERTIFICATE-----\n";
  const std::string end = "-----END CERTIFICATE-----\n";
  REQUIRE(read(begin + "?" + end) == "malformed: what stands in its block 'CERTIFICATE' is not Base64");
  REQUIRE_THAT(read(to_pem(broker) + begin + "AAAA" + end),
               Catch::StartsWith("malformed: its certificate number 3 cannot be read"));
  REQUIRE_THAT(read(to_pem(broker) + begin + end),
               Catch::StartsWith("malformed: its certificate number 3 cannot be read"));
}

TEST_CASE_METHOD(Fixture, "pem: blocks of other things are passed over") {
  const std::string other = "-----BEGIN EC PARAMETERS-----\nBggqhkjOPQMBBw==\n-----END EC PARAMETERS-----\n";
  REQUIRE(read(other + to_pem(broker)) == kChain);
  REQUIRE(read(replace(other, "EC PARAMETERS", "CERTIFICATE REQUEST") + to_pem(broker)) == kChain);
}

TEST_CASE_METHOD(Fixture, "pem: a key that asks for too many iterations is refused at once") {
  REQUIRE_THAT(read(key_pem_of(kPbeIterationsMax + 1) + chain_pem(broker), "secret"),
               Catch::StartsWith("malformed: deriving keys from its password would take more than 2000000"));
  REQUIRE_THAT(read(key_pem_of(10) + chain_pem(broker), "secret"), Catch::StartsWith("wrong password"));
}

TEST_CASE_METHOD(Fixture, "pem: all certificates of a trust store are trusted") {
  REQUIRE(text_of(read_pem_trust_store(root + to_pem(broker))) ==
          "CN=Klamm Test Root | " + std::string(kChain));
}

TEST_CASE_METHOD(Fixture, "pem: a trust store without a certificate says what it has") {
  REQUIRE(text_of(read_pem_trust_store(key_pem(broker))) ==
          "no certificate: it has no certificate, only 'PRIVATE KEY'");
}
