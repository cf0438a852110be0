#include "tests/testing.h"

#include <algorithm>

#include "broker/config/describe.h"
#include "broker/config/topic_config.h"

using namespace klamm;
using namespace klamm::broker;

namespace {

struct Describe {
  ConfigMap topic, dynamic_broker, dynamic_default, file;

  BrokerLayers layers() const { return {dynamic_broker, dynamic_default, file}; }

  // "value source synonym=value@source ..." of one key.
  static std::string one(const std::vector<DescribedConfig>& all, std::string_view name) {
    for (const DescribedConfig& config : all) {
      if (config.name != name) continue;
      std::string text =
          config.value.value_or("null") + " " + std::to_string(static_cast<int>(config.source));
      for (const DescribedSynonym& synonym : config.synonyms) {
        text += " " + synonym.name + "=" + synonym.value.value_or("null") + "@" +
                std::to_string(static_cast<int>(synonym.source));
      }
      return text;
    }
    return "absent";
  }
  std::string topic_key(std::string_view name) const { return one(describe_topic(topic, layers()), name); }
  std::string broker_key(std::string_view name) const { return one(describe_broker(layers()), name); }
  TopicConfig resolved() const { return resolve_topic_config(topic, effective_settings(layers())); }
};

}  // namespace

TEST_CASE("a topic is described with all its keys but the internal one") {
  Describe describe;
  std::vector<DescribedConfig> all = describe_topic({}, describe.layers());
  REQUIRE(all.size() == 33);
  REQUIRE(Describe::one(all, "internal.segment.bytes") == "absent");
  REQUIRE(std::is_sorted(all.begin(), all.end(), [](auto& a, auto& b) { return a.name < b.name; }));
  REQUIRE(std::none_of(all.begin(), all.end(),
                       [](auto& config) { return config.read_only || config.sensitive; }));
}

TEST_CASE("a topic's value comes from the topic, then the broker, then all brokers, then the file") {
  Describe describe;
  REQUIRE(describe.topic_key("segment.bytes") == "1073741824 5 log.segment.bytes=1073741824@5");
  describe.file = {{"log.segment.bytes", "2097152"}};
  REQUIRE(describe.topic_key("segment.bytes") ==
          "2097152 4 log.segment.bytes=2097152@4 log.segment.bytes=1073741824@5");
  describe.dynamic_default = {{"log.segment.bytes", "3145728"}};
  REQUIRE(describe.topic_key("segment.bytes").starts_with("3145728 3 "));
  describe.dynamic_broker = {{"log.segment.bytes", "4194304"}};
  REQUIRE(describe.topic_key("segment.bytes").starts_with("4194304 2 "));
  describe.topic = {{"segment.bytes", "5242880"}};
  REQUIRE(describe.topic_key("segment.bytes") ==
          "5242880 1 segment.bytes=5242880@1 log.segment.bytes=4194304@2 log.segment.bytes=3145728@3 "
          "log.segment.bytes=2097152@4 log.segment.bytes=1073741824@5");
  REQUIRE(describe.resolved().segment_size_max == 5242880);
}

TEST_CASE("coarser units stand behind finer ones, in one layer and across them") {
  Describe describe;
  REQUIRE(describe.resolved().retention_ms == 604800000);
  describe.file = {{"log.retention.hours", "2"}};
  REQUIRE(describe.resolved().retention_ms == 7200000);
  // Kafka shows no synonym here, since none is called log.retention.ms.
  REQUIRE(describe.topic_key("retention.ms") == "7200000 5");
  REQUIRE(describe.broker_key("log.retention.hours").starts_with("2 4 log.retention.hours=2@4"));
  describe.file["log.retention.minutes"] = "3";
  REQUIRE(describe.resolved().retention_ms == 180000);
  describe.file["log.retention.ms"] = "-5";
  REQUIRE(describe.resolved().retention_ms == -1);
  describe.dynamic_default = {{"log.retention.ms", "9"}};
  REQUIRE(describe.resolved().retention_ms == 9);
  REQUIRE(describe.topic_key("retention.ms") ==
          "9 3 log.retention.ms=9@3 log.retention.ms=-5@4 log.retention.minutes=3@4 log.retention.hours=2@4 "
          "log.retention.hours=168@5");
}

TEST_CASE("log.flush.interval.ms is what flush.ms follows, then the scheduler's interval") {
  Describe describe;
  describe.file = {{"log.flush.scheduler.interval.ms", "100"}};
  REQUIRE(describe.resolved().flush_ms == 100);
  describe.file["log.flush.interval.ms"] = "50";
  REQUIRE(describe.resolved().flush_ms == 50);
}

TEST_CASE("a topic's keys become types") {
  Describe describe;
  describe.topic = {{"cleanup.policy", "compact, delete"},
                    {"compression.type", "zstd"},
                    {"message.timestamp.type", "LogAppendTime"},
                    {"min.cleanable.dirty.ratio", "0.25"},
                    {"min.insync.replicas", "2"},
                    {"internal.segment.bytes", "100"},
                    {"unclean.leader.election.enable", "TRUE"}};
  TopicConfig config = describe.resolved();
  REQUIRE((config.compacts && config.deletes && config.unclean_leader_election));
  REQUIRE(config.compression == TopicCompression::kZstd);
  REQUIRE(config.timestamp_type == TimestampType::kLogAppendTime);
  REQUIRE(config.cleanable_dirty_ratio_min == 0.25);
  REQUIRE(config.insync_replicas_min == 2);
  REQUIRE(config.segment_size_max == 100);
  REQUIRE(Describe{}.resolved() == TopicConfig{});
}

TEST_CASE("a value that cannot be read leaves what stands behind it in force") {
  Describe describe;
  describe.topic = {{"segment.ms", "soon"}};
  describe.dynamic_broker = {{"log.roll.ms", "later"}};
  describe.dynamic_default = {{"log.roll.ms", "77"}};
  REQUIRE(describe.resolved().segment_ms == 77);
}

TEST_CASE("a broker is described with types, sources, and what cannot be changed") {
  Describe describe;
  describe.file = {{"node.id", "1"}, {"broker.id", "1"}, {"log.cleanup.policy", "compact, delete"}};
  std::vector<DescribedConfig> all = describe_broker(describe.layers());
  REQUIRE(all.size() == 354);
  REQUIRE(describe.broker_key("node.id") == "1 4 node.id=1@4");
  REQUIRE(describe.broker_key("log.cleanup.policy") ==
          "compact,delete 4 log.cleanup.policy=compact, delete@4 log.cleanup.policy=delete@5");
  REQUIRE(describe.broker_key("log.dirs") == "null 5");
  REQUIRE(
      describe.broker_key("log.cleaner.io.max.bytes.per.second").starts_with("1.7976931348623157E308 5 "));
  for (const DescribedConfig& config : all) {
    INFO(config.name);
    const ConfigKey* key = broker_keys().find(config.name);
    REQUIRE(config.read_only == (key->mode == DynamicMode::kReadOnly));
    REQUIRE(config.documentation == key->documentation);
  }
}

TEST_CASE("passwords and keys that nobody knows are described without their values") {
  Describe describe;
  describe.file = {{"ssl.keystore.password", "p"},
                   {"some.plugin.key", "v"},
                   {"listener.name.x.plain.sasl.jaas.config", "j"}};
  REQUIRE(describe.broker_key("ssl.keystore.password") == "null 4 ssl.keystore.password=null@4");
  REQUIRE(describe.broker_key("some.plugin.key") == "null 4 some.plugin.key=null@4");
  REQUIRE(describe.broker_key("listener.name.x.plain.sasl.jaas.config") ==
          "null 4 listener.name.x.plain.sasl.jaas.config=null@4");
}

TEST_CASE("the defaults of all brokers are described as far as they are set") {
  Describe describe;
  describe.file = {{"log.retention.ms", "1"}};
  describe.dynamic_default = {{"log.retention.ms", "2"}, {"leader.replication.throttled.rate", "3"}};
  std::vector<DescribedConfig> all = describe_broker_defaults(describe.layers());
  REQUIRE(all.size() == 2);
  REQUIRE(Describe::one(all, "log.retention.ms") == "2 3 log.retention.ms=2@3");
  REQUIRE(Describe::one(all, "leader.replication.throttled.rate") ==
          "3 3 leader.replication.throttled.rate=3@3");
  REQUIRE_FALSE(all[0].read_only);
}

TEST_CASE("groups follow the broker's keys, client metrics their own defaults") {
  Describe describe;
  describe.file = {{"group.consumer.session.timeout.ms", "50000"}};
  ConfigMap group = {{"consumer.heartbeat.interval.ms", "6000"}};
  std::vector<DescribedConfig> all = describe_group(group, describe.layers());
  REQUIRE(all.size() == 17);
  REQUIRE(Describe::one(all, "consumer.session.timeout.ms") ==
          "50000 4 group.consumer.session.timeout.ms=50000@4 group.consumer.session.timeout.ms=45000@5");
  REQUIRE(Describe::one(all, "consumer.heartbeat.interval.ms") ==
          "6000 8 consumer.heartbeat.interval.ms=6000@8 group.consumer.heartbeat.interval.ms=5000@5");
  REQUIRE(Describe::one(all, "share.isolation.level") ==
          "read_uncommitted 5 share.isolation.level=read_uncommitted@5");
  std::vector<DescribedConfig> metrics = describe_client_metrics({{"interval.ms", "100"}});
  REQUIRE(Describe::one(metrics, "interval.ms") == "100 7 interval.ms=100@7");
  REQUIRE(Describe::one(metrics, "metrics") == " 5");
}
