#include "tests/testing.h"

#include "broker/config/alter.h"
#include "broker/config/loggers.h"
#include "tests/broker/config_fixture.h"

using namespace klamm;
using namespace klamm::broker;
using protocol::ErrorCode;

namespace {

constexpr int8_t kSet = 0, kDelete = 1, kAppend = 2, kSubtract = 3;

struct Alter : ConfigFixture {
  ConfigMap current;
  ConfigMap file = minimal();
  ConfigMap dynamic_default;
  ConfigMap dynamic_broker;
  bool exists = true;
  bool elr = false;
  ConfigResource topic{ConfigResourceType::kTopic, "t"};

  static std::string shown(const Result<std::vector<ConfigEdit>, ConfigError>& result) {
    if (!result) return std::string(protocol::name_of(result.error().code)) + ": " + result.error().message;
    std::string text;
    for (const ConfigEdit& edit : *result)
      text += edit.name + (edit.value ? "=" + *edit.value : " gone") + ";";
    return text;
  }
  static std::string shown(const std::optional<ConfigError>& error) {
    return error ? std::string(protocol::name_of(error->code)) + ": " + error->message : "fine";
  }

  std::string incremental(const ConfigResource& resource, std::vector<ConfigChange> changes) {
    return shown(incremental_edits(resource, changes, {current, file, exists, elr}));
  }
  std::string replacing(const ConfigResource& resource, std::vector<ConfigChange> changes) {
    return shown(replacing_edits(resource, changes, {current, file, exists, elr}));
  }
  std::string broker(std::vector<ConfigChange> changes, bool for_all = true) {
    const ConfigMap& stored = for_all ? dynamic_default : dynamic_broker;
    return shown(
        check_broker_changes(changes, false, for_all, stored, {dynamic_broker, dynamic_default, file}));
  }
};

// What Kafka says of num.io.threads, of which the file has 8.
std::string dynamic_threads(int count, const std::string& rule) {
  return "INVALID_REQUEST: Invalid value org.apache.kafka.common.config.ConfigException: Dynamic thread "
         "count "
         "update validation failed for num.io.threads=" +
         std::to_string(count) + ", value should " + rule +
         " the current value 8 for configuration Invalid dynamic configuration";
}

}  // namespace

TEST_CASE("topics are set, unset, appended to and subtracted from") {
  Alter alter;
  alter.current = {{"retention.ms", "5"}, {"cleanup.policy", "compact"}};
  REQUIRE(alter.incremental(alter.topic, {{"retention.ms", kSet, "6"}}) == "retention.ms=6;");
  REQUIRE(alter.incremental(alter.topic, {{"retention.ms", kSet, "5"}}) == "");
  REQUIRE(alter.incremental(alter.topic, {{"retention.ms", kDelete, {}}}) == "retention.ms gone;");
  REQUIRE(alter.incremental(alter.topic, {{"cleanup.policy", kAppend, "delete,compact"}}) ==
          "cleanup.policy=compact,delete;");
  REQUIRE(alter.incremental(alter.topic, {{"cleanup.policy", kSubtract, "compact"}}) == "cleanup.policy=;");
}

TEST_CASE("what is appended to a list that is not set goes behind its default") {
  Alter alter;
  REQUIRE(alter.incremental(alter.topic, {{"cleanup.policy", kAppend, "compact"}}) ==
          "cleanup.policy=delete,compact;");
}

TEST_CASE("changes of topics are refused in Kafka's words") {
  Alter alter;
  REQUIRE(alter.incremental(alter.topic, {{"foo", kSet, "1"}}) ==
          "INVALID_CONFIG: Unknown topic config name: foo");
  REQUIRE(alter.incremental(alter.topic, {{"retention.ms", kSet, "abc"}}) ==
          "INVALID_CONFIG: Invalid value abc for configuration retention.ms: Not a number of type LONG");
  REQUIRE(alter.incremental(alter.topic, {{"retention.ms", kAppend, "1"}}) ==
          "INVALID_CONFIG: Can't APPEND to key retention.ms because its type is not LIST.");
  REQUIRE(alter.incremental(alter.topic, {{"retention.ms", 9, "1"}}) ==
          "INVALID_REQUEST: Unknown operations type 9");
  REQUIRE(alter.incremental(alter.topic,
                            {{"min.compaction.lag.ms", kSet, "20"}, {"max.compaction.lag.ms", kSet, "10"}}) ==
          "INVALID_CONFIG: conflict topic config setting min.compaction.lag.ms (20) > max.compaction.lag.ms "
          "(10)");
  REQUIRE(alter.incremental(alter.topic, {{"remote.storage.enable", kSet, "true"}}).find("Tiered Storage") !=
          std::string::npos);
  std::string huge(32768, '1');
  REQUIRE(alter.incremental(alter.topic, {{"retention.ms", kSet, huge}}).find("32767 bytes") !=
          std::string::npos);
}

TEST_CASE("a topic that does not exist is named, after its settings have been checked") {
  Alter alter;
  alter.exists = false;
  REQUIRE(alter.incremental(alter.topic, {{"retention.ms", kSet, "1"}}) ==
          "UNKNOWN_TOPIC_OR_PARTITION: The topic 't' does not exist.");
  REQUIRE(alter.incremental(alter.topic, {{"foo", kSet, "1"}}) ==
          "INVALID_CONFIG: Unknown topic config name: foo");
  REQUIRE(alter.incremental({ConfigResourceType::kTopic, ""}, {}) ==
          "INVALID_REQUEST: Default topic resources are not allowed.");
}

TEST_CASE("what cannot be a topic is refused as such before its settings are looked at") {
  Alter alter;
  alter.exists = false;
  ConfigResource impossible{ConfigResourceType::kTopic, "a b"};
  REQUIRE(alter.incremental(impossible, {{"foo", kSet, "1"}}).starts_with("INVALID_TOPIC_EXCEPTION: "));
  REQUIRE(
      alter.replacing(impossible, {{"retention.ms", kSet, "1"}}).starts_with("INVALID_TOPIC_EXCEPTION: "));
}

TEST_CASE("AlterConfigs takes away what it does not name") {
  Alter alter;
  alter.current = {{"retention.ms", "5"}, {"segment.ms", "7"}};
  REQUIRE(alter.replacing(alter.topic, {{"segment.ms", kSet, "7"}, {"flush.ms", kSet, "1"}}) ==
          "flush.ms=1;retention.ms gone;");
  REQUIRE(alter.replacing(alter.topic, {}) == "retention.ms gone;segment.ms gone;");
}

TEST_CASE("a broker's value is written again although it is the same") {
  Alter alter;
  alter.current = {{"log.retention.ms", "5"}};
  REQUIRE(alter.incremental({ConfigResourceType::kBroker, "1"}, {{"log.retention.ms", kSet, "5"}}) ==
          "log.retention.ms=5;");
  alter.exists = false;
  REQUIRE(alter.incremental({ConfigResourceType::kBroker, "9"}, {{"log.retention.ms", kSet, "5"}}) ==
          "BROKER_ID_NOT_REGISTERED: No node with id 9 found.");
  REQUIRE(alter.incremental({ConfigResourceType::kBroker, "x"}, {}) ==
          "INVALID_REQUEST: Unable to parse broker name as a base 10 number.");
}

TEST_CASE("with eligible leader replicas min.insync.replicas is the cluster's") {
  Alter alter;
  alter.elr = true;
  REQUIRE(alter.incremental({ConfigResourceType::kBroker, "1"}, {{"min.insync.replicas", kSet, "2"}}) ==
          "INVALID_CONFIG: Broker-level min.insync.replicas cannot be altered while ELR is enabled.");
  REQUIRE(alter.incremental({ConfigResourceType::kBroker, ""}, {{"min.insync.replicas", kDelete, {}}}) ==
          "INVALID_CONFIG: Cluster-level min.insync.replicas cannot be removed while ELR is enabled.");
  REQUIRE(alter.incremental({ConfigResourceType::kBroker, ""}, {{"min.insync.replicas", kSet, "2"}}) ==
          "min.insync.replicas=2;");
}

TEST_CASE("groups are checked against the bounds of the broker") {
  Alter alter;
  ConfigResource group{ConfigResourceType::kGroup, "g"};
  REQUIRE(alter.incremental(group, {{"consumer.session.timeout.ms", kSet, "50000"}}) ==
          "consumer.session.timeout.ms=50000;");
  REQUIRE(alter.incremental(group, {{"consumer.session.timeout.ms", kSet, "70000"}}) ==
          "INVALID_CONFIG: consumer.session.timeout.ms must be less than or equal to "
          "group.consumer.max.session.timeout.ms");
  REQUIRE(alter.incremental(group, {{"streams.num.standby.replicas", kSet, "3"}}) ==
          "INVALID_CONFIG: streams.num.standby.replicas must be less than or equal to "
          "group.streams.max.standby.replicas");
  REQUIRE(alter.incremental(group, {{"bogus", kSet, "1"}}) ==
          "INVALID_CONFIG: Unknown group config name: bogus");
}

TEST_CASE("client metrics know three keys") {
  Alter alter;
  ConfigResource metrics{ConfigResourceType::kClientMetrics, "m"};
  REQUIRE(alter.incremental(metrics, {{"interval.ms", kSet, "100"}, {"match", kSet, "client_id=a.*"}}) ==
          "interval.ms=100;match=client_id=a.*;");
  REQUIRE(alter.incremental(metrics, {{"interval.ms", kSet, "99"}})
              .starts_with("INVALID_REQUEST: Invalid value 99"));
  REQUIRE(alter.incremental(metrics, {{"match", kSet, "colour=red"}}) ==
          "INVALID_CONFIG: Illegal client matching pattern: colour=red");
  REQUIRE(alter.incremental(metrics, {{"match", kSet, "client_id=(a"}}) ==
          "INVALID_CONFIG: Illegal client matching pattern: client_id=(a");
  REQUIRE(alter.incremental(metrics, {{"x", kSet, "1"}}) ==
          "INVALID_REQUEST: Unknown client metrics configuration: x");
}

TEST_CASE("the shape of a request is checked first") {
  Alter alter;
  std::vector<ConfigChange> twice = {{"a", kSet, "1"}, {"a", kSet, "2"}};
  REQUIRE(Alter::shown(check_changes(twice)) == "INVALID_REQUEST: Error due to duplicate config keys");
  std::vector<ConfigChange> nulls = {{"a", kSet, {}}, {"b", kDelete, {}}, {"c", kAppend, {}}};
  REQUIRE(Alter::shown(check_changes(nulls)) == "INVALID_REQUEST: Null value not supported for : a, c");
  REQUIRE(Alter::shown(check_broker_name("2", NodeId{1})) ==
          "INVALID_REQUEST: Unexpected broker id, expected 1, but received 2");
  REQUIRE(Alter::shown(check_broker_name("one", NodeId{1})) ==
          "INVALID_REQUEST: Node id must be an integer, but it is: one");
  REQUIRE(Alter::shown(check_broker_name("", NodeId{1})) == "fine");
}

TEST_CASE("a broker refuses what cannot change while it runs") {
  Alter alter;
  REQUIRE(alter.broker({{"log.retention.ms", kSet, "1000"}}) == "fine");
  REQUIRE(alter.broker({{"num.partitions", kSet, "2"}, {"log.dirs", kSet, "/x"}}) ==
          "INVALID_REQUEST: Cannot update these configs dynamically: [log.dirs, num.partitions]");
  REQUIRE(alter.broker({{"ssl.keystore.location", kSet, "/x"}}, false)
              .starts_with(
                  "INVALID_REQUEST: These security configs can be dynamically updated only per-listener"));
  REQUIRE(
      alter.broker({{"cordoned.log.dirs", kSet, "/data"}}) ==
      "INVALID_REQUEST: Cannot update these configs at default cluster level, broker id must be specified: "
      "[cordoned.log.dirs]");
  REQUIRE(alter.broker({{"cordoned.log.dirs", kSet, "/data"}}, false) == "fine");
  REQUIRE(alter.broker({{"cordoned.log.dirs", kSet, "/other"}}, false).find("Missing entries : /other") !=
          std::string::npos);
  REQUIRE(alter.broker({{"log.retention.ms", kSet, "x"}}) ==
          "INVALID_REQUEST: Invalid value x for configuration log.retention.ms: Not a number of type LONG");
  REQUIRE(alter.broker({{"listeners", kSet, "PLAINTEXT://:1"}}, false).find("restart the node") !=
          std::string::npos);
  REQUIRE(alter.broker({{"nobody.knows", kSet, "1"}}) == "fine");
  REQUIRE(alter.broker({{"nobody.knows", kAppend, "1"}}) ==
          "INVALID_CONFIG: Unknown config name: nobody.knows");
}

TEST_CASE("a broker checks its keys together, and threads change by at most half or double") {
  Alter alter;
  REQUIRE(alter.broker({{"log.retention.ms", kSet, "0"}}) ==
          "INVALID_REQUEST: requirement failed: log.retention.ms must be unlimited (-1) or, greater than or "
          "equal "
          "to 1");
  REQUIRE(alter.broker({{"num.io.threads", kSet, "16"}}) == "fine");
  REQUIRE(alter.broker({{"num.io.threads", kSet, "17"}}) ==
          dynamic_threads(17, "not be greater than double"));
  REQUIRE(alter.broker({{"num.io.threads", kSet, "3"}}) == dynamic_threads(3, "be at least half"));
}

TEST_CASE("what a newer release has stored does not stand in the way") {
  Alter alter;
  alter.dynamic_default = {{"log.retention.ms", "for ever"}, {"num.io.threads", "many"}};
  REQUIRE(alter.broker({{"log.segment.bytes", kSet, "2097152"}}) == "fine");
}

TEST_CASE("variables that come over the wire stay text") {
  Alter alter;
  alter.file["config.providers"] = "env";
  alter.file["config.providers.env.class"] = "EnvVarConfigProvider";
  REQUIRE(alter.incremental({ConfigResourceType::kBroker, "1"}, {{"broker.note", kSet, "${env:PATH}"}}) ==
          "broker.note=${env:PATH};");
}

TEST_CASE("limits follow the dynamic layers") {
  Alter alter;
  NodeConfig config = alter.node({{"max.connections", "100"}});
  alter.file = config.file;
  alter.dynamic_default = {{"max.connections", "50"}, {"num.io.threads", "4"}};
  alter.dynamic_broker = {{"max.connections", "20"}, {"listener.name.plaintext.max.connections", "5"}};
  NodeConfig changed = reconfigured(config, {alter.dynamic_broker, alter.dynamic_default, alter.file});
  REQUIRE(changed.network.connections_max == 20);
  REQUIRE(changed.network.disk_workers == 4);
  REQUIRE(changed.network.listeners[0].connections_max == 5);
  REQUIRE(changed.network.listeners[1].connections_max == INT32_MAX);
  REQUIRE(changed.storage.log_dirs == config.storage.log_dirs);
}

TEST_CASE("limits that cannot be read are refused, and stand in nobody's way where they were stored") {
  Alter alter;
  const std::string overrides = "max.connections.per.ip.overrides";
  REQUIRE(alter.broker({{overrides, kSet, "127.0.0.1:20"}}) == "fine");
  REQUIRE(alter.broker({{overrides, kSet, "oops"}}) ==
          "INVALID_REQUEST: max.connections.per.ip.overrides: 'oops' is not of the form host:count, as in "
          "127.0.0.1:200");
  NodeConfig config = alter.node({{"max.connections", "100"}});
  alter.file = config.file;
  alter.dynamic_default = {{overrides, "oops"}, {"max.connections", "50"}};
  REQUIRE(alter.broker({{"log.segment.bytes", kSet, "2097152"}}) == "fine");
  REQUIRE(alter.broker({{overrides, kSet, "127.0.0.1"}}).starts_with("INVALID_REQUEST: "));
  const BrokerLayers layers{alter.dynamic_broker, alter.dynamic_default, alter.file};
  REQUIRE(reconfigured(config, layers).network.connections_max == 100);
  REQUIRE(find_wrong_limits(layers)->starts_with("max.connections.per.ip.overrides: 'oops'"));
}

TEST_CASE("loggers have Kafka's names, and levels that can be changed") {
  BrokerLoggers loggers;
  auto level = [&](std::string_view name) {
    for (const DescribedConfig& logger : loggers.describe()) {
      if (logger.name == name) return *logger.value;
    }
    return std::string();
  };
  std::vector<ConfigChange> debug = {{"org.apache.kafka.controller", kSet, "DEBUG"}};
  REQUIRE(Alter::shown(loggers.check("1", NodeId{1}, debug)) == "fine");
  loggers.apply(debug);
  REQUIRE(level("org.apache.kafka.controller") == "DEBUG");
  REQUIRE(level("kafka.server.ReplicaManager") == "INFO");
  REQUIRE(log_enabled(LogLevel::kDebug));
  std::vector<ConfigChange> unset = {{"org.apache.kafka.controller", kDelete, {}}, {"root", kSet, "WARN"}};
  loggers.apply(unset);
  REQUIRE(level("org.apache.kafka.controller") == "WARN");
  REQUIRE_FALSE(log_enabled(LogLevel::kInfo));
  set_log_level(LogLevel::kInfo);
}

TEST_CASE("a logger's level is that of its part of the node, and no other's") {
  BrokerLoggers loggers;
  auto set = [&](std::string_view name, int8_t operation, std::optional<std::string_view> level = {}) {
    ConfigChange change{name, operation, level};
    loggers.apply({&change, 1});
  };
  set("kafka.network", kSet, "ERROR");
  set("org.apache.kafka.raft", kSet, "DEBUG");
  REQUIRE(log_level_of("../broker/net/acceptor.cc") == LogLevel::kError);
  REQUIRE(log_level_of("/raft/broker/server.cc") == LogLevel::kInfo);
  REQUIRE(log_level_of("broker/raft_driver.cc") == LogLevel::kDebug);
  REQUIRE(log_level_of("broker/quorum_network.cc") == LogLevel::kDebug);
  REQUIRE(log_level_of("/src/klamm/raft/raft.cc") == LogLevel::kDebug);
  set("org.apache.kafka.controller", kSet, "ERROR");
  REQUIRE(log_level_of("broker/active_controller.cc") == LogLevel::kError);
  set("org.apache.kafka.coordinator.group", kSet, "DEBUG");
  REQUIRE(log_level_of("broker/group/offsets.cc") == LogLevel::kDebug);
  REQUIRE(log_level_of("broker/coordinator/shard_host.cc") == LogLevel::kInfo);
  set("kafka", kSet, "WARN");
  REQUIRE(log_level_of("broker/net/acceptor.cc") == LogLevel::kError);
  REQUIRE(log_level_of("broker/replica/partition.cc") == LogLevel::kWarn);
  set("kafka.network", kDelete);
  REQUIRE(log_level_of("broker/net/acceptor.cc") == LogLevel::kWarn);
  set("kafka.server", kSet, "FATAL");
  REQUIRE(log_level_of("broker/replica/partition.cc") == LogLevel::kFatal);
  REQUIRE(log_level_of("storage/log.cc") == LogLevel::kInfo);
  set_log_level(LogLevel::kInfo);
}

TEST_CASE("loggers of older releases are there under their names, and change what they stand for") {
  BrokerLoggers loggers;
  auto set = [&](std::string_view name, std::string_view level) {
    ConfigChange change{name, kSet, level};
    REQUIRE(Alter::shown(loggers.check("1", NodeId{1}, {&change, 1})) == "fine");
    loggers.apply({&change, 1});
  };
  auto level = [&](std::string_view name) {
    for (const DescribedConfig& logger : loggers.describe()) {
      if (logger.name == name) return *logger.value;
    }
    return std::string("none");
  };
  set("kafka.controller", "DEBUG");
  REQUIRE(level("kafka.controller") == "DEBUG");
  REQUIRE(level("org.apache.kafka.controller") == "DEBUG");
  REQUIRE(log_level_of("broker/active_controller.cc") == LogLevel::kDebug);
  set("kafka.server.KafkaRequestHandler", "ERROR");
  set("kafka.network.RequestChannel$", "FATAL");
  set("kafka.server.ReplicaManager", "WARN");
  set("kafka.log.LogCleaner", "TRACE");
  REQUIRE(log_level_of("broker/handlers/58_envelope.cc") == LogLevel::kError);
  REQUIRE(log_level_of("broker/request_body.cc") == LogLevel::kError);
  REQUIRE(log_level_of("broker/server_dispatch.cc") == LogLevel::kFatal);
  REQUIRE(log_level_of("broker/replica/partition.cc") == LogLevel::kWarn);
  // What says that the node has started, and who listens where, is not theirs.
  REQUIRE(log_level_of("broker/server.cc") == LogLevel::kInfo);
  REQUIRE(log_level_of("broker/net/acceptor.cc") == LogLevel::kInfo);
  set("kafka.root.logger.level", "WARN");
  REQUIRE(level("root") == "WARN");
  REQUIRE(level("kafka.network.RequestChannel$") == "FATAL");
  ConfigChange unset{"kafka.root.logger.level", kDelete, {}};
  REQUIRE(Alter::shown(loggers.check("1", NodeId{1}, {&unset, 1})) ==
          "INVALID_REQUEST: Removing the log level of the root logger is not allowed");
  set_log_level(LogLevel::kInfo);
}

TEST_CASE("changes of loggers are refused in Kafka's words") {
  BrokerLoggers loggers;
  auto refusal = [&](ConfigChange change, std::string_view resource = "1") {
    return Alter::shown(loggers.check(resource, NodeId{1}, {&change, 1}));
  };
  REQUIRE(refusal({"nobody", kSet, "INFO"}) == "INVALID_CONFIG: Logger nobody does not exist!");
  REQUIRE(refusal({"root", kSet, "LOUD"}) ==
          "INVALID_CONFIG: Cannot set the log level of root to LOUD as it is not a supported log level. "
          "Valid log "
          "levels are DEBUG, ERROR, FATAL, INFO, TRACE, WARN");
  REQUIRE(refusal({"root", kDelete, {}}) ==
          "INVALID_REQUEST: Removing the log level of the root logger is not allowed");
  REQUIRE(refusal({"root", kAppend, "INFO"}) ==
          "INVALID_REQUEST: APPEND operation is not allowed for the BROKER_LOGGER resource");
  REQUIRE(refusal({"root", kSet, "INFO"}, "2") ==
          "INVALID_REQUEST: Unexpected node id. Expected 1, but received 2");
}
