// The authorizer, the names of principals, what changes at run time, and that no password is ever told.
#include "tests/broker/config_fixture.h"

#include "broker/config/alter.h"
#include "broker/config/describe.h"
#include "broker/config/setting_notices.h"

using namespace klamm;
using namespace klamm::broker;

namespace {

constexpr int8_t kSet = 0, kDelete = 1;
const std::string kStandard = "org.apache.kafka.metadata.authorizer.StandardAuthorizer";

std::string listed(const std::set<std::string, std::less<>>& names) {
  std::string text;
  for (const std::string& name : names) text += (text.empty() ? "" : " | ") + name;
  return text;
}

ConfigMap guarded(const ConfigMap& changes) {
  ConfigMap all = {{"authorizer.class.name", kStandard}};
  for (const auto& [key, value] : changes) all[key] = value;
  return all;
}

// A node with a listener EXTERNAL that speaks SSL, whose stores are altered.
struct Stores : ConfigFixture {
  ConfigMap settings = {
      {"listeners", "PLAINTEXT://:9092,EXTERNAL://:9094,CONTROLLER://:9093"},
      {"listener.security.protocol.map", "PLAINTEXT:PLAINTEXT,EXTERNAL:SSL,CONTROLLER:PLAINTEXT"},
      {"listener.name.external.ssl.keystore.location", "/tls/old.p12"},
      {"listener.name.external.ssl.keystore.type", "PKCS12"},
      {"listener.name.external.ssl.keystore.password", "old"}};
  ConfigMap dynamic_broker;
  StoreTrial trial;

  security::TlsConfig with(const ConfigMap& dynamic) {
    return security_with(node(settings), dynamic).listeners.at("EXTERNAL").tls.value();
  }
  std::string altered(std::vector<ConfigChange> changes, bool for_all = false) {
    const ConfigMap none, file = node(settings).file;
    auto error =
        check_broker_changes(changes, false, for_all, dynamic_broker, {dynamic_broker, none, file}, trial);
    return error ? std::string(protocol::name_of(error->code)) + ": " + error->message : "fine";
  }
};

const std::string kJaas = "listener.name.external.plain.sasl.jaas.config";
const std::string kModule = "org.apache.kafka.common.security.plain.PlainLoginModule";

// Brokers among themselves by PLAIN over TLS, with "canary" wherever a secret may stand.
ConfigMap full_of_secrets() {
  return {{"listeners", "PLAINTEXT://:9092,EXTERNAL://:9094,CONTROLLER://:9093"},
          {"listener.security.protocol.map", "PLAINTEXT:PLAINTEXT,EXTERNAL:SASL_SSL,CONTROLLER:PLAINTEXT"},
          {"inter.broker.listener.name", "EXTERNAL"},
          {"sasl.mechanism.inter.broker.protocol", "PLAIN"},
          {"sasl.enabled.mechanisms", "PLAIN"},
          {"ssl.keystore.password", "canary"},
          {"ssl.keystore.key", "canary"},
          {"ssl.key.password", "canary"},
          {"ssl.keystore.certificate.chain", "canary"},
          {"ssl.truststore.password", "canary"},
          {"ssl.truststore.certificates", "canary"}};
}

std::vector<ConfigMap> broken_in_many_ways() {
  const std::string entry = kModule + " required username=\"u\" password=\"canary\" user_u=\"canary";
  return {{},
          {{"ssl.keystore.type", "PEM"}},
          {{"ssl.keystore.key", "-"}},
          {{"ssl.keystore.type", "X"}},
          {{"ssl.keystore.location", "/a"}},
          {{"ssl.truststore.type", "PEM"}},
          {{"ssl.truststore.location", "/a"}},
          {{"sasl.jaas.config", "canary"}},
          {{kJaas, "canary"}},
          {{kJaas, "canary required;"}},
          {{kJaas, entry}},
          {{kJaas, entry + "\";"}},
          {{kJaas, entry + "\" canary;"}},
          {{kJaas, entry + "2\";"}},
          {{kJaas, kModule + " required username=u password=canary; canary canary=canary;"}},
          {{kJaas, kModule + " canary password=\"canary\";"}}};
}

}  // namespace

TEST_CASE("without an authorizer nothing is guarded, and settings that think so are warned about") {
  ConfigFixture fixture;
  REQUIRE_FALSE(fixture.node().security.authorizer.enabled);
  REQUIRE_FALSE(fixture.node({{"authorizer.class.name", ""}}).security.authorizer.enabled);
  REQUIRE(fixture.notices({{"super.users", "User:admin"}}) ==
          "super.users has no effect, since every client may do everything; for ACLs add "
          "authorizer.class.name=" +
              kStandard + "\n");
}

TEST_CASE("Kafka's standard authorizer is meant by its name, and by that of its predecessor") {
  ConfigFixture fixture;
  REQUIRE(fixture.node(guarded({})).security.authorizer.enabled);
  REQUIRE(fixture.notices(guarded({})).empty());
  const ConfigMap old = {{"authorizer.class.name", "kafka.security.authorizer.AclAuthorizer"}};
  REQUIRE(fixture.node(old).security.authorizer.enabled);
  REQUIRE(fixture.notices(old) ==
          "authorizer.class.name=kafka.security.authorizer.AclAuthorizer is taken for " + kStandard +
              ", which has replaced it in Kafka 4\n");
}

TEST_CASE("another authorizer stops the start, with what to write") {
  ConfigFixture fixture;
  REQUIRE(fixture.refusal({{"authorizer.class.name", "com.example.Guard"}}) ==
          "authorizer.class.name=com.example.Guard is refused: Klamm runs no Java classes; write "
          "authorizer.class.name=" +
              kStandard + ", Kafka's own, which goes by ACLs");
}

TEST_CASE("super users are separated by semicolons, since certificates have commas in their names") {
  ConfigFixture fixture;
  const ConfigMap users = guarded({{"super.users", " User:admin; User:CN=node-1,O=Example,C=DE;;"}});
  REQUIRE(listed(fixture.node(users).security.authorizer.super_users) ==
          "User:CN=node-1,O=Example,C=DE | User:admin");
  REQUIRE(fixture.notices(users).empty());
  REQUIRE(fixture.notices(guarded({{"super.users", "User:a,User:b"}})) ==
          "super.users: 'User:a,User:b' is one name; names are separated by semicolons, as in "
          "User:alice;User:bob\n");
  REQUIRE(fixture.refusal(guarded({{"super.users", "User:a;bob"}})) ==
          "super.users=User:a;bob: 'bob' is not of the form User:name; write User:bob");
}

TEST_CASE("everyone is allowed where no ACL is found only if the word is true") {
  ConfigFixture fixture;
  auto allows = [&](const std::string& text) {
    return fixture.node(guarded({{"allow.everyone.if.no.acl.found", text}}))
        .security.authorizer.allow_if_no_acl_found;
  };
  REQUIRE_FALSE(fixture.node(guarded({})).security.authorizer.allow_if_no_acl_found);
  REQUIRE(allows(" TRUE "));
  REQUIRE_FALSE(allows("false"));
  REQUIRE_FALSE(allows("yes"));
  REQUIRE(fixture.notices(guarded({{"allow.everyone.if.no.acl.found", "yes"}})) ==
          "allow.everyone.if.no.acl.found=yes counts as false; write true or false\n");
}

TEST_CASE("rules for the names of certificates are the node's, or a listener's own") {
  ConfigFixture fixture;
  SecurityConfig security = fixture
                                .node({{"ssl.principal.mapping.rules", "RULE:^CN=(.*?),.*$/$1/"},
                                       {"listener.name.controller.ssl.principal.mapping.rules", "DEFAULT"}})
                                .security;
  REQUIRE(security.mapping_of("PLAINTEXT").name_of("CN=node,O=Example").value() == "node");
  REQUIRE(security.mapping_of("CONTROLLER").name_of("CN=node,O=Example").value() == "CN=node,O=Example");
  REQUIRE(fixture.refusal({{"ssl.principal.mapping.rules", "RULE:("}})
              .starts_with("ssl.principal.mapping.rules=RULE:(: "));
}

TEST_CASE("listeners that start early are the controller's, or those that are named") {
  ConfigFixture fixture;
  REQUIRE(fixture.node().security.early_start_listeners == std::set<std::string>{"CONTROLLER"});
  REQUIRE(fixture.node({{"early.start.listeners", "PLAINTEXT"}}).security.early_start_listeners ==
          std::set<std::string>{"PLAINTEXT"});
  REQUIRE(fixture.refusal({{"early.start.listeners", "INSIDE"}}) ==
          "early.start.listeners names INSIDE, which is neither in listeners nor in "
          "controller.listener.names; take it out");
}

TEST_CASE("settings of a listener that is not there are told of") {
  ConfigFixture fixture;
  REQUIRE(fixture.notices({{"listener.name.extrenal.ssl.client.auth", "required"},
                           {"listener.name.extrenal.ssl.keystore.location", "/a"},
                           {"listener.name.plaintext.max.connections", "5"}}) ==
          "listener.name.extrenal.* is not read: listeners has no EXTRENAL\n");
  REQUIRE(fixture.notices({{"listener.name.PLAINTEXT.max.connections", "5"}}) ==
          "listener.name.PLAINTEXT.* is not read: write listener.name.plaintext. in lower case\n");
}

TEST_CASE("a listener's prefix before what is the whole node's is told of") {
  ConfigFixture fixture;
  REQUIRE(
      fixture.notices({{"listener.name.plaintext.num.io.threads", "5"}}) ==
      "listener.name.plaintext.num.io.threads is not read: num.io.threads is the whole node's, and written "
      "without a listener's prefix\n");
}

TEST_CASE("Java classes that would decide about logins stop the start") {
  ConfigFixture fixture;
  REQUIRE(
      fixture
          .refusal({{"listener.name.plaintext.plain.sasl.server.callback.handler.class", "com.example.Ldap"}})
          .starts_with("listener.name.plaintext.plain.sasl.server.callback.handler.class=com.example.Ldap is "
                       "refused: Klamm runs no Java classes"));
}

// ---- while the node runs ----

TEST_CASE("a listener's stores follow the broker's dynamic settings, and nothing else of it does") {
  Stores stores;
  security::TlsConfig tls = stores.with({{"listener.name.external.ssl.keystore.location", "/tls/new.p12"},
                                         {"listener.name.external.ssl.keystore.password", "new"},
                                         {"listener.name.external.ssl.enabled.protocols", "TLSv1.3"},
                                         {"ssl.keystore.type", "PEM"}});
  REQUIRE(tls.key_store.location == "/tls/new.p12");
  REQUIRE(tls.key_store.password == "new");
  REQUIRE(tls.key_store.type == "PKCS12");
  REQUIRE(tls.protocols.size() == 2);
  REQUIRE(stores.with({}) == stores.node(stores.settings).security.listeners.at("EXTERNAL").tls);
}

TEST_CASE("dynamic stores that do not fit together leave the file's in force") {
  Stores stores;
  REQUIRE(stores.with({{"listener.name.external.ssl.keystore.type", "PEM"}}).key_store.type == "PKCS12");
}

TEST_CASE("variables in dynamic stores stay text") {
  Stores stores;
  stores.settings["config.providers"] = "env";
  stores.settings["config.providers.env.class"] = "EnvVarConfigProvider";
  stores.environment["PASSWORD"] = "from the environment";
  REQUIRE(
      stores.with({{"listener.name.external.ssl.keystore.password", "${env:PASSWORD}"}}).key_store.password ==
      "${env:PASSWORD}");
}

TEST_CASE("a node's configuration at run time has the stores of its dynamic settings") {
  Stores stores;
  const NodeConfig config = stores.node(stores.settings);
  const ConfigMap none, dynamic = {{"listener.name.external.ssl.keystore.location", "/tls/new.p12"}};
  NodeConfig changed = reconfigured(config, {dynamic, none, config.file});
  REQUIRE(changed.security.listeners.at("EXTERNAL").tls->key_store.location == "/tls/new.p12");
  // Also where other settings cannot be read.
  const ConfigMap wrong = {{"max.connections.per.ip.overrides", "oops"}};
  changed = reconfigured(config, {dynamic, wrong, config.file});
  REQUIRE(changed.security.listeners.at("EXTERNAL").tls->key_store.location == "/tls/new.p12");
}

TEST_CASE("stores are altered for one broker, with the listener's prefix, and as far as they fit together") {
  Stores stores;
  const std::string location = "listener.name.external.ssl.keystore.location";
  const std::string type = "listener.name.external.ssl.keystore.type";
  const std::string trust = "listener.name.external.ssl.truststore.location";
  REQUIRE(stores.altered({{location, kSet, "/tls/new.p12"}}) == "fine");
  REQUIRE(stores.altered({{location, kSet, "/tls/new.p12"}}, true)
              .starts_with("INVALID_REQUEST: Cannot update these configs at default cluster level"));
  REQUIRE(stores.altered({{"ssl.keystore.location", kSet, "/a"}}).find("only per-listener") !=
          std::string::npos);
  REQUIRE(stores.altered({{type, kSet, "BCFKS"}}).starts_with("INVALID_REQUEST: " + type + "=BCFKS is not"));
  REQUIRE(stores.altered({{location, kSet, ""}}).find("has no key store") != std::string::npos);
  REQUIRE(stores.altered({{trust, kSet, "/t"}}).find("Cannot add SSL truststore to an existing listener") !=
          std::string::npos);
  stores.dynamic_broker = {{location, "/tls/new.p12"}};
  REQUIRE(stores.altered({{location, kDelete, {}}}) == "fine");
}

TEST_CASE("other settings of TLS and SASL are kept for a broker, and a line says that they do nothing") {
  Stores stores;
  REQUIRE(stores.altered({{"listener.name.external.ssl.client.auth", kSet, "required"}}) == "fine");
  const ConfigResource broker{ConfigResourceType::kBroker, "1"};
  ConfigOverrides is;
  is.set("listener.name.external.plain.sasl.jaas.config", "canary");
  is.set("listener.name.external.ssl.keystore.password", "canary");
  ConfigDelta change;
  change.resource = &broker;
  change.after = &is;
  std::vector<Notice> notices = setting_notices(change, stores.node(stores.settings).network.listeners);
  REQUIRE(notices.size() == 1);
  REQUIRE(
      notices.front().text ==
      "listener.name.external.plain.sasl.jaas.config is kept, and not acted on: listeners are opened with "
      "what the file says; set it there and restart the node");
}

TEST_CASE(
    "stores that a listener cannot use are refused with what is wrong with them, and others are tried once") {
  Stores stores;
  std::vector<std::string> tried;
  stores.trial = [&](const std::string& listener, const security::TlsConfig& tls) -> std::optional<Failure> {
    tried.push_back(listener + " " + tls.key_store.location.value_or(""));
    if (tls.key_store.location == "/tls/bad.p12") return Failure{"it is bad"};
    return std::nullopt;
  };
  const std::string location = "listener.name.external.ssl.keystore.location";
  REQUIRE(stores.altered({{location, kSet, "/tls/bad.p12"}}) ==
          "INVALID_REQUEST: Validation of dynamic config update of SSLFactory failed: it is bad");
  REQUIRE(stores.altered({{location, kSet, "/tls/new.p12"}}) == "fine");
  REQUIRE(stores.altered({{location, kSet, "/tls/old.p12"}}) == "fine");
  REQUIRE(tried == std::vector<std::string>{"EXTERNAL /tls/bad.p12", "EXTERNAL /tls/new.p12"});
}

TEST_CASE("dynamic settings of a listener that is not there are told of") {
  Stores stores;
  const ConfigResource broker{ConfigResourceType::kBroker, "1"};
  ConfigOverrides is;
  is.set("listener.name.extrenal.ssl.keystore.location", "/tls/new.p12");
  is.set("listener.name.external.ssl.keystore.location", "/tls/new.p12");
  ConfigDelta change;
  change.resource = &broker;
  change.after = &is;
  std::vector<Notice> notices = setting_notices(change, stores.node(stores.settings).network.listeners);
  REQUIRE(notices.size() == 1);
  REQUIRE(notices.front().text ==
          "listener.name.extrenal.ssl.keystore.location is kept, and not read: no listener is called so; the "
          "listener FRONT is written listener.name.front.");
}

// ---- secrets ----

TEST_CASE("no problem tells a password") {
  for (const ConfigMap& changes : broken_in_many_ways()) {
    ConfigFixture fixture;
    ConfigMap settings = full_of_secrets();
    for (const auto& [key, value] : changes) settings[key] = value;
    const std::string refusal = fixture.refusal(settings);
    INFO(refusal);
    REQUIRE(refusal.find("canary") == std::string::npos);
  }
}

TEST_CASE("no notice tells a password") {
  ConfigFixture fixture;
  ConfigMap settings = full_of_secrets();
  settings["ssl.keystore.location"] = "/store";
  for (const char* key : {"ssl.keystore.key", "ssl.keystore.certificate.chain", "ssl.truststore.certificates",
                          "ssl.truststore.password"}) {
    settings[key] = "-";
  }
  settings["sasl.jaas.config"] = "canary";
  settings["ssl.client.auth"] = "required";
  settings[kJaas] = kModule + " required username=\"u\" password=\"canary\" user_u=\"2 canary\";";
  const std::string notices = fixture.notices(settings);
  INFO(notices);
  REQUIRE(notices.find("has another password for that user") != std::string::npos);
  REQUIRE(notices.find("canary") == std::string::npos);
}

TEST_CASE("a JAAS file's passwords are not told where the file is broken") {
  ConfigFixture fixture;
  fixture.disk.plant("/jaas.conf",
                     "KafkaServer { a.Module required password=\"canary\" canary \"canary\" };\n");
  fixture.environment["KAFKA_OPTS"] = "-Djava.security.auth.login.config=/jaas.conf";
  const std::string refusal =
      fixture.refusal({{"listener.security.protocol.map", "PLAINTEXT:SASL_PLAINTEXT,CONTROLLER:PLAINTEXT"},
                       {"sasl.enabled.mechanisms", "PLAIN"},
                       {"inter.broker.listener.name", "PLAINTEXT"}});
  INFO(refusal);
  REQUIRE(refusal.find("/jaas.conf") != std::string::npos);
  REQUIRE(refusal.find("canary") == std::string::npos);
}

TEST_CASE("DescribeConfigs shows no password of a listener") {
  Stores stores;
  const ConfigMap none, file = stores.node(stores.settings).file;
  for (const DescribedConfig& config : describe_broker({none, none, file})) {
    if (config.name != "listener.name.external.ssl.keystore.password") continue;
    REQUIRE(config.sensitive);
    REQUIRE_FALSE(config.value.has_value());
    REQUIRE_FALSE(config.synonyms.front().value.has_value());
    return;
  }
  FAIL("it is not described");
}
