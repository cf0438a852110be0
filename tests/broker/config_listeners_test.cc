#include "tests/broker/config_fixture.h"

#include "broker/config/endpoints.h"

using namespace klamm;
using namespace klamm::broker;

namespace {

std::string shown(const Endpoint& endpoint) {
  return endpoint.listener + "://" + render_address(endpoint.host, endpoint.port) + "/" +
         std::string(name_of(endpoint.protocol));
}
std::string shown(const std::vector<Endpoint>& endpoints) {
  std::string text;
  for (const Endpoint& endpoint : endpoints) text += (text.empty() ? "" : " ") + shown(endpoint);
  return text;
}
std::string bound(const NodeConfig& config) {
  std::string text;
  for (const Listener& listener : config.network.listeners) {
    text += (text.empty() ? "" : " ") + shown(listener.endpoint) + (listener.controller ? "!" : "");
  }
  return text;
}

}  // namespace

TEST_CASE("listeners are taken apart as Kafka does") {
  struct {
    const char* entry;
    const char* name;
    const char* host;
    int port;
  } cases[] = {
      {"PLAINTEXT://:9092", "PLAINTEXT", "", 9092},
      {"plaintext://localhost:0", "PLAINTEXT", "localhost", 0},
      {"EXTERNAL-9094://[::1]:9094", "EXTERNAL-9094", "::1", 9094},
      {"A://::1:9092", "A", "::1", 9092},
      {"A://[fe80::1%eth0]:9092", "A", "fe80::1%eth0", 9092},
  };
  for (const auto& expected : cases) {
    INFO(expected.entry);
    auto address = parse_listener_address(expected.entry);
    REQUIRE(address.ok());
    REQUIRE(address->listener == expected.name);
    REQUIRE(address->host == expected.host);
    REQUIRE(address->port == expected.port);
  }
  for (const char* bad : {"", "localhost:9092", "PLAINTEXT://localhost", "PLAINTEXT://:", "://:9092",
                          "PLAINTEXT://a b:9092", "PLAINTEXT://:65536", "PLAINTEXT://:-1", "PLAINTEXT://:+1",
                          "PLAINTEXT://:99999999999999999999", "PLAINTEXT:/:9092", "PLAINTEXT://a/b:9092"}) {
    INFO(bad);
    REQUIRE_FALSE(parse_listener_address(bad).ok());
  }
}

TEST_CASE("a listener without a host is bound everywhere and advertised under the host's name") {
  ConfigFixture fixture;
  NodeConfig config = fixture.node();
  REQUIRE(bound(config) == "PLAINTEXT://:9092/PLAINTEXT CONTROLLER://:9093/PLAINTEXT!");
  REQUIRE(shown(config.network.advertised) == "PLAINTEXT://box.example:9092/PLAINTEXT");
  REQUIRE(shown(config.network.advertised_controllers) == "CONTROLLER://localhost:9093/PLAINTEXT");
  REQUIRE(config.network.inter_broker_listener == "PLAINTEXT");
}

TEST_CASE("advertised listeners replace what is bound, for controllers too") {
  ConfigFixture fixture;
  NodeConfig config = fixture.node({{"listeners", "PLAINTEXT://0.0.0.0:9092,CONTROLLER://0.0.0.0:9093"},
                                    {"advertised.listeners", "PLAINTEXT://a:1, CONTROLLER://b:2"}});
  REQUIRE(shown(config.network.advertised) == "PLAINTEXT://a:1/PLAINTEXT");
  REQUIRE(shown(config.network.advertised_controllers) == "CONTROLLER://b:2/PLAINTEXT");
}

TEST_CASE("0.0.0.0 is bound but never advertised") {
  ConfigFixture fixture;
  REQUIRE(fixture.refusal({{"listeners", "PLAINTEXT://0.0.0.0:9092,CONTROLLER://:9093"}}) ==
          "PLAINTEXT would be advertised as 0.0.0.0, which nobody can reach; set "
          "advertised.listeners=PLAINTEXT://<a name or address of this host>:9092");
  REQUIRE(fixture.refusal({{"controller.quorum.voters", "1@0.0.0.0:9093"}}).find("0.0.0.0") !=
          std::string::npos);
}

TEST_CASE("names differ, and ports do but for one IPv4 and one IPv6 address") {
  ConfigFixture fixture;
  std::string map = "A:PLAINTEXT,B:PLAINTEXT,C:PLAINTEXT,CONTROLLER:PLAINTEXT,PLAINTEXT:PLAINTEXT";
  auto with = [&](const std::string& listeners) {
    return ConfigMap{{"listeners", listeners + ",CONTROLLER://:9093"},
                     {"listener.security.protocol.map", map},
                     {"inter.broker.listener.name", "A"}};
  };
  REQUIRE(fixture.refusal(with("A://:1,A://:2")).starts_with("listeners: the name A is there twice"));
  REQUIRE(fixture.refusal(with("A://:1,B://:1")).starts_with("listeners: A and B both use port 1"));
  REQUIRE(fixture.refusal(with("A://127.0.0.1:1,B://10.0.0.1:1")).find("both use port 1") !=
          std::string::npos);
  REQUIRE(fixture.refusal(with("A://127.0.0.1:1,B://[::1]:1,C://:1")).find("use port 1") !=
          std::string::npos);
  REQUIRE(bound(fixture.node(with("A://127.0.0.1:1,B://[::1]:1"))).starts_with("A://127.0.0.1:1"));
  REQUIRE(fixture.node(with("A://:0,B://:0")).network.listeners.size() == 3);
}

TEST_CASE("the controller's protocol is PLAINTEXT unless a map or a secure listener says otherwise") {
  ConfigFixture fixture;
  REQUIRE(fixture.refusal({{"listener.security.protocol.map", "PLAINTEXT:PLAINTEXT"}}) ==
          "listener.security.protocol.map has no entry for the controller listener CONTROLLER; write "
          "listener.security.protocol.map=PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT (or its protocol)");
  REQUIRE(
      fixture
          .refusal(
              {{"listeners", "SSL://:9092,CONTROLLER://:9093"}, {"security.inter.broker.protocol", "SSL"}})
          .starts_with("listener.security.protocol.map has no entry for the controller listener CONTROLLER"));
  REQUIRE(fixture.refusal({{"listener.security.protocol.map", "CONTROLLER:TLS,PLAINTEXT:PLAINTEXT"}})
              .find("'TLS' is not a security protocol") != std::string::npos);
}

TEST_CASE("roles decide which listeners there must be") {
  ConfigFixture fixture;
  REQUIRE(fixture.refusal({{"listeners", "PLAINTEXT://:9092"}})
              .starts_with("controller.listener.names=CONTROLLER is not among listeners=PLAINTEXT://:9092;"));
  REQUIRE(fixture.refusal({{"listeners", "CONTROLLER://:9093"}})
              .starts_with("listeners has nothing for clients"));
  REQUIRE(fixture.refusal({{"process.roles", "broker"}, {"controller.quorum.voters", "2@c:9093"}})
              .find("contains the controller listener CONTROLLER") != std::string::npos);
  REQUIRE(fixture.refusal({{"process.roles", "controller"}}).find("contains PLAINTEXT, which is not in") !=
          std::string::npos);
  REQUIRE(fixture
              .refusal({{"advertised.listeners", "EXTERNAL://a:1"},
                        {"listener.security.protocol.map",
                         "EXTERNAL:PLAINTEXT,PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT"}})
              .starts_with("advertised.listeners names EXTERNAL, which is not among listeners"));
}

TEST_CASE("brokers speak to each other on an advertised listener") {
  ConfigFixture fixture;
  ConfigMap inside = {{"listeners", "INSIDE://:9092,CONTROLLER://:9093"},
                      {"listener.security.protocol.map", "INSIDE:PLAINTEXT,CONTROLLER:PLAINTEXT"}};
  REQUIRE(fixture.refusal(inside) ==
          "inter.broker.listener.name (from security.inter.broker.protocol) PLAINTEXT is not among the "
          "advertised "
          "listeners INSIDE; set inter.broker.listener.name=INSIDE");
  inside["inter.broker.listener.name"] = "inside";
  REQUIRE(fixture.node(inside).network.inter_broker_listener == "INSIDE");
  inside["security.inter.broker.protocol"] = "PLAINTEXT";
  REQUIRE(fixture.refusal(inside).find("exclude each other") != std::string::npos);
}

TEST_CASE("each listener has the security that its protocol wants") {
  ConfigFixture fixture;
  NodeConfig config = fixture.node(
      {{"listeners", "PLAINTEXT://:9092,EXTERNAL://:9094,CONTROLLER://:9093"},
       {"listener.security.protocol.map", "EXTERNAL:SASL_SSL,PLAINTEXT:PLAINTEXT,CONTROLLER:SSL"},
       {"sasl.enabled.mechanisms", "SCRAM-SHA-256"},
       {"listener.name.external.scram-sha-256.sasl.jaas.config",
        "org.apache.kafka.common.security.scram.ScramLoginModule required;"},
       {"ssl.keystore.type", "PEM"},
       {"ssl.keystore.location", "/node.pem"}});
  const auto& listeners = config.security.listeners;
  REQUIRE(listeners.size() == 3);
  REQUIRE((listeners.at("EXTERNAL").tls && listeners.at("EXTERNAL").sasl));
  REQUIRE((listeners.at("CONTROLLER").tls && !listeners.at("CONTROLLER").sasl));
  REQUIRE((!listeners.at("PLAINTEXT").tls && !listeners.at("PLAINTEXT").sasl));
}

TEST_CASE("voters are id@host:port, each once, this node among them") {
  REQUIRE(parse_quorum_voters({"1@a:1", "2@[::1]:2"}).value() ==
          std::vector<QuorumVoter>{{NodeId{1}, "a", 1}, {NodeId{2}, "::1", 2}});
  for (const char* bad :
       {"", "1", "a:1", "x@a:1", "1@a", "1@:1", "1@a:b", "-1@a:1", "1@a:1@b:2", "1@a:70000"}) {
    INFO(bad);
    REQUIRE_FALSE(parse_quorum_voters({bad}).ok());
  }
  REQUIRE_FALSE(parse_quorum_voters({"1@a:1", "1@b:1"}).ok());
  ConfigFixture fixture;
  REQUIRE(fixture.refusal({{"controller.quorum.voters", "2@a:9093"}})
              .starts_with("node.id=1 is not in controller.quorum.voters=2@a:9093"));
}

TEST_CASE("limits may be set for one listener") {
  ConfigFixture fixture;
  NodeConfig config = fixture.node({{"max.connections", "100"},
                                    {"listener.name.plaintext.max.connections", "10"},
                                    {"listener.name.plaintext.max.connection.creation.rate", "5"}});
  REQUIRE(config.network.connections_max == 100);
  REQUIRE(config.network.listeners[0].connections_max == 10);
  REQUIRE(config.network.listeners[0].connection_creation_rate_max == 5);
  REQUIRE(config.network.listeners[1].connections_max == INT32_MAX);
  REQUIRE(fixture.refusal({{"listener.name.plaintext.max.connections", "many"}}) ==
          "Invalid value many for configuration listener.name.plaintext.max.connections: Not a number of "
          "type INT");
}
