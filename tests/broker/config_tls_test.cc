// What TLS of a listener is made of, and what keeps it from being made.
#include "tests/broker/config_fixture.h"

#include "broker/config/value.h"

using namespace klamm;
using namespace klamm::broker;
using security::ClientAuth;
using security::TlsConfig;

namespace {

// A node with a listener EXTERNAL that speaks SSL, with a JKS store and the trust in it.
struct Tls : ConfigFixture {
  ConfigMap settings = {
      {"listeners", "PLAINTEXT://:9092,EXTERNAL://:9094,CONTROLLER://:9093"},
      {"listener.security.protocol.map", "PLAINTEXT:PLAINTEXT,EXTERNAL:SSL,CONTROLLER:PLAINTEXT"},
      {"ssl.keystore.location", "/tls/node.jks"},
      {"ssl.keystore.password", "secret"},
      {"ssl.truststore.location", "/tls/trust.jks"}};

  ConfigMap with(const ConfigMap& changes) const {
    ConfigMap all = settings;
    for (const auto& [key, value] : changes) all[key] = value;
    return all;
  }
  TlsConfig external(const ConfigMap& changes = {}) {
    return node(with(changes)).security.listeners.at("EXTERNAL").tls.value();
  }
  std::string refused(const ConfigMap& changes) { return refusal(with(changes)); }
  std::string told(const ConfigMap& changes) { return notices(with(changes)); }
};

}  // namespace

TEST_CASE("a listener's stores are the node's, by default JKS, and a key's password is the store's") {
  Tls tls;
  TlsConfig config = tls.external();
  REQUIRE(config.subject == "listener EXTERNAL");
  REQUIRE(config.key_prefix.empty());
  REQUIRE(config.key_store.type == "JKS");
  REQUIRE(config.key_store.location == "/tls/node.jks");
  REQUIRE(config.key_store.password == "secret");
  REQUIRE_FALSE(config.key_store.key_password.has_value());
  REQUIRE(config.trust_store.location == "/tls/trust.jks");
  REQUIRE_FALSE(config.trust_store.password.has_value());
}

TEST_CASE("what nobody sets is TLS 1.2 and 1.3 without client certificates, and with host names checked") {
  Tls tls;
  TlsConfig config = tls.external();
  REQUIRE(config.protocols == StringList{"TLSv1.2", "TLSv1.3"});
  REQUIRE(config.cipher_suites.empty());
  REQUIRE(config.client_auth == ClientAuth::kNone);
  REQUIRE(config.verify_host_name);
}

TEST_CASE("a listener's own settings come before the node's, one by one") {
  Tls tls;
  TlsConfig config = tls.external({{"listener.name.external.ssl.keystore.location", "/tls/external.p12"},
                                   {"listener.name.external.ssl.keystore.type", "PKCS12"},
                                   {"listener.name.external.ssl.client.auth", "required"},
                                   {"ssl.client.auth", "requested"},
                                   {"ssl.cipher.suites", "TLS_AES_128_GCM_SHA256"}});
  REQUIRE(config.key_prefix == "listener.name.external.");
  REQUIRE(config.key_store.location == "/tls/external.p12");
  REQUIRE(config.key_store.type == "PKCS12");
  REQUIRE(config.key_store.password == "secret");
  REQUIRE(config.client_auth == ClientAuth::kRequired);
  REQUIRE(config.cipher_suites == StringList{"TLS_AES_128_GCM_SHA256"});
}

TEST_CASE("a plaintext listener has no TLS, whatever is set for the node") {
  Tls tls;
  ListenerSecurity plain =
      tls.node(tls.with({{"ssl.client.auth", "none"}})).security.listeners.at("PLAINTEXT");
  REQUIRE_FALSE(plain.tls.has_value());
  REQUIRE_FALSE(plain.sasl.has_value());
}

// What was wrong: it had no security of a listener that it does not open, and spoke plain text there.
TEST_CASE("a broker alone connects to its controllers with TLS, for which it needs no key") {
  ConfigFixture fixture;
  ConfigMap settings = {{"process.roles", "broker"},
                        {"node.id", "2"},
                        {"listeners", "PLAINTEXT://:9092"},
                        {"listener.security.protocol.map", "PLAINTEXT:PLAINTEXT,CONTROLLER:SSL"},
                        {"listener.name.controller.ssl.truststore.location", "/tls/trust.jks"}};
  TlsConfig config = fixture.node(settings).security.listeners.at("CONTROLLER").tls.value();
  REQUIRE(config.trust_store.location == "/tls/trust.jks");
  REQUIRE_FALSE(config.key_store.is_set());
  REQUIRE(config.verify_host_name);
  settings["ssl.keystore.location"] = "/tls/node.jks";
  settings["ssl.keystore.password"] = "secret";
  config = fixture.node(settings).security.listeners.at("CONTROLLER").tls.value();
  REQUIRE(config.key_store.location == "/tls/node.jks");
}

TEST_CASE("PEM is a file, or text in the configuration, with a password for the key alone") {
  Tls tls;
  ConfigMap pem = {{"ssl.keystore.type", "PEM"}, {"ssl.keystore.password", "-"}, {"ssl.key.password", "k"}};
  REQUIRE(tls.external(pem).key_store.location == "/tls/node.jks");
  pem["ssl.keystore.location"] = "";
  pem["ssl.keystore.key"] = "-----BEGIN PRIVATE KEY-----";
  pem["ssl.keystore.certificate.chain"] = "-----BEGIN CERTIFICATE-----";
  TlsConfig config = tls.external(pem);
  REQUIRE_FALSE(config.key_store.location.has_value());
  REQUIRE(config.key_store.inline_key == "-----BEGIN PRIVATE KEY-----");
  REQUIRE(config.key_store.inline_certificates == "-----BEGIN CERTIFICATE-----");
  REQUIRE(config.key_store.key_password == "k");
}

TEST_CASE("a listener that speaks TLS without a key store is told which keys to set") {
  Tls tls;
  REQUIRE(tls.refused({{"ssl.keystore.location", "-"}}) ==
          "the listener EXTERNAL speaks SSL and has no key store; set "
          "listener.name.external.ssl.keystore.location with listener.name.external.ssl.keystore.type and "
          "listener.name.external.ssl.keystore.password, or for PEM "
          "listener.name.external.ssl.keystore.type=PEM with a location or with "
          "listener.name.external.ssl.keystore.key and "
          "listener.name.external.ssl.keystore.certificate.chain");
}

TEST_CASE("a store and its password belong together") {
  Tls tls;
  REQUIRE(tls.refused({{"ssl.keystore.password", "-"}}) ==
          "ssl.keystore.location=/tls/node.jks is a JKS store, and its password is missing; set "
          "listener.name.external.ssl.keystore.password");
  REQUIRE(tls.refused({{"ssl.keystore.type", "PEM"}}) ==
          "ssl.keystore.password is set, but ssl.keystore.type=PEM has no password of its own; remove "
          "ssl.keystore.password, and write the password of an encrypted key as "
          "listener.name.external.ssl.key.password");
  REQUIRE(tls.refused({{"ssl.truststore.location", "-"}, {"ssl.truststore.password", "t"}}) ==
          "ssl.truststore.password is set without a trust store; set "
          "listener.name.external.ssl.truststore.location");
  REQUIRE(tls.refused({{"ssl.truststore.type", "PEM"}, {"ssl.truststore.password", "t"}}) ==
          "ssl.truststore.password is set, but ssl.truststore.type=PEM has no password; remove "
          "ssl.truststore.password");
}

TEST_CASE("text in PEM form wants the type PEM, its other half, and no file beside it") {
  Tls tls;
  ConfigMap text = {{"ssl.keystore.key", "K"}, {"ssl.keystore.certificate.chain", "C"}};
  REQUIRE(
      tls.refused(text).starts_with("ssl.keystore.key is text in PEM form, but "
                                    "listener.name.external.ssl.keystore.type=JKS; write"));
  text["ssl.keystore.type"] = "PEM";
  text["ssl.keystore.password"] = "-";
  REQUIRE(tls.refused(text) ==
          "ssl.keystore.key and ssl.keystore.location=/tls/node.jks are both set; remove one of them");
  text["ssl.keystore.location"] = "-";
  text["ssl.keystore.certificate.chain"] = "-";
  REQUIRE(tls.refused(text) ==
          "ssl.keystore.key is set without its certificates; set "
          "listener.name.external.ssl.keystore.certificate.chain");
}

TEST_CASE("a store's type is one of three, in any case") {
  Tls tls;
  REQUIRE(tls.external({{"ssl.keystore.type", "pkcs12"}}).key_store.type == "pkcs12");
  REQUIRE(tls.refused({{"ssl.keystore.type", "BCFKS"}}) ==
          "ssl.keystore.type=BCFKS is not a type of store that is read here; write PEM, PKCS12 or JKS");
  REQUIRE(tls.refused({{"ssl.truststore.type", "JCEKS"}}).starts_with("ssl.truststore.type=JCEKS is not"));
}

TEST_CASE("client certificates are asked for only where it is said which ones are trusted") {
  Tls tls;
  REQUIRE(tls.external({{"ssl.client.auth", "requested"}}).client_auth == ClientAuth::kRequested);
  REQUIRE(tls.refused({{"ssl.client.auth", "required"}, {"ssl.truststore.location", "-"}}) ==
          "ssl.client.auth=required, but the listener EXTERNAL has no trust store, so that any certificate "
          "authority of the world would do; set listener.name.external.ssl.truststore.location (the one that "
          "signs the certificates of clients)");
}

TEST_CASE("with SASL_SSL client certificates are asked for by the listener's own setting alone") {
  Tls tls;
  ConfigMap sasl = {
      {"listener.security.protocol.map", "PLAINTEXT:PLAINTEXT,EXTERNAL:SASL_SSL,CONTROLLER:PLAINTEXT"},
      {"sasl.enabled.mechanisms", "SCRAM-SHA-512"},
      {"listener.name.external.scram-sha-512.sasl.jaas.config",
       "org.apache.kafka.common.security.scram.ScramLoginModule required;"},
      {"ssl.client.auth", "required"}};
  REQUIRE(tls.external(sasl).client_auth == ClientAuth::kNone);
  REQUIRE(tls.told(sasl).find("ssl.client.auth=required is for SSL listeners, and EXTERNAL is SASL_SSL") !=
          std::string::npos);
  sasl["listener.name.external.ssl.client.auth"] = "required";
  REQUIRE(tls.external(sasl).client_auth == ClientAuth::kRequired);
}

TEST_CASE("versions of TLS that nobody speaks any more are passed over, and unknown ones refused") {
  Tls tls;
  const ConfigMap old = {{"ssl.enabled.protocols", "TLSv1.1,TLSv1.2"}};
  REQUIRE(tls.external(old).protocols == StringList{"TLSv1.2"});
  REQUIRE(tls.told(old) ==
          "ssl.enabled.protocols=TLSv1.1,TLSv1.2: TLSv1.1 is not spoken, it is not safe; take it out\n");
  REQUIRE(tls.refused({{"ssl.enabled.protocols", "TLSv1.1"}}) ==
          "ssl.enabled.protocols=TLSv1.1 leaves no version of TLS to speak; write TLSv1.2,TLSv1.3");
  REQUIRE(tls.refused({{"ssl.enabled.protocols", "TLSv1.2,TLS1.3"}}) ==
          "ssl.enabled.protocols=TLSv1.2,TLS1.3: TLS1.3 is not a version of TLS; write TLSv1.2,TLSv1.3");
}

TEST_CASE("host names are checked by https, or by an empty word not at all") {
  Tls tls;
  constexpr const char* kKey = "ssl.endpoint.identification.algorithm";
  REQUIRE(tls.external({{kKey, "HTTPS"}}).verify_host_name);
  REQUIRE_FALSE(tls.external({{kKey, ""}}).verify_host_name);
  REQUIRE(
      tls.refused({{kKey, "none"}}).starts_with("ssl.endpoint.identification.algorithm=none is not known"));
}

TEST_CASE("what is wrong with keys that listeners share is told once") {
  Tls tls;
  REQUIRE(tls.refused({{"listeners", "PLAINTEXT://:9092,EXTERNAL://:9094,SSL://:9095,CONTROLLER://:9093"},
                       {"listener.security.protocol.map",
                        "PLAINTEXT:PLAINTEXT,EXTERNAL:SSL,SSL:SSL,CONTROLLER:PLAINTEXT"},
                       {"ssl.keystore.type", "BCFKS"}}) ==
          "ssl.keystore.type=BCFKS is not a type of store that is read here; write PEM, PKCS12 or JKS");
}
