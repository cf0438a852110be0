#include "tests/testing.h"

#include "broker/config/text.h"
#include "broker/config/value.h"

using namespace klamm;
using namespace klamm::broker;

namespace {

// The value as DescribeConfigs shows it, or the message of the refusal.
std::string outcome(const ConfigTable& table, std::string_view name, std::string_view text) {
  const ConfigKey* key = table.find(name);
  CHECK(key != nullptr);
  Result<ConfigValue, Failure> value = parse_value(*key, text);
  return value ? render_value(*value) : value.error().message;
}
std::string topic(std::string_view name, std::string_view text) { return outcome(topic_keys(), name, text); }
std::string node(std::string_view name, std::string_view text) { return outcome(broker_keys(), name, text); }

}  // namespace

// The sentences are those of Kafka's ConfigDef and ConfigException, which clients see.
TEST_CASE("numbers are read as Java reads them") {
  REQUIRE(topic("retention.ms", " +5 ") == "5");
  REQUIRE(topic("retention.ms", "abc") ==
          "Invalid value abc for configuration retention.ms: Not a number of type LONG");
  REQUIRE(topic("segment.bytes", "2147483648") ==
          "Invalid value 2147483648 for configuration segment.bytes: Not a number of type INT");
  REQUIRE(topic("retention.ms", "") ==
          "Invalid value  for configuration retention.ms: Not a number of type LONG");
  REQUIRE(topic("retention.ms", "+-5").starts_with("Invalid value"));
  REQUIRE(node("offsets.topic.replication.factor", "32768").ends_with("Not a number of type SHORT"));
}

TEST_CASE("numbers out of range say which bound they miss") {
  REQUIRE(topic("segment.bytes", "100") ==
          "Invalid value 100 for configuration segment.bytes: Value must be at least 1048576");
  REQUIRE(topic("min.cleanable.dirty.ratio", "1.5") ==
          "Invalid value 1.5 for configuration min.cleanable.dirty.ratio: Value must be no more than 1");
  REQUIRE(topic("compression.gzip.level", "0") ==
          "Invalid value 0 for configuration compression.gzip.level: Value must be between 1 and 9 or equal "
          "to -1");
  REQUIRE(topic("compression.gzip.level", "-1") == "-1");
}

TEST_CASE("booleans take true and false in any case and nothing else") {
  REQUIRE(topic("preallocate", " TRUE ") == "true");
  REQUIRE(topic("preallocate", "yes") ==
          "Invalid value yes for configuration preallocate: Expected value to be either true or false");
}

TEST_CASE("doubles are shown as Java shows them") {
  REQUIRE(render_double(0.5) == "0.5");
  REQUIRE(render_double(1) == "1.0");
  REQUIRE(render_double(1e10) == "1.0E10");
  REQUIRE(render_double(0.0001) == "1.0E-4");
  REQUIRE(render_double(1234567.25) == "1234567.25");
  REQUIRE(render_double(1.7976931348623157e308) == "1.7976931348623157E308");
  REQUIRE(topic("min.cleanable.dirty.ratio", "1e-1d") == "0.1");
  REQUIRE(topic("min.cleanable.dirty.ratio", "half").ends_with("Not a number of type DOUBLE"));
}

TEST_CASE("lists may have spaces after commas, lose duplicates, and hold no empty entries") {
  REQUIRE(topic("cleanup.policy", "compact , delete") == "compact,delete");
  REQUIRE(topic("cleanup.policy", "delete,delete") == "delete");
  REQUIRE(topic("cleanup.policy", "") == "");
  REQUIRE(topic("cleanup.policy", "delete,,compact") ==
          "Configuration 'cleanup.policy' values must not be empty.");
  REQUIRE(topic("cleanup.policy", "remove") ==
          "Invalid value remove for configuration cleanup.policy: String must be one of: compact, delete");
  REQUIRE(node("process.roles", "") ==
          "Configuration 'process.roles' must not be empty. Valid values include: [broker, controller]");
}

TEST_CASE("options are taken literally where Kafka does, and in any case where Kafka does") {
  REQUIRE(topic("compression.type", "ZSTD") ==
          "Invalid value ZSTD for configuration compression.type: String must be one of: uncompressed, zstd, "
          "lz4, "
          "snappy, gzip, producer");
  REQUIRE(node("group.consumer.migration.policy", "upgrade") == "upgrade");
  REQUIRE(
      node("group.consumer.migration.policy", "never") ==
      "Invalid value never for configuration group.consumer.migration.policy: String must be one of (case "
      "insensitive): DISABLED, DOWNGRADE, UPGRADE, BIDIRECTIONAL");
}

TEST_CASE("throttled replicas are pairs or a star") {
  REQUIRE(topic("leader.replication.throttled.replicas", "0:1,1:2") == "0:1,1:2");
  REQUIRE(topic("leader.replication.throttled.replicas", "*") == "*");
  REQUIRE(topic("leader.replication.throttled.replicas", "0-1").starts_with("Invalid value [0-1] for"));
}

TEST_CASE("the reset of a share group is a word or a duration") {
  auto reset = [](std::string_view text) {
    return outcome(group_keys(), "share.auto.offset.reset", text) == text;
  };
  for (const char* good :
       {"latest", "earliest", "by_duration:P1D", "by_duration:PT1H30M", "by_duration:p1dt0.5s"}) {
    INFO(good);
    REQUIRE(reset(good));
  }
  for (const char* bad : {"none", "Latest", "by_duration", "by_duration:", "by_duration:P",
                          "by_duration:P1DT", "by_duration:PT1D", "by_duration:P1H", "by_duration:PT1M1H",
                          "by_duration:PT0.5M", "by_duration:-PT1H", "by_duration:PT"}) {
    INFO(bad);
    REQUIRE_FALSE(reset(bad));
  }
}

TEST_CASE("passwords are taken as they are and appear in no message") {
  REQUIRE(outcome(broker_keys(), "ssl.keystore.password", " secret ") == "secret");
}
