#include "tests/broker/config_fixture.h"

#include "broker/config/missing_keys.h"
#include "broker/config/topic_config.h"

using namespace klamm;
using namespace klamm::broker;

TEST_CASE("a file with overrides becomes a node's configuration") {
  ConfigFixture fixture;
  fixture.disk.plant("/server.properties",
                     "# one node\n"
                     "process.roles = broker, controller\n"
                     "broker.id=7\n"
                     "controller.listener.names=CONTROLLER\n"
                     "controller.quorum.voters=7@localhost:9093\n"
                     "listeners=PLAINTEXT://:9092, \\\n"
                     "    CONTROLLER://:9093\n"
                     "log.dirs=/data\n"
                     "num.partitions=3\n");
  auto loaded = load_node_config("/server.properties", {{"num.partitions", "5"}, {"num.partitions", "6"}},
                                 fixture.sources());
  REQUIRE(loaded.ok());
  const NodeConfig& config = loaded->config;
  REQUIRE(config.id == NodeId{7});
  REQUIRE((config.is_broker && config.is_controller));
  REQUIRE(config.network.listeners.size() == 2);
  REQUIRE(config.storage.log_dirs == std::vector<std::string>{"/data"});
  REQUIRE(config.metadata_log.dir == "/data");
  REQUIRE(config.controller.default_partitions == 6);
}

TEST_CASE("the send buffer that is nobody's choice is the kernel's") {
  ConfigFixture fixture;
  REQUIRE(fixture.node().network.send_buffer_bytes == -1);
  REQUIRE(fixture.node({{"socket.send.buffer.bytes", "102400"}}).network.send_buffer_bytes == -1);
  REQUIRE(fixture.node({{"socket.send.buffer.bytes", "65536"}}).network.send_buffer_bytes == 65536);
  REQUIRE(fixture.node().network.receive_buffer_bytes == 102400);
}

TEST_CASE("quotas are averaged over the time that the file says") {
  ConfigFixture fixture;
  const NodeConfig config = fixture.node({{"quota.window.num", "2"},
                                          {"quota.window.size.seconds", "3"},
                                          {"controller.quota.window.num", "4"},
                                          {"controller.quota.window.size.seconds", "5"}});
  REQUIRE(config.quotas.windows == 2);
  REQUIRE(config.quotas.window_seconds == 3);
  REQUIRE(config.quotas.controller_windows == 4);
  REQUIRE(config.quotas.controller_window_seconds == 5);
  REQUIRE(config.network.quota_windows == 2);
  REQUIRE(config.network.quota_window_seconds == 3);
}

TEST_CASE("a file that cannot be read is named") {
  ConfigFixture fixture;
  auto loaded = load_node_config("/nowhere/server.properties", {}, fixture.sources());
  REQUIRE_FALSE(loaded.ok());
  REQUIRE(loaded.error().message.find("/nowhere/server.properties") != std::string::npos);
}

TEST_CASE("all bad values are told at once, each with its key") {
  ConfigFixture fixture;
  REQUIRE(fixture.refusal({{"num.partitions", "0"}, {"log.segment.bytes", "big"}}) ==
          "Invalid value big for configuration log.segment.bytes: Not a number of type INT\n"
          "Invalid value 0 for configuration num.partitions: Value must be at least 1");
}

TEST_CASE("a file made for ZooKeeper is told the lines to add, worked out from what is there") {
  ConfigFixture fixture;
  fixture.host_name = "kafka-2.kafka-headless";
  auto loaded = make_node_config({{"zookeeper.connect", "zk:2181"},
                                  {"listeners", "PLAINTEXT://0.0.0.0:9092"},
                                  {"advertised.listeners", "PLAINTEXT://kafka-2:9092"},
                                  {"listener.security.protocol.map", "PLAINTEXT:PLAINTEXT"},
                                  {"log.dirs", "/data"}},
                                 fixture.sources());
  REQUIRE_FALSE(loaded.ok());
  REQUIRE(loaded.error().message ==
          "process.roles is missing (a file made for ZooKeeper does not have it); add "
          "process.roles=broker,controller\n"
          "node.id is missing; add node.id=2 (from the host name kafka-2.kafka-headless)\n"
          "controller.listener.names is missing; add controller.listener.names=CONTROLLER, and "
          "listeners=PLAINTEXT://0.0.0.0:9092,CONTROLLER://:9093, and "
          "listener.security.protocol.map=PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT\n"
          "controller.quorum.voters is missing; add controller.quorum.voters=2@kafka-2:9093 (every "
          "controller of the "
          "cluster is in it)");
}

TEST_CASE("the lines that are suggested for missing keys make a node") {
  ConfigFixture fixture;
  REQUIRE(fixture.refusal({{"controller.quorum.voters", "-"}}) ==
          "controller.quorum.voters is missing; add controller.quorum.voters=1@localhost:9093 (every "
          "controller of "
          "the cluster is in it)");
  REQUIRE(fixture.node({{"controller.quorum.voters", "1@localhost:9093"}}).quorum.voters.size() == 1);
}

TEST_CASE("the ordinal of a host is the number behind its first label's last dash") {
  REQUIRE(ordinal_of("kafka-12.svc-3") == 12);
  REQUIRE(ordinal_of("kafka-0") == 0);
  REQUIRE_FALSE(ordinal_of("kafka").has_value());
  REQUIRE_FALSE(ordinal_of("kafka-a1").has_value());
  REQUIRE_FALSE(ordinal_of("-1").has_value());
  REQUIRE_FALSE(ordinal_of("kafka-99999999999").has_value());
}

TEST_CASE("broker.id is node.id, and the two may not differ") {
  ConfigFixture fixture;
  REQUIRE(fixture.node({{"node.id", "-"}, {"broker.id", "1"}}).id == NodeId{1});
  REQUIRE(fixture.refusal({{"broker.id", "2"}}) ==
          "node.id=1 and broker.id=2 differ; they are the same thing, remove broker.id");
}

TEST_CASE("keys that do nothing, not yet, or no more are told once each") {
  ConfigFixture fixture;
  std::string notices = fixture.notices({{"num.network.threads", "3"},
                                         {"replica.lag.time.max.ms", "10000"},
                                         {"offsets.topic.replication.factor", "3"},
                                         {"group.consumer.max.size", "10"},
                                         {"group.coordinator.append.linger.ms", "5"},
                                         {"zookeeper.connect", "zk:2181"},
                                         {"zookeeper.connection.timeout.ms", "6000"},
                                         {"inter.broker.protocol.version", "3.4"},
                                         {"retention.ms", "1"},
                                         {"log.retention.hour", "1"},
                                         {"sasl.mechanism.client", "PLAIN"}});
  REQUIRE(notices ==
          "group.consumer.max.size=10 is not acted on in this release: consumer groups come later\n"
          "group.coordinator.append.linger.ms=5 has no effect: what waits together is written together, and "
          "waits for nothing else\n"
          "inter.broker.protocol.version is ignored, Kafka 4 has removed it: the feature metadata.version "
          "replaces "
          "it (kafka-features upgrade)\n"
          "log.retention.hour is ignored: no key of that name is known; log.retention.hours is\n"
          "num.network.threads=3 has no effect: network loops follow the cores (klamm.loops sets them); "
          "obeying 3 "
          "would cap the broker\n"
          "retention.ms is ignored: no key of that name is known; log.retention.ms is\n"
          "sasl.mechanism.client is ignored: no key of that name is known\n"
          "zookeeper.connect, zookeeper.connection.timeout.ms ignored: there is no ZooKeeper in this "
          "cluster, the "
          "controllers keep its metadata\n");
}

TEST_CASE("what would be unsafe to ignore stops the start") {
  ConfigFixture fixture;
  REQUIRE(fixture.refusal({{"create.topic.policy.class.name", "a.B"}}).find("no Java classes") !=
          std::string::npos);
  REQUIRE(fixture.notices({{"create.topic.policy.class.name", ""}}) == "");
}

TEST_CASE("passwords are not printed") {
  ConfigFixture fixture;
  std::string notices = fixture.notices({{"delegation.token.secret.key", "hunter2"},
                                         {"ssl.keystore.password", "hunter2"},
                                         {"listener.name.plaintext.plain.sasl.jaas.config", "hunter2"}});
  REQUIRE(notices.find("delegation.token.secret.key=[hidden]") != std::string::npos);
  REQUIRE(notices.find("hunter2") == std::string::npos);
}

TEST_CASE("addresses of Kafka 2 are answered with the line that replaces them") {
  ConfigFixture fixture;
  REQUIRE(fixture.refusal({{"advertised.host.name", "box"}}) ==
          "advertised.host.name=box has been removed from Kafka; write "
          "advertised.listeners=PLAINTEXT://box:9092");
  REQUIRE(fixture.notices({{"port", "9092"}}) == "port=9092 is ignored: listeners replaces it\n");
}

TEST_CASE("keys that must fit together are checked together") {
  ConfigFixture fixture;
  REQUIRE(fixture.refusal({{"log.retention.ms", "0"}}) ==
          "log.retention.ms must be unlimited (-1) or, greater than or equal to 1");
  REQUIRE(
      fixture.refusal({{"queued.max.request.bytes", "10"}}).starts_with("queued.max.request.bytes must be"));
  REQUIRE(
      fixture.refusal({{"max.connections.per.ip", "0"}}).starts_with("max.connections.per.ip can be set"));
  REQUIRE(
      fixture.node({{"max.connections.per.ip", "0"}, {"max.connections.per.ip.overrides", "::1:2, a.b : 3"}})
          .network.connections_per_ip_overrides == std::map<std::string, int32_t>{{"::1", 2}, {"a.b", 3}});
}

TEST_CASE("this release says what it cannot do") {
  ConfigFixture fixture;
  REQUIRE(fixture.refusal({{"log.dirs", "/a,/b"}}) ==
          "log.dirs=/a,/b: this release keeps its logs in one directory; name one");
}

TEST_CASE("a server to begin at is no voter, even at this node's own address") {
  ConfigFixture fixture;
  NodeConfig config = fixture.node(
      {{"controller.quorum.voters", "-"}, {"controller.quorum.bootstrap.servers", "localhost:9093"}});
  REQUIRE(config.quorum.voters.empty());
  REQUIRE(config.quorum.bootstrap_servers.front().host == "localhost");
}
