// What is said of settings that are made while the node runs.
#include "tests/testing.h"

#include "broker/config/key_report.h"
#include "broker/config/setting_notices.h"
#include "broker/metadata/cluster_image.h"

using namespace klamm;
using namespace klamm::broker;

namespace {

// "W text; I text" of a change of one resource's settings.
std::string told(ConfigResourceType type, const std::string& name,
                 const std::vector<std::pair<std::string, std::string>>& before,
                 const std::vector<std::pair<std::string, std::string>>& after) {
  ConfigOverrides was, is;
  for (const auto& [key, value] : before) was.set(key, value);
  for (const auto& [key, value] : after) is.set(key, value);
  const ConfigResource resource{type, name};
  ConfigDelta change;
  change.resource = &resource;
  change.before = before.empty() ? nullptr : &was;
  change.after = &is;
  std::string text;
  for (const Notice& notice : setting_notices(change, {})) {
    text +=
        (text.empty() ? "" : "; ") + std::string(notice.level == LogLevel::kWarn ? "W " : "I ") + notice.text;
  }
  return text;
}

constexpr auto kTopic = ConfigResourceType::kTopic;
constexpr auto kBroker = ConfigResourceType::kBroker;

}  // namespace

TEST_CASE("a name that is no key's is told of, and makes no line of its own") {
  REQUIRE(told(kBroker, "1", {}, {{"super.users", "canary"}}) ==
          "W super.users is kept, and not acted on: no key of that name can be set while the node runs");
  // The last is as long when it has been cut.
  for (const std::string& name :
       {std::string("x\ny"), std::string("listener.name.ssl.x\ny.sasl.jaas.config"),
        std::string("listener.name.\n.ssl.client.auth"), "\n" + std::string(202, 'x')}) {
    const std::string line = told(kBroker, "1", {}, {{name, "canary"}});
    REQUIRE(line.starts_with("W '"));
    REQUIRE(line.find('\n') == std::string::npos);
    REQUIRE(line.find("canary") == std::string::npos);
  }
}

TEST_CASE("a setting that is not acted on yet is told of when it is made") {
  REQUIRE(told(kBroker, "", {}, {{"log.cleaner.threads", "2"}}) ==
          "W log.cleaner.threads=2 is not acted on in this release: compaction comes later");
  REQUIRE(told(kTopic, "t", {}, {{"cleanup.policy", "compact"}}) ==
          "I topic t: cleanup.policy=compact: deletion is done; compaction comes later");
}

TEST_CASE("a setting that does what Kafka does, or is the default, is not told of") {
  REQUIRE(told(kTopic, "t", {}, {{"retention.ms", "5"}}).empty());
  REQUIRE(told(kTopic, "t", {}, {{"unclean.leader.election.enable", "true"}}).empty());
  REQUIRE(told(kTopic, "t", {}, {{"cleanup.policy", "delete"}}).empty());
  REQUIRE(told(kTopic, "t", {}, {{"what.is.this", "1"}}).empty());
}

TEST_CASE("a file that turns the check of host names off is not told that nothing comes of it") {
  REQUIRE(report_keys({{"ssl.endpoint.identification.algorithm", ""}}).notices.empty());
}

TEST_CASE("only the setting that has changed is told of") {
  REQUIRE(told(kBroker, "", {{"log.cleaner.threads", "2"}},
               {{"log.cleaner.threads", "2"}, {"log.cleaner.backoff.ms", "1"}}) ==
          "W log.cleaner.backoff.ms=1 is not acted on in this release: compaction comes later");
}
