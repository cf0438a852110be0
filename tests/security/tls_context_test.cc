#include "tests/testing.h"

#include "security/tls_context.h"

#include "tests/security/tls_fixture.h"

using namespace klamm;
using namespace klamm::security;

namespace {

const std::string kPrefix = "listener.name.external.";

struct World {
  Certificates certificates;
  TlsFolder folder;
  Identity broker = certificates.leaf("CN=broker-0,OU=kafka", {.dns = {"broker-0"}});
  TlsConfig config = server_config(broker);
};

bool has_warning(const TlsConfig& config, std::string_view text) {
  for (const std::string& warning : server_context(config)->warnings()) {
    if (warning.find(text) != std::string::npos) return true;
  }
  return false;
}

}  // namespace

TEST_CASE_METHOD(World, "tls context: what is to be known of the node's certificates") {
  const auto context = server_context(config);
  const CertificateFacts& own = context->own_chain().front();
  REQUIRE(context->own_chain().size() == 2);
  REQUIRE(own.subject == "CN=broker-0,OU=kafka");
  REQUIRE(own.names == std::vector<std::string>{"DNS:broker-0"});
  REQUIRE(own.not_before_ms == kYear2020Ms);
  REQUIRE(own.not_after_ms == kYear2100Ms);
  REQUIRE(context->warnings().empty());
}

TEST_CASE_METHOD(World, "tls context: a file that is not there") {
  config.key_store = file_store(folder.path("broker.pem"));
  REQUIRE(failure_of(config) == kPrefix + "ssl.keystore.location: " + folder.path("broker.pem") +
                                    " cannot be read: No such file or directory; put the file there, or "
                                    "correct the path");
}

TEST_CASE_METHOD(World, "tls context: a folder is no file") {
  config.trust_store = file_store(folder.path(""));
  REQUIRE(failure_of(config) ==
          kPrefix + "ssl.truststore.location: " + folder.path("") + " is not a file; name the file itself");
}

TEST_CASE_METHOD(World, "tls context: the wrong password of a store") {
  config.key_store = file_store(folder.write("broker.p12", to_pkcs12(broker, "secret")), "PKCS12");
  config.key_store.password = "guess";
  REQUIRE(failure_of(config) == kPrefix + "ssl.keystore.password: the password does not open " +
                                    folder.path("broker.p12") + "; correct it");
}

TEST_CASE_METHOD(World, "tls context: the wrong password of a key in PEM") {
  config.key_store = file_store(folder.write("broker.pem", to_pem(broker, "secret")));
  config.key_store.key_password = "guess";
  REQUIRE(failure_of(config) == kPrefix + "ssl.key.password: the password does not open the private key in " +
                                    folder.path("broker.pem") + "; correct it");
}

TEST_CASE_METHOD(World, "tls context: an encrypted key in PEM without a password") {
  config.key_store = file_store(folder.write("broker.pem", to_pem(broker, "secret")));
  REQUIRE(failure_of(config) == kPrefix + "ssl.key.password: the private key in " +
                                    folder.path("broker.pem") + " is encrypted; set " + kPrefix +
                                    "ssl.key.password to its password");
}

TEST_CASE_METHOD(World, "tls context: the key of a JKS with a password of its own") {
  config.key_store = file_store(folder.write("broker.jks", to_jks(broker, "secret", "other")), "JKS");
  config.key_store.password = "secret";
  REQUIRE(failure_of(config) == kPrefix + "ssl.key.password: the password of the store (" + kPrefix +
                                    "ssl.keystore.password) does not open the private key in " +
                                    folder.path("broker.jks") + "; set " + kPrefix +
                                    "ssl.key.password to the key's own");
}

TEST_CASE_METHOD(World, "tls context: a type of stores that does not exist") {
  config.key_store.type = "P12";
  REQUIRE(failure_of(config) == kPrefix + "ssl.keystore.type: \"P12\" is not a type of stores; set " +
                                    kPrefix + "ssl.keystore.type to PEM, PKCS12 or JKS");
}

TEST_CASE_METHOD(World, "tls context: a PEM that is called PKCS12") {
  config.key_store = file_store(folder.write("broker.pem", to_pem(broker)), "PKCS12");
  config.key_store.password = "secret";
  REQUIRE(failure_of(config) == kPrefix + "ssl.keystore.type: it is PKCS12, but " +
                                    folder.path("broker.pem") + " is a PEM store; set " + kPrefix +
                                    "ssl.keystore.type=PEM");
}

TEST_CASE_METHOD(World, "tls context: a PKCS12 that is called JKS, Kafka's default, is read as Java does") {
  config.key_store = file_store(folder.write("broker.jks", to_pkcs12(broker, "secret")), "JKS");
  config.key_store.password = "secret";
  REQUIRE(failure_of(config).empty());
}

TEST_CASE_METHOD(World, "tls context: a file of certificates is no key store") {
  config.key_store = file_store(folder.write("broker.pem", chain_pem(broker)));
  REQUIRE(failure_of(config).starts_with(kPrefix + "ssl.keystore.location: " + folder.path("broker.pem") +
                                         " has no private key ("));
}

TEST_CASE_METHOD(World, "tls context: a key and a certificate that were not made together") {
  config.key_store.inline_key = key_pem(certificates.leaf("CN=broker-1"));
  const std::string failure = failure_of(config);
  REQUIRE(failure.starts_with(kPrefix + "ssl.keystore.certificate.chain: in the inline value the private key "
                                        "is not that of the certificate"));
}

TEST_CASE_METHOD(World, "tls context: a certificate that has expired") {
  config = server_config(certificates.leaf("CN=old", {.not_after_ms = kEndOf2020Ms}));
  REQUIRE(failure_of(config) ==
          kPrefix +
              "ssl.keystore.certificate.chain: the certificate \"CN=old\" in the inline "
              "value has expired on 2021-01-01 00:00:00 UTC; have a new one issued and "
              "put it there");
}

TEST_CASE_METHOD(World, "tls context: a certificate of the future") {
  config = server_config(certificates.leaf("CN=early", {.not_before_ms = kNowMs + 1000}));
  REQUIRE(failure_of(config) ==
          kPrefix +
              "ssl.keystore.certificate.chain: the certificate \"CN=early\" in the inline "
              "value is not valid before 2027-01-15 08:00:01 UTC; wait, or correct the "
              "clock, which says 2027-01-15 08:00:00 UTC");
}

TEST_CASE_METHOD(World, "tls context: protocols that nobody should speak any more") {
  config.protocols = {"TLSv1.2", GENERATE("TLSv1", "TLSv1.1", "SSLv3")};
  REQUIRE(failure_of(config) == kPrefix + "ssl.enabled.protocols: " + config.protocols[1] +
                                    " is not safe and not spoken any more (RFC 8996); set " + kPrefix +
                                    "ssl.enabled.protocols=TLSv1.2,TLSv1.3");
}

TEST_CASE_METHOD(World, "tls context: no protocol at all") {
  config.protocols = {};
  REQUIRE(failure_of(config) == kPrefix + "ssl.enabled.protocols: it is empty, nobody could connect; set " +
                                    kPrefix + "ssl.enabled.protocols=TLSv1.2,TLSv1.3");
}

TEST_CASE_METHOD(World, "tls context: an unknown cipher suite is named with its key") {
  config.cipher_suites = {"TLS_AES_129_GCM_SHA256"};
  REQUIRE(failure_of(config).starts_with(
      kPrefix + "ssl.cipher.suites: \"TLS_AES_129_GCM_SHA256\" is not the name of a cipher suite;"));
}

TEST_CASE_METHOD(World, "tls context: suites of another protocol than the enabled one") {
  config.cipher_suites = {"TLS_AES_128_GCM_SHA256"};
  config.protocols = {"TLSv1.2"};
  REQUIRE(failure_of(config) == kPrefix + "ssl.cipher.suites: none of them can be used with " + kPrefix +
                                    "ssl.enabled.protocols=TLSv1.2; add suites of that protocol, or enable "
                                    "TLSv1.3");
}

TEST_CASE_METHOD(World, "tls context: suites for another kind of key than the node's") {
  config.cipher_suites = {"TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256"};
  REQUIRE(
      failure_of(config) ==
      kPrefix + "ssl.cipher.suites: none of them can be used with " + kPrefix +
          "ssl.enabled.protocols=TLSv1.2,TLSv1.3 and a key of type EC; add suites that can, or remove the "
          "key to have the usual ones");
}

TEST_CASE_METHOD(World, "tls context: a suite that is too weak to be used is a warning beside others") {
  config.cipher_suites = {"TLS_AES_128_GCM_SHA256", "TLS_ECDHE_ECDSA_WITH_NULL_SHA",
                          "TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256"};
  REQUIRE(has_warning(config, "TLS_ECDHE_ECDSA_WITH_NULL_SHA is never used"));
  REQUIRE_FALSE(has_warning(config, "TLS_AES_128_GCM_SHA256 is never used"));
}

TEST_CASE_METHOD(World, "tls context: an enabled protocol without a suite of its own is a warning") {
  config.cipher_suites = {"TLS_AES_128_GCM_SHA256"};
  REQUIRE(has_warning(config, "none of them is of TLSv1.2"));
}

TEST_CASE_METHOD(World, "tls context: a PEM store with a password, which Kafka refuses") {
  config.key_store = file_store(folder.write("broker.pem", to_pem(broker)));
  config.key_store.password = "secret";
  REQUIRE(failure_of(config) ==
          kPrefix + "ssl.keystore.password: a PEM store has no password; remove it, and set " + kPrefix +
              "ssl.key.password if the private key is encrypted");
}

TEST_CASE_METHOD(World, "tls context: an inline key without a chain") {
  config.key_store.inline_certificates.reset();
  REQUIRE(failure_of(config) == kPrefix +
                                    "ssl.keystore.key: there is a private key, but no certificate; set " +
                                    kPrefix + "ssl.keystore.certificate.chain");
}

TEST_CASE_METHOD(World, "tls context: an inline chain without a key") {
  config.key_store.inline_key.reset();
  REQUIRE(failure_of(config) ==
          kPrefix + "ssl.keystore.certificate.chain: there is a certificate chain, but no private key; set " +
              kPrefix + "ssl.keystore.key");
}

TEST_CASE_METHOD(World, "tls context: a file and inline values at once") {
  config.key_store.location = folder.path("broker.pem");
  REQUIRE(failure_of(config) == kPrefix + "ssl.keystore.certificate.chain: it is set as well as " + kPrefix +
                                    "ssl.keystore.location; remove one of the two");
}

TEST_CASE_METHOD(World, "tls context: inline values that are called JKS") {
  config.key_store.type = "JKS";
  REQUIRE(failure_of(config) == kPrefix + "ssl.keystore.type: it is JKS, but " + kPrefix +
                                    "ssl.keystore.certificate.chain holds PEM; set " + kPrefix +
                                    "ssl.keystore.type=PEM");
}

TEST_CASE_METHOD(World, "tls context: a PKCS12 key store without its password, which Kafka refuses") {
  config.key_store = file_store(folder.write("broker.p12", to_pkcs12(broker, "secret")), "PKCS12");
  REQUIRE(failure_of(config).starts_with(kPrefix + "ssl.keystore.password: it is not set, but " + kPrefix +
                                         "ssl.keystore.location is"));
}

TEST_CASE_METHOD(World, "tls context: a listener without a key store") {
  config.key_store = {};
  REQUIRE(failure_of(config).starts_with(kPrefix + "ssl.keystore.location: it is not set, but listener "
                                                   "EXTERNAL speaks TLS and needs a private key"));
}

TEST_CASE_METHOD(World, "tls context: a client needs no key") {
  REQUIRE(failure_of(client_config(certificates.root()), TlsContext::Side::kClient).empty());
}

TEST_CASE_METHOD(World, "tls context: no secret is in a failure") {
  config.key_store = file_store(folder.write("broker.p12", to_pkcs12(broker, "hidden-1")), "PKCS12");
  config.key_store.password = "hidden-2";
  REQUIRE(failure_of(config).find("hidden") == std::string::npos);
}

TEST_CASE_METHOD(World, "tls context: a leaf without its intermediate is a warning") {
  config.key_store.inline_certificates = certificate_pem(broker);
  REQUIRE(has_warning(config,
                      "the chain in the inline value is not complete: \"CN=Klamm Test Intermediate\", "
                      "which issued \"CN=broker-0,OU=kafka\", is neither in it nor in the trust store"));
}

TEST_CASE_METHOD(World, "tls context: a leaf whose issuer is in the trust store is complete") {
  config.key_store.inline_certificates = certificate_pem(broker);
  config.trust_store = inline_trust_store(certificates.intermediate());
  REQUIRE(server_context(config)->warnings().empty());
}

TEST_CASE_METHOD(World, "tls context: a certificate without alternative names is a warning") {
  config = server_config(certificates.leaf("CN=broker-0"));
  REQUIRE(has_warning(config, "\"CN=broker-0\" has no subject alternative name"));
}

TEST_CASE_METHOD(World, "tls context: a certificate that ends within thirty days is a warning") {
  const int64_t soon_ms = kNowMs + 29 * int64_t{86'400'000};
  config = server_config(certificates.leaf("CN=broker-0", {.dns = {"broker-0"}, .not_after_ms = soon_ms}));
  REQUIRE(has_warning(config, "\"CN=broker-0\" in the inline value expires on 2027-02-13 08:00:00 UTC"));
}

TEST_CASE_METHOD(World, "tls context: client certificates of any public authority are a warning") {
  config.client_auth = ClientAuth::kRequired;
  REQUIRE(has_warning(config, kPrefix + "ssl.truststore.location: it is not set"));
}

TEST_CASE_METHOD(World, "tls context: the fingerprint is that of the bytes") {
  const std::string before = server_context(config)->fingerprint();
  REQUIRE(server_context(config)->fingerprint() == before);
  config.trust_store = inline_trust_store(certificates.root());
  REQUIRE(server_context(config)->fingerprint() != before);
}
