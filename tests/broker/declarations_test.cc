// Declared topics and users on a controller that is alone.
#include "tests/testing.h"

#include "broker/declarations.h"

#include <fmt/format.h>

#include <cerrno>

#include "tests/broker/metadata_records.h"
#include "tests/broker/quorum_node.h"

using namespace klamm;
using namespace klamm::broker;
using namespace klamm::broker::testing;

namespace {

constexpr std::string_view kUser = R"(
kind: KafkaUser
metadata: {name: app}
spec:
  authentication: {type: scram-sha-512}
  authorization:
    type: simple
    acls:
    - {resource: {type: topic, name: t}, operations: [Read, Write]}
)";

std::string topic_manifest(std::string_view name, std::string_view spec, std::string_view metadata = "") {
  return fmt::format("kind: KafkaTopic\nmetadata: {{name: {}{}}}\nspec: {}\n", name, metadata, spec);
}

struct Declaring {
  Declaring() {
    node.standalone();
    node.config->declared.directory = "/m";
    node.config->declared.secrets = "/s";
    node.config->security.authorizer.enabled = true;
    REQUIRE(node.disk.make_directories("/m").ok());
    node.start();
    REQUIRE(node.controller->is_active());
    append(testing::broker(1, 5));
  }
  ~Declaring() { declarations.reset(); }

  // This node is, or is again, the active controller.
  void begin() {
    declarations.reset();
    declarations = std::make_unique<Declarations>(Declarations::Uses{.loop = *node.loop,
                                                                     .workers = node.workers,
                                                                     .disk = node.disk,
                                                                     .random = node.random,
                                                                     .clock = node.clock,
                                                                     .host = *node.controller,
                                                                     .config = *node.config,
                                                                     .loggers = loggers,
                                                                     .published = published});
  }
  // So many seconds pass.
  void pass(int seconds) {
    for (int i = 0; i < seconds; ++i) {
      node.clock.now += 1'000;
      node.loop->fire_due();
      node.settle();
      declarations->on_metadata(*node.published.get());
      node.settle();
    }
  }
  void converge() { pass(15); }
  void append(const MetadataRecord& record) {
    RecordList records(node.controller->pending());
    records.add(record);
    node.controller->perform({records.take()}, [](ErrorCode) {});
    node.settle();
  }
  void write(const std::string& name, std::string_view text) { node.disk.plant("/m/" + name, text); }

  const ClusterImage& image() const { return node.controller->pending(); }
  Offset end() const { return node.driver->log().end().offset; }
  int32_t partitions(std::string_view topic) const {
    const TopicImage* there = image().topics().find(topic);
    return there == nullptr ? 0 : static_cast<int32_t>(there->partitions.size());
  }
  std::string setting(std::string_view topic, std::string_view key) const {
    const std::string* value = image().configs().find(ConfigResourceType::kTopic, topic, key);
    return value == nullptr ? "" : *value;
  }
  // "KafkaTopic t Equal; " of each.
  std::string states() const {
    std::string text;
    const auto status = published.get();
    for (const DeclaredObjectStatus& object : status->objects)
      text += fmt::format("{} {} {}; ", object.kind, object.name, name_of(object.state));
    return text;
  }

  QuorumNode node;
  BrokerLoggers loggers;
  PublishedDeclared published;
  std::unique_ptr<Declarations> declarations;
};

}  // namespace

TEST_CASE_METHOD(Declaring, "what is declared comes to be") {
  write("t.yaml", topic_manifest("t", "{partitions: 3, replicas: 1, config: {retention.ms: 60000}}"));
  write("user.yaml", kUser);
  begin();
  converge();
  REQUIRE(partitions("t") == 3);
  REQUIRE(setting("t", "retention.ms") == "60000");
  REQUIRE(image().acls().by_id().size() == 2);
  REQUIRE(image().scram().find(ScramMechanism::kSha512, "app") != nullptr);
  REQUIRE_FALSE(node.disk.text("/s/app/password").empty());
  REQUIRE(states() == "KafkaTopic t Equal; KafkaUser app Equal; ");
}

TEST_CASE_METHOD(Declaring, "when nothing differs nothing is written") {
  write("t.yaml", topic_manifest("t", "{partitions: 3, config: {retention.ms: 60000}}"));
  write("user.yaml", kUser);
  begin();
  converge();
  const Offset before = end();
  pass(60);
  begin();
  pass(60);
  REQUIRE(end() == before);
}

TEST_CASE_METHOD(Declaring, "a manifest that changes is applied, and what cannot be is told") {
  write("t.yaml", topic_manifest("t", "{partitions: 3}"));
  begin();
  converge();
  write("t.yaml", topic_manifest("t", "{partitions: 5, config: {retention.ms: 1}}"));
  converge();
  REQUIRE(partitions("t") == 5);
  REQUIRE(setting("t", "retention.ms") == "1");
  write("t.yaml", topic_manifest("t", "{partitions: 2, config: {retention.ms: 2}}"));
  converge();
  REQUIRE(partitions("t") == 5);
  REQUIRE(setting("t", "retention.ms") == "2");
  REQUIRE(states() == "KafkaTopic t Impossible; ");
}

TEST_CASE_METHOD(Declaring, "drift is corrected") {
  write("t.yaml", topic_manifest("t", "{config: {retention.ms: 60000}}"));
  begin();
  converge();
  append(testing::config(ConfigResourceType::kTopic, "t", "retention.ms", "5"));
  append(testing::config(ConfigResourceType::kTopic, "t", "segment.ms", "7"));
  converge();
  REQUIRE(setting("t", "retention.ms") == "60000");
  REQUIRE(setting("t", "segment.ms").empty());
}

TEST_CASE_METHOD(Declaring, "drift is only told where that is wanted, and a new manifest is applied") {
  node.config->declared.corrects_drift = false;
  write("t.yaml", topic_manifest("t", "{config: {retention.ms: 60000}}"));
  begin();
  converge();
  append(testing::config(ConfigResourceType::kTopic, "t", "retention.ms", "5"));
  converge();
  REQUIRE(setting("t", "retention.ms") == "5");
  REQUIRE(states() == "KafkaTopic t Drifted; ");
  begin();
  converge();
  REQUIRE(states() == "KafkaTopic t Drifted; ");
  write("t.yaml", topic_manifest("t", "{config: {retention.ms: 70000}}"));
  converge();
  REQUIRE(setting("t", "retention.ms") == "70000");
  REQUIRE(states() == "KafkaTopic t Equal; ");
}

TEST_CASE_METHOD(Declaring, "a manifest that is gone takes nothing away, and one that asks for it does") {
  write("t.yaml", topic_manifest("t", "{partitions: 1}"));
  begin();
  converge();
  REQUIRE(node.disk.remove("/m/t.yaml").ok());
  converge();
  REQUIRE(partitions("t") == 1);
  REQUIRE(states().empty());
  write("t.yaml", topic_manifest("t", "{partitions: 1}", ", annotations: {klamm.io/delete: \"true\"}"));
  converge();
  REQUIRE(partitions("t") == 0);
  const Offset before = end();
  pass(30);
  REQUIRE(end() == before);
}

TEST_CASE_METHOD(Declaring, "what the controller refuses is told, tried again, and holds nobody up") {
  write("a.yaml", topic_manifest("a", "{config: {retention.ms: soon}}"));
  write("b.yaml", topic_manifest("b", "{partitions: 1}"));
  begin();
  converge();
  REQUIRE(partitions("a") == 0);
  REQUIRE(partitions("b") == 1);
  REQUIRE(states() == "KafkaTopic a Failed; KafkaTopic b Equal; ");
  REQUIRE(published.get()->objects.front().last_error.find("INVALID_CONFIG") != std::string::npos);
  write("a.yaml", topic_manifest("a", "{config: {retention.ms: 5}}"));
  converge();
  REQUIRE(partitions("a") == 1);
  REQUIRE(states() == "KafkaTopic a Equal; KafkaTopic b Equal; ");
  REQUIRE_FALSE(published.get()->objects.front().last_error.empty());
}

TEST_CASE_METHOD(Declaring, "a controller goes on where another has stopped") {
  for (int i = 0; i < 20; ++i)
    write(fmt::format("{}.yaml", i), topic_manifest(fmt::format("t{}", i), "{partitions: 2}"));
  begin();
  node.loop->fire_due();
  while (image().topics().by_id().size() < 5)
    REQUIRE((node.workers.run_one() || node.loop->run_all() || node.fsync.run_one()));
  begin();
  converge();
  REQUIRE(image().topics().by_id().size() == 20);
  for (int i = 0; i < 20; ++i) REQUIRE(partitions(fmt::format("t{}", i)) == 2);
}

TEST_CASE_METHOD(Declaring, "a directory that cannot be read is told, and nothing is done for it") {
  write("t.yaml", topic_manifest("t", "{partitions: 1}"));
  begin();
  converge();
  const Offset before = end();
  node.config->declared.directory = "/elsewhere";
  begin();
  converge();
  REQUIRE_FALSE(published.get()->problem.empty());
  REQUIRE(end() == before);
}

TEST_CASE_METHOD(Declaring, "a manifest that goes while the directory is read is gone") {
  write("a.yaml", topic_manifest("a", "{partitions: 1}"));
  write("t.yaml", topic_manifest("t", "{partitions: 1}"));
  node.disk.inject({.operation = sim::DiskOperation::kOpen, .path_part = "/m/a.yaml", .code = ENOENT});
  begin();
  converge();
  REQUIRE(published.get()->problem.empty());
  REQUIRE(states() == "KafkaTopic t Equal; ");
}

TEST_CASE_METHOD(Declaring, "a manifest that makes no sense is told beside the others") {
  write("broken.yaml", "kind: [");
  write("t.yaml", topic_manifest("t", "{partitions: 1}"));
  begin();
  converge();
  REQUIRE(partitions("t") == 1);
  REQUIRE(states() == "  Invalid; KafkaTopic t Equal; ");
}

TEST_CASE_METHOD(Declaring, "manifests of one name are told apart") {
  write("a.yaml", topic_manifest("t", "{partitions: 1}"));
  write("b.yaml", topic_manifest("t", "{partitions: 5}"));
  write("c.yaml", topic_manifest("t", "{topicName: other}"));
  begin();
  converge();
  REQUIRE(partitions("t") == 1);
  REQUIRE(partitions("other") == 1);
  REQUIRE(states() == "KafkaTopic t Equal; KafkaTopic t Equal; KafkaTopic t Invalid; ");
}

TEST_CASE_METHOD(Declaring, "a user that a controller has begun is finished, also where drift is only told") {
  node.config->declared.corrects_drift = false;
  write("user.yaml", kUser);
  begin();
  node.loop->fire_due();
  while (image().acls().by_id().empty())
    REQUIRE((node.workers.run_one() || node.loop->run_all() || node.fsync.run_one()));
  declarations.reset();
  node.settle();
  REQUIRE(image().scram().credentials().empty());
  begin();
  converge();
  REQUIRE(image().scram().find(ScramMechanism::kSha512, "app") != nullptr);
  REQUIRE(states() == "KafkaUser app Equal; ");
}

TEST_CASE_METHOD(Declaring, "a password from a file is set, follows the file, and is in no status") {
  node.disk.plant("/s/app-secret/kafka", "first-canary\n");
  const std::string manifest =
      "kind: KafkaUser\nmetadata: {name: app}\nspec: {authentication: {type: scram-sha-512, password: "
      "{valueFrom: {secretKeyRef: {name: app-secret, key: kafka}}}}}\n";
  write("user.yaml", manifest);
  begin();
  converge();
  const ScramCredential* first = image().scram().find(ScramMechanism::kSha512, "app");
  REQUIRE(first != nullptr);
  const ScramCredential kept = *first;
  node.disk.plant("/s/app-secret/kafka", "second-canary\n");
  converge();
  REQUIRE_FALSE(*image().scram().find(ScramMechanism::kSha512, "app") == kept);
  REQUIRE(to_json(*published.get()).find("canary") == std::string::npos);
}

TEST_CASE_METHOD(Declaring, "a generated password stays, whatever another controller has in its folder") {
  write("user.yaml", kUser);
  begin();
  converge();
  const ScramCredential made = *image().scram().find(ScramMechanism::kSha512, "app");
  REQUIRE(node.disk.remove("/s/app/password").ok());
  begin();
  converge();
  REQUIRE(*image().scram().find(ScramMechanism::kSha512, "app") == made);
  REQUIRE_FALSE(node.disk.exists("/s/app/password"));
}

TEST_CASE_METHOD(Declaring, "the status of a controller that is none any more is gone") {
  begin();
  converge();
  REQUIRE(published.get() != nullptr);
  declarations.reset();
  REQUIRE(published.get() == nullptr);
}

TEST_CASE("a status is JSON whatever stands in it") {
  DeclaredStatus status;
  DeclaredObjectStatus& object = status.objects.emplace_back();
  object.file = "a \"b\"\\c.yaml";
  object.messages = {"one\ntwo"};
  const std::string json = to_json(status);
  REQUIRE(json.find(R"("file":"a \"b\"\\c.yaml")") != std::string::npos);
  REQUIRE(json.find(R"("messages":["one\ntwo"])") != std::string::npos);
  REQUIRE(json.find(R"("ready":false,"state":"Pending")") != std::string::npos);
  REQUIRE(json.find(R"({"problem":"",)") == 0);
}
