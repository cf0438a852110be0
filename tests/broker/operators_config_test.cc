// Whole files as operators have them, some of them made for older releases: what is done with each key, or
// said of it.
#include "tests/testing.h"

#include <array>
#include <string>
#include <string_view>
#include <utility>

#include "broker/config/definitions.h"
#include "broker/config/topic_config.h"
#include "broker/config/value.h"
#include "tests/broker/config_fixture.h"

using namespace klamm;
using namespace klamm::broker;

namespace {

// Laid over minimal(): what guides for three brokers put into a file, with keys that Kafka 4 has removed.
ConfigMap file_of_old() {
  return {{"node.id", "-"},
          {"broker.id", "1"},
          {"offsets.topic.replication.factor", "3"},
          {"transaction.state.log.replication.factor", "3"},
          {"transaction.state.log.min.isr", "2"},
          {"default.replication.factor", "3"},
          {"min.insync.replicas", "2"},
          {"auto.create.topics.enable", "false"},
          {"delete.topic.enable", "false"},
          {"log.retention.hours", "72"},
          {"log.retention.bytes", "1073741824"},
          {"log.retention.check.interval.ms", "60000"},
          {"log.segment.bytes", "536870912"},
          {"compression.type", "producer"},
          {"log.cleanup.policy", "delete"},
          {"num.network.threads", "8"},
          {"num.io.threads", "16"},
          {"num.replica.fetchers", "4"},
          {"num.recovery.threads.per.data.dir", "4"},
          {"socket.send.buffer.bytes", "1048576"},
          {"socket.receive.buffer.bytes", "2097152"},
          {"socket.request.max.bytes", "209715200"},
          {"replica.lag.time.max.ms", "10000"},
          {"replica.socket.timeout.ms", "20000"},
          {"replica.socket.receive.buffer.bytes", "65536"},
          {"controlled.shutdown.enable", "false"},
          {"controlled.shutdown.max.retries", "3"},
          {"unclean.leader.election.enable", "true"},
          {"group.initial.rebalance.delay.ms", "0"},
          {"group.min.session.timeout.ms", "5000"},
          {"group.max.session.timeout.ms", "300000"},
          {"log.flush.interval.messages", "10000"},
          {"log.flush.interval.ms", "1000"},
          {"inter.broker.protocol.version", "3.6"},
          {"log.message.format.version", "3.0"},
          {"sasl.mechanism.client", "SCRAM-SHA-512"},
          {"authorizer.class.name", "kafka.security.authorizer.AclAuthorizer"},
          {"super.users", "User:admin"},
          {"zookeeper.connect", "zk-0:2181,zk-1:2181"},
          {"zookeeper.connection.timeout.ms", "18000"}};
}

}  // namespace

TEST_CASE_METHOD(ConfigFixture, "of an old file each key that does nothing, or no more, is told once") {
  REQUIRE(notices(file_of_old()) ==
          "controlled.shutdown.max.retries is ignored, Kafka 4 has removed it: a stopping broker asks until "
          "its leadership has moved\n"
          "inter.broker.protocol.version is ignored, Kafka 4 has removed it: the feature metadata.version "
          "replaces it (kafka-features upgrade)\n"
          "log.flush.interval.messages=10000: acknowledgements wait for the fsync, which those that come "
          "meanwhile share\n"
          "log.flush.interval.ms=1000: Kafka looks at it only when log.flush.scheduler.interval.ms lets its "
          "flusher run, by default never; Klamm honours it\n"
          "log.message.format.version is ignored, Kafka 4 has removed it: records are always in format 2; "
          "nothing replaces it\n"
          "num.network.threads=8 has no effect: network loops follow the cores (klamm.loops sets them); "
          "obeying 3 would cap the broker\n"
          "num.recovery.threads.per.data.dir=4: at least as many as num.io.threads\n"
          "num.replica.fetchers=4 has no effect: one fetcher per broker, whose requests name all that is "
          "followed there\n"
          "replica.socket.receive.buffer.bytes=65536 has no effect: the kernel sizes the buffers of a "
          "connection by itself\n"
          "sasl.mechanism.client is ignored: no key of that name is known\n"
          "zookeeper.connect, zookeeper.connection.timeout.ms ignored: there is no ZooKeeper in this "
          "cluster, the controllers keep its metadata\n"
          "authorizer.class.name=kafka.security.authorizer.AclAuthorizer is taken for "
          "org.apache.kafka.metadata.authorizer.StandardAuthorizer, which has replaced it in Kafka 4\n");
}

TEST_CASE_METHOD(ConfigFixture, "what an old file says of a broker is obeyed") {
  const NodeConfig config = node(file_of_old());
  REQUIRE(config.id == NodeId{1});
  REQUIRE(config.groups.topic_replication_factor == 3);
  REQUIRE(config.groups.initial_rebalance_delay_ms == 0);
  REQUIRE(config.groups.session_timeout_min_ms == 5'000);
  REQUIRE(config.groups.session_timeout_max_ms == 300'000);
  REQUIRE(config.controller.default_replication_factor == 3);
  REQUIRE_FALSE(config.controller.delete_topics);
  REQUIRE_FALSE(config.broker.auto_create_topics);
  REQUIRE_FALSE(config.broker.controlled_shutdown);
  REQUIRE(config.network.disk_workers == 16);
  REQUIRE(config.network.send_buffer_bytes == 1'048'576);
  REQUIRE(config.network.receive_buffer_bytes == 2'097'152);
  REQUIRE(config.network.request_size_max == 209'715'200);
  REQUIRE(config.replication.lag_time_max_ms == 10'000);
  REQUIRE(config.replication.socket_timeout_ms == 20'000);
  REQUIRE(config.storage.retention_check_interval_ms == 60'000);
  REQUIRE(config.security.authorizer.enabled);
}

TEST_CASE_METHOD(ConfigFixture, "what an old file says of topics is every topic's default") {
  const TopicConfig topic = resolve_topic_config({}, node(file_of_old()).file);
  REQUIRE(topic.insync_replicas_min == 2);
  REQUIRE(topic.retention_ms == 72 * 3'600'000LL);
  REQUIRE(topic.retention_bytes == 1'073'741'824);
  REQUIRE(topic.segment_size_max == 536'870'912);
  REQUIRE(topic.compression == TopicCompression::kProducer);
  REQUIRE((topic.deletes && !topic.compacts));
  REQUIRE(topic.unclean_leader_election);
  REQUIRE(topic.flush_messages == 10'000);
  REQUIRE(topic.flush_ms == 1'000);
}

TEST_CASE_METHOD(ConfigFixture, "keys of transactions are taken, and told where they are not the default's") {
  REQUIRE(notices({{"transaction.state.log.replication.factor", "3"},
                   {"transaction.state.log.min.isr", "2"}})
              .empty());
  REQUIRE(notices({{"transaction.state.log.replication.factor", "1"},
                   {"transaction.state.log.min.isr", "1"}}) ==
          "transaction.state.log.min.isr=1 is not acted on in this release: transactions come later\n"
          "transaction.state.log.replication.factor=1 is not acted on in this release: transactions come "
          "later\n");
}

TEST_CASE("the keys that operators give to topics are all acted on") {
  constexpr std::array<std::pair<std::string_view, std::string_view>, 8> kSeen = {
      {{"retention.ms", "604800000"},
       {"retention.bytes", "1073741824"},
       {"segment.bytes", "1073741824"},
       {"compression.type", "lz4"},
       {"min.insync.replicas", "2"},
       {"cleanup.policy", "delete"},
       {"message.timestamp.type", "LogAppendTime"},
       {"max.message.bytes", "10485760"}}};
  ConfigMap topic;
  for (const auto& [name, value] : kSeen) {
    INFO(name);
    const ConfigKey* key = topic_keys().find(name);
    REQUIRE(key != nullptr);
    REQUIRE(key->treatment.kind == TreatmentKind::kActs);
    topic[std::string(name)] = value;
  }
  REQUIRE_FALSE(check_topic_config(topic, {}, minimal()));
  const TopicConfig config = resolve_topic_config(topic, minimal());
  REQUIRE(config.compression == TopicCompression::kLz4);
  REQUIRE(config.timestamp_type == TimestampType::kLogAppendTime);
  REQUIRE(config.message_size_max == 10'485'760);
}

TEST_CASE_METHOD(ConfigFixture, "a list may have blanks behind its commas") {
  const NodeConfig config =
      node({{"process.roles", "broker, controller"},
            {"listeners", "PLAINTEXT://:9092, CONTROLLER://:9093"},
            {"listener.security.protocol.map", "PLAINTEXT:PLAINTEXT, CONTROLLER:PLAINTEXT"},
            {"controller.quorum.voters", "1@localhost:9093, 2@other:9093, 3@third:9093"}});
  REQUIRE((config.is_broker && config.is_controller));
  REQUIRE(config.network.listeners.size() == 2);
  REQUIRE(config.quorum.voters.size() == 3);
}

TEST_CASE_METHOD(ConfigFixture, "text of JAAS whose lines do not go on is refused with where it ends") {
  // A properties file whose backslashes were lost on the way: the lines behind the first are keys.
  disk.plant("/server.properties",
             "process.roles=broker,controller\n"
             "node.id=1\n"
             "controller.listener.names=CONTROLLER\n"
             "controller.quorum.voters=1@localhost:9093\n"
             "listeners=SASL_PLAINTEXT://:9092,CONTROLLER://:9093\n"
             "listener.security.protocol.map=SASL_PLAINTEXT:SASL_PLAINTEXT,CONTROLLER:PLAINTEXT\n"
             "inter.broker.listener.name=SASL_PLAINTEXT\n"
             "sasl.enabled.mechanisms=SCRAM-SHA-512\n"
             "sasl.mechanism.inter.broker.protocol=SCRAM-SHA-512\n"
             "listener.name.sasl_plaintext.scram-sha-512.sasl.jaas.config="
             "org.apache.kafka.common.security.scram.ScramLoginModule required\n"
             "  username=\"admin\"\n"
             "  password=\"canary\";\n"
             "log.dirs=/data\n");
  const auto loaded = load_node_config("/server.properties", {}, sources());
  REQUIRE_FALSE(loaded.ok());
  const std::string& message = loaded.error().message;
  INFO(message);
  REQUIRE(message.starts_with("listener.name.sasl_plaintext.scram-sha-512.sasl.jaas.config: it ends at line "
                              "1, column 65, behind the flag, where the name of an option or ';' was "
                              "expected"));
  REQUIRE(message.ends_with("every line of it but the last needs a backslash at its end, or all of it stands "
                            "on one line"));
  REQUIRE(message.find("canary") == std::string::npos);
}
