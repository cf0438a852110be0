// Mechanisms, and where their credentials are found.
#include "tests/broker/config_fixture.h"

#include "broker/config/jaas_file.h"
#include "broker/config/value.h"

using namespace klamm;
using namespace klamm::broker;

namespace {

const std::string kPlain = "org.apache.kafka.common.security.plain.PlainLoginModule";
const std::string kScram = "org.apache.kafka.common.security.scram.ScramLoginModule";
const std::string kPlainKey = "listener.name.external.plain.sasl.jaas.config";
const std::string kScramKey = "listener.name.external.scram-sha-512.sasl.jaas.config";

// A node with a listener EXTERNAL that speaks SASL_PLAINTEXT.
struct Sasl : ConfigFixture {
  ConfigMap settings = {
      {"listeners", "PLAINTEXT://:9092,EXTERNAL://:9094,CONTROLLER://:9093"},
      {"listener.security.protocol.map", "PLAINTEXT:PLAINTEXT,EXTERNAL:SASL_PLAINTEXT,CONTROLLER:PLAINTEXT"},
      {"sasl.enabled.mechanisms", "SCRAM-SHA-512"},
      {kScramKey, kScram + " required;"}};

  ConfigMap with(const ConfigMap& changes) const {
    ConfigMap all = settings;
    for (const auto& [key, value] : changes) all[key] = value;
    return all;
  }
  SaslConfig external(const ConfigMap& changes = {}) {
    return node(with(changes)).security.listeners.at("EXTERNAL").sasl.value();
  }
  std::string refused(const ConfigMap& changes) { return refusal(with(changes)); }
  std::string told(const ConfigMap& changes) { return notices(with(changes)); }
  void jaas_file(const std::string& text) {
    disk.plant("/etc/jaas.conf", text);
    environment["KAFKA_OPTS"] = "-Xmx1g -Djava.security.auth.login.config=/etc/jaas.conf";
  }
};

}  // namespace

TEST_CASE("a SASL listener has its mechanisms, and by default Kafka's limits") {
  Sasl sasl;
  SaslConfig config = sasl.external();
  REQUIRE(config.mechanisms == StringList{"SCRAM-SHA-512"});
  REQUIRE(config.receive_size_max == 524288);
  REQUIRE(config.reauth_max_ms_of("SCRAM-SHA-512") == 0);
  REQUIRE_FALSE(config.strict_nonce);
  REQUIRE(config.logins.empty());
}

TEST_CASE("limits of SASL may be set for a listener, and sessions' lives for a mechanism") {
  Sasl sasl;
  SaslConfig config =
      sasl.external({{"sasl.server.max.receive.size", "1000"},
                     {"listener.name.external.sasl.server.max.receive.size", "2000"},
                     {"connections.max.reauth.ms", "60000"},
                     {"listener.name.external.scram-sha-512.connections.max.reauth.ms", "5000"},
                     {"klamm.sasl.scram.strict.nonce", "true"}});
  REQUIRE(config.receive_size_max == 2000);
  REQUIRE(config.reauth_max_ms == 60000);
  REQUIRE(config.reauth_max_ms_of("SCRAM-SHA-512") == 5000);
  REQUIRE(config.reauth_max_ms_of("PLAIN") == 60000);
  REQUIRE(config.strict_nonce);
  REQUIRE(sasl.refused({{"sasl.server.max.receive.size", "0"}})
              .starts_with("sasl.server.max.receive.size=0 lets nobody log in"));
}

TEST_CASE("a SASL listener without mechanisms is given the line to add") {
  Sasl sasl;
  REQUIRE(sasl.refused({{"sasl.enabled.mechanisms", "-"}}) ==
          "the listener EXTERNAL has no SASL mechanism: sasl.enabled.mechanisms is not set, and its default "
          "GSSAPI is not served; add listener.name.external.sasl.enabled.mechanisms=SCRAM-SHA-512 (there are "
          "PLAIN, SCRAM-SHA-256 and SCRAM-SHA-512)");
  REQUIRE(sasl.refused({{"sasl.enabled.mechanisms", ""}}).find("sasl.enabled.mechanisms is empty; add") !=
          std::string::npos);
}

TEST_CASE("mechanisms that are not served are refused by name") {
  Sasl sasl;
  REQUIRE(sasl.refused({{"sasl.enabled.mechanisms", "SCRAM-SHA-512,GSSAPI"}}) ==
          "sasl.enabled.mechanisms=SCRAM-SHA-512,GSSAPI: GSSAPI is not served by this release; take it out "
          "(there are PLAIN, SCRAM-SHA-256 and SCRAM-SHA-512)");
  REQUIRE(sasl.refused({{"listener.name.external.sasl.enabled.mechanisms", "scram-sha-512"}}) ==
          "listener.name.external.sasl.enabled.mechanisms=scram-sha-512: mechanisms are written in capitals, "
          "SCRAM-SHA-512");
  REQUIRE(sasl.refused({{"sasl.enabled.mechanisms", "DIGEST-MD5"}}).find("DIGEST-MD5 is not a mechanism") !=
          std::string::npos);
}

TEST_CASE("PLAIN's users and this node's logins are in the entries of listener and mechanism") {
  Sasl sasl;
  SaslConfig config = sasl.external(
      {{"sasl.enabled.mechanisms", "PLAIN,SCRAM-SHA-512"},
       {kPlainKey, kPlain + " required username=\"admin\" password=\"a\" user_admin=\"a\" user_bob=\"b c\";"},
       {kScramKey, kScram + " required username=\"node\" password=\"n\";"}});
  REQUIRE(config.plain_users.size() == 2);
  REQUIRE(config.plain_users.at("bob") == "b c");
  REQUIRE(config.logins.at("PLAIN") == SaslLogin{"admin", "a"});
  REQUIRE(config.logins.at("SCRAM-SHA-512") == SaslLogin{"node", "n"});
}

TEST_CASE("where a mechanism has no entry of its own, the JAAS file's section of the listener is read") {
  Sasl sasl;
  sasl.jaas_file("KafkaServer { " + kPlain + " required user_all=\"1\"; };\n" + "external.KafkaServer { " +
                 kPlain + " required user_external=\"2\"; };\n");
  const ConfigMap plain = {{"sasl.enabled.mechanisms", "PLAIN"}};
  REQUIRE(sasl.external(plain).plain_users.contains("external"));
  REQUIRE_FALSE(sasl.external(plain).plain_users.contains("all"));
  sasl.jaas_file("KafkaServer { " + kPlain + " required user_all=\"1\"; };\n");
  REQUIRE(sasl.external(plain).plain_users.contains("all"));
  ConfigMap own = plain;
  own[kPlainKey] = kPlain + " required user_own=\"3\";";
  REQUIRE(sasl.external(own).plain_users.size() == 1);
  REQUIRE(sasl.external(own).plain_users.contains("own"));
}

TEST_CASE("one section may serve several mechanisms, each with its module's login") {
  Sasl sasl;
  sasl.jaas_file("KafkaServer {\n  " + kPlain + " required username=\"p\" password=\"1\" user_p=\"1\";\n  " +
                 kScram + " required username=\"s\" password=\"2\";\n};\n");
  SaslConfig config =
      sasl.external({{"sasl.enabled.mechanisms", "PLAIN,SCRAM-SHA-256,SCRAM-SHA-512"}, {kScramKey, "-"}});
  REQUIRE(config.logins.at("PLAIN").user == "p");
  REQUIRE(config.logins.at("SCRAM-SHA-256").user == "s");
  REQUIRE(config.logins.at("SCRAM-SHA-512").user == "s");
  REQUIRE(config.plain_users.size() == 1);
}

TEST_CASE("a mechanism without an entry is given the line to add") {
  Sasl sasl;
  REQUIRE(sasl.refused({{kScramKey, "-"}}) ==
          "the listener EXTERNAL has no JAAS entry for SCRAM-SHA-512; add " + kScramKey + "=" + kScram +
              " required;, or a JAAS file with a section KafkaServer (--jaas FILE)");
  sasl.jaas_file("KafkaClient { " + kScram + " required; };\n");
  REQUIRE(sasl.refused({{kScramKey, "-"}})
              .ends_with("or a section KafkaServer to the JAAS file /etc/jaas.conf (named by KAFKA_OPTS)"));
}

TEST_CASE("sasl.jaas.config without listener and mechanism is not read, and that is said") {
  Sasl sasl;
  REQUIRE(sasl.refused({{kScramKey, "-"}, {"sasl.jaas.config", kScram + " required;"}})
              .find("for SCRAM-SHA-512; sasl.jaas.config is not read by a broker; add " + kScramKey) !=
          std::string::npos);
  sasl.jaas_file("KafkaServer { " + kScram + " required; };\n");
  REQUIRE(sasl.told({{kScramKey, "-"}, {"listener.name.external.sasl.jaas.config", "x"}}) ==
          "listener.name.external.sasl.jaas.config is ignored: a broker reads " + kScramKey +
              ", and has the JAAS file in its place\n");
}

TEST_CASE("an entry of listener and mechanism has one module, the mechanism's") {
  Sasl sasl;
  REQUIRE(sasl.refused({{kScramKey, kScram + " required; " + kScram + " required;"}})
              .starts_with(kScramKey + ": it has 2 login modules, and must have one"));
  REQUIRE(sasl.refused({{kScramKey, kPlain + " required;"}}) ==
          kScramKey + " names the login module " + kPlain + "; that of SCRAM-SHA-512 is " + kScram);
  REQUIRE(sasl.refused({{kScramKey, kScram + " required"}}).starts_with(kScramKey + ": "));
}

TEST_CASE("PLAIN without users is warned about, and so are modules of a section that nobody has") {
  Sasl sasl;
  sasl.jaas_file("KafkaServer { com.sun.security.auth.module.Krb5LoginModule required;\n " + kPlain +
                 " required; };\n");
  REQUIRE(
      sasl.told({{"sasl.enabled.mechanisms", "PLAIN"}, {kScramKey, "-"}}) ==
      "nobody can log in with PLAIN on the listener EXTERNAL: the JAAS file "
      "/etc/jaas.conf (named by KAFKA_OPTS) has no user; add user_alice=\"<password>\" behind " +
          kPlain +
          "\nthe JAAS file /etc/jaas.conf (named by KAFKA_OPTS) names the login "
          "module com.sun.security.auth.module.Krb5LoginModule, which is ignored: it is of none of PLAIN, "
          "SCRAM-SHA-256 and SCRAM-SHA-512\n");
}

TEST_CASE("a JAAS file that cannot be read, or is broken, is named by who names it") {
  Sasl sasl;
  sasl.environment["KAFKA_OPTS"] = "-Djava.security.auth.login.config=~/jaas.conf";
  REQUIRE(sasl.refused({{kScramKey, "-"}})
              .starts_with("the JAAS file ~/jaas.conf (named by KAFKA_OPTS) cannot be read: "));
  REQUIRE(sasl.external().mechanisms.size() == 1);
  sasl.jaas_file("KafkaServer { broken\n");
  REQUIRE(
      sasl.refused({{kScramKey, "-"}}).starts_with("the JAAS file /etc/jaas.conf (named by KAFKA_OPTS): "));
}

TEST_CASE("the command line's JAAS file comes before that of KAFKA_OPTS") {
  Sasl sasl;
  sasl.jaas_file("KafkaServer { broken\n");
  sasl.disk.plant("/other.conf", "KafkaServer { " + kScram + " required username=\"o\" password=\"p\"; };\n");
  ConfigSources sources = sasl.sources();
  sources.jaas_file = "/other.conf";
  ConfigMap settings = minimal();
  for (const auto& [key, value] : sasl.settings) settings[key] = value;
  settings.erase(kScramKey);
  auto loaded = make_node_config(settings, sources);
  REQUIRE(loaded.ok());
  REQUIRE(loaded->config.security.listeners.at("EXTERNAL").sasl->logins.at("SCRAM-SHA-512").user == "o");
}

TEST_CASE("KAFKA_OPTS names a JAAS file as Java takes it") {
  for (const char* options :
       {"-Xmx1g  -Djava.security.auth.login.config=/etc/jaas.conf\t-Da=b",
        "-Djava.security.auth.login.config=/a -Djava.security.auth.login.config=/etc/jaas.conf",
        "-Djava.security.auth.login.config==/etc/jaas.conf",
        "-Djava.security.auth.login.config=file:///etc/jaas.conf"}) {
    INFO(options);
    ConfigFixture fixture;
    fixture.environment["KAFKA_OPTS"] = options;
    const ConfigSources sources = fixture.sources();
    REQUIRE(JaasFile(sources).subject() == "the JAAS file /etc/jaas.conf (named by KAFKA_OPTS)");
  }
}

TEST_CASE("KAFKA_OPTS names no file where it only seems to") {
  for (const char* options : {"", "-Xmx1g", "-Djava.security.auth.login.config= -Da=b", "-D", "-Da",
                              "java.security.auth.login.config=/a"}) {
    INFO(options);
    ConfigFixture fixture;
    fixture.environment["KAFKA_OPTS"] = options;
    const ConfigSources sources = fixture.sources();
    REQUIRE_FALSE(JaasFile(sources).is_named());
  }
}

TEST_CASE("a JAAS file's values may stand for properties that KAFKA_OPTS gives to Java") {
  Sasl sasl;
  sasl.jaas_file("KafkaServer { " + kPlain + " required user_bob=\"${secret}\"; };\n");
  sasl.environment["KAFKA_OPTS"] += " -Dsecret=s=1";
  SaslConfig config = sasl.external({{"sasl.enabled.mechanisms", "PLAIN"}});
  REQUIRE(config.plain_users.at("bob") == "s=1");
}

TEST_CASE("the mechanism of brokers among themselves is one of their listener's") {
  Sasl sasl;
  const ConfigMap inside = {{"inter.broker.listener.name", "EXTERNAL"}};
  REQUIRE(
      sasl.refused(inside) ==
      "sasl.mechanism.inter.broker.protocol=GSSAPI (the default) is not enabled on the inter-broker listener "
      "EXTERNAL, which has SCRAM-SHA-512; write sasl.mechanism.inter.broker.protocol=SCRAM-SHA-512");
  ConfigMap right = inside;
  right["sasl.mechanism.inter.broker.protocol"] = "SCRAM-SHA-512";
  REQUIRE(
      sasl.told(right) ==
      "no other node can be logged in to: sasl.mechanism.inter.broker.protocol=SCRAM-SHA-512 has no username "
      "and password in its JAAS entry for the inter-broker listener EXTERNAL; add username=\"<name>\" "
      "password=\"<password>\"\n");
  right[kScramKey] = kScram + " required username=\"node\" password=\"n\";";
  REQUIRE(sasl.told(right).empty());
  REQUIRE(sasl.node(sasl.with(right)).security.inter_broker_mechanism == "SCRAM-SHA-512");
}

TEST_CASE("so is the mechanism of nodes and controllers") {
  Sasl sasl;
  REQUIRE(sasl.refused({{"listener.security.protocol.map",
                         "PLAINTEXT:PLAINTEXT,EXTERNAL:PLAINTEXT,CONTROLLER:SASL_PLAINTEXT"},
                        {"listener.name.controller.scram-sha-512.sasl.jaas.config", kScram + " required;"}})
              .starts_with("sasl.mechanism.controller.protocol=GSSAPI (the default) is not enabled on the "
                           "controller listener CONTROLLER, which has SCRAM-SHA-512; write"));
}

TEST_CASE("a broker alone logs in to its controllers, whatever mechanisms its own listeners have") {
  ConfigFixture fixture;
  const ConfigMap settings = {
      {"process.roles", "broker"},
      {"node.id", "2"},
      {"listeners", "PLAINTEXT://:9092"},
      {"listener.security.protocol.map", "PLAINTEXT:PLAINTEXT,CONTROLLER:SASL_PLAINTEXT"},
      {"sasl.mechanism.controller.protocol", "PLAIN"},
      {"listener.name.controller.plain.sasl.jaas.config",
       kPlain + " required username=\"broker\" password=\"b\";"}};
  REQUIRE(fixture.notices(settings).empty());
  const SaslConfig config = fixture.node(settings).security.listeners.at("CONTROLLER").sasl.value();
  REQUIRE(config.logins.at("PLAIN") == SaslLogin{"broker", "b"});
}

TEST_CASE("with PLAIN the user of the brokers must be one of their users") {
  Sasl sasl;
  auto told_of = [&](const std::string& options) {
    return sasl.told({{"inter.broker.listener.name", "EXTERNAL"},
                      {"sasl.mechanism.inter.broker.protocol", "PLAIN"},
                      {"sasl.enabled.mechanisms", "PLAIN"},
                      {kPlainKey, kPlain + " required username=\"admin\" password=\"a\" " + options + ";"}});
  };
  REQUIRE(told_of("user_admin=\"a\"").empty());
  REQUIRE(told_of("user_bob=\"a\"").find("has no such user; add user_admin=\"<the same password>\"") !=
          std::string::npos);
  REQUIRE(told_of("user_admin=\"b\"").find("has another password for that user") != std::string::npos);
}
