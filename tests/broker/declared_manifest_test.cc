#include "tests/testing.h"

#include "broker/declared/manifest.h"
#include "security/acl.h"

using namespace klamm::broker;
using klamm::security::AclOperation;
using klamm::security::AclPermission;
using klamm::security::PatternType;
using klamm::security::ResourceType;

namespace {

Manifests parsed(std::string_view text) {
  Manifests manifests;
  parse_manifests("file.yaml", text, manifests);
  refuse_twins(manifests);
  return manifests;
}

Manifest one(std::string_view text) {
  Manifests manifests = parsed(text);
  for (const ManifestProblem& problem : manifests.problems) FAIL(problem.message);
  REQUIRE(manifests.objects.size() == 1);
  return manifests.objects.front();
}

std::string problem(std::string_view text) {
  const Manifests manifests = parsed(text);
  REQUIRE(manifests.problems.size() == 1);
  return manifests.problems.front().message;
}

AclImage acl(ResourceType type, std::string name, PatternType pattern, AclOperation operation,
             std::string host = "*", AclPermission permission = AclPermission::kAllow) {
  AclImage acl;
  acl.resource_type = static_cast<int8_t>(type);
  acl.resource_name = std::move(name);
  acl.pattern_type = static_cast<int8_t>(pattern);
  acl.host = std::move(host);
  acl.operation = static_cast<int8_t>(operation);
  acl.permission_type = static_cast<int8_t>(permission);
  return acl;
}

constexpr std::string_view kTopic = R"(
apiVersion: kafka.strimzi.io/v1beta2
kind: KafkaTopic
metadata:
  name: orders
  labels:
    strimzi.io/cluster: main
spec:
  partitions: 12
  replicas: 3
  config:
    retention.ms: 7200000
    cleanup.policy: compact,delete
    preallocate: true
)";

}  // namespace

TEST_CASE("a topic's manifest says its partitions, replicas and all of its settings") {
  const Manifest manifest = one(kTopic);
  REQUIRE(manifest.kind() == "KafkaTopic");
  REQUIRE(manifest.file == "file.yaml");
  REQUIRE_FALSE(manifest.is_to_go);
  REQUIRE(manifest.notes.empty());
  const auto& topic = std::get<DeclaredTopic>(manifest.body);
  const ConfigMap config = {
      {"cleanup.policy", "compact,delete"}, {"preallocate", "true"}, {"retention.ms", "7200000"}};
  REQUIRE(topic == DeclaredTopic{"orders", 12, 3, config});
}

TEST_CASE("what a topic's manifest leaves out is left open, and topicName is its name") {
  const Manifest manifest =
      one("{kind: KafkaTopic, metadata: {name: long-name}, spec: {topicName: Orders_1}}");
  REQUIRE(std::get<DeclaredTopic>(manifest.body) == DeclaredTopic{"Orders_1", {}, {}, {}});
}

TEST_CASE("a user's manifest says how it logs in and what it may do") {
  const Manifest manifest = one(R"(
kind: KafkaUser
metadata: {name: billing}
spec:
  authentication:
    type: scram-sha-512
    password: {valueFrom: {secretKeyRef: {name: billing-secret, key: kafka}}}
  authorization:
    type: simple
    acls:
    - resource: {type: topic, name: orders, patternType: literal}
      operations: [Read, Describe]
      host: "*"
    - resource: {type: group, name: billing-, patternType: prefix}
      operation: Read
    - resource: {type: cluster}
      operations: [IdempotentWrite]
    - resource: {type: transactionalId, name: t}
      operations: [All]
      host: 10.0.0.1
      type: deny
)");
  const auto& user = std::get<DeclaredUser>(manifest.body);
  REQUIRE(user.authentication == DeclaredUser::Authentication::kScramSha512);
  REQUIRE(user.secret == "billing-secret");
  REQUIRE(user.secret_key == "kafka");
  const std::vector<AclImage> acls = {
      acl(ResourceType::kTopic, "orders", PatternType::kLiteral, AclOperation::kRead),
      acl(ResourceType::kTopic, "orders", PatternType::kLiteral, AclOperation::kDescribe),
      acl(ResourceType::kGroup, "billing-", PatternType::kPrefixed, AclOperation::kRead),
      acl(ResourceType::kCluster, "kafka-cluster", PatternType::kLiteral, AclOperation::kIdempotentWrite),
      acl(ResourceType::kTransactionalId, "t", PatternType::kLiteral, AclOperation::kAll, "10.0.0.1",
          AclPermission::kDeny)};
  REQUIRE(user.acls == acls);
}

TEST_CASE("the same operation twice is one entry, and a user without authorization is left what it may do") {
  const Manifest twice = one(R"(
kind: KafkaUser
metadata: {name: a}
spec:
  authorization:
    type: simple
    acls:
    - {resource: {type: topic, name: t}, operations: [Read, Read]}
    - {resource: {type: topic, name: t}, operation: Read}
)");
  REQUIRE(std::get<DeclaredUser>(twice.body).acls->size() == 1);
  const Manifest without = one("{kind: KafkaUser, metadata: {name: a}, spec: {authentication: {type: tls}}}");
  REQUIRE(std::get<DeclaredUser>(without.body).authentication == DeclaredUser::Authentication::kCertificate);
  REQUIRE_FALSE(std::get<DeclaredUser>(without.body).acls);
}

TEST_CASE("several documents of a file are read, and JSON is YAML") {
  const Manifests manifests = parsed(
      "kind: KafkaTopic\nmetadata: {name: a}\n---\n---\nkind: KafkaTopic\nmetadata: {name: b}\n---\n"
      R"({"kind": "KafkaUser", "metadata": {"name": "a"}, "spec": {}})");
  REQUIRE(manifests.problems.empty());
  REQUIRE(manifests.objects.size() == 3);
}

TEST_CASE("the generation is the manifest's, or changes with what it says") {
  REQUIRE(one("{kind: KafkaTopic, metadata: {name: a, generation: 7}}").generation == "7");
  const std::string first = one("{kind: KafkaTopic, metadata: {name: a}, spec: {partitions: 1}}").generation;
  REQUIRE(one("{kind: KafkaTopic, metadata: {name: a}, spec: {partitions: 1}}").generation == first);
  REQUIRE(one("{kind: KafkaTopic, metadata: {name: a}, spec: {partitions: 2}}").generation != first);
  REQUIRE(one("{kind: KafkaTopic, metadata: {name: a, labels: {b: c}}, spec: {partitions: 1}} # new")
              .generation == first);
  const std::string user =
      "{kind: KafkaUser, metadata: {name: a}, spec: {authorization: {type: simple, acls: ";
  const std::string none = one(user + "[]}}}").generation;
  REQUIRE(one("{kind: KafkaUser, metadata: {name: a}}").generation != none);
  REQUIRE(one(user + "[{resource: {type: topic, name: t}, operations: [Read]}]}}}").generation != none);
}

TEST_CASE("an annotation asks for deletion, and nothing but its one word does") {
  REQUIRE(one(R"({kind: KafkaTopic, metadata: {name: a, annotations: {klamm.io/delete: "true"}}})").is_to_go);
  REQUIRE_FALSE(one("{kind: KafkaTopic, metadata: {name: a, annotations: {klamm.io/delete: no}}}").is_to_go);
}

TEST_CASE("what else stands under the annotation, and Strimzi's own annotations, are told") {
  const std::string with = "{kind: KafkaTopic, metadata: {name: a, annotations: ";
  REQUIRE(one(with + "{klamm.io/delete: \"false\", other.io/a: b}}}").notes.empty());
  REQUIRE(one(with + "{klamm.io/delete: yes}}}").notes ==
          std::vector<std::string>{
              "metadata.annotations: klamm.io/delete is acted on where it is \"true\", and is 'yes'"});
  REQUIRE(one(with + "{strimzi.io/managed: \"false\"}}}").notes ==
          std::vector<std::string>{"metadata.annotations: strimzi.io/managed is not acted on"});
}

TEST_CASE("Strimzi's two versions are understood, and no other one's KafkaTopic is") {
  for (const char* version : {"kafka.strimzi.io/v1", "kafka.strimzi.io/v1beta2"})
    one(std::string("{kind: KafkaTopic, metadata: {name: a}, apiVersion: ") + version + "}");
  REQUIRE(problem("{apiVersion: platform.confluent.io/v1beta1, kind: KafkaTopic, metadata: {name: a}}") ==
          "apiVersion 'platform.confluent.io/v1beta1' is neither kafka.strimzi.io/v1 nor "
          "kafka.strimzi.io/v1beta2");
}

TEST_CASE("what is said and not acted on is told") {
  const Manifest manifest = one(
      "{kind: KafkaUser, metadata: {name: a}, spec: {quotas: {producerByteRate: 1}, authentication: "
      "{type: tls, expiry: 3}}}");
  const std::vector<std::string> notes = {"spec.authentication.expiry is not acted on",
                                          "spec.quotas is not acted on"};
  REQUIRE(manifest.notes == notes);
}

TEST_CASE("a manifest that cannot be understood says where, and the others are read") {
  const Manifests manifests = parsed("kind: KafkaTopic\nmetadata: {name: good}\n---\nkind: Pod\n");
  REQUIRE(manifests.objects.size() == 1);
  REQUIRE(manifests.problems ==
          std::vector<ManifestProblem>{
              {"file.yaml", "Pod", "", "kind 'Pod' is neither KafkaTopic nor KafkaUser"}});
}

TEST_CASE("each way to be wrong has its sentence") {
  const std::string topic = "{kind: KafkaTopic, metadata: {name: a}, spec: ";
  REQUIRE(problem("kind: KafkaTopic") == "metadata is missing");
  REQUIRE(problem("{kind: KafkaTopic, metadata: {}}") == "metadata.name is missing");
  REQUIRE(problem(topic + "[]}") == "spec is no map");
  REQUIRE(problem(topic + "{partitions: 0}}") ==
          "spec.partitions: a number from 1 to 2147483647 is wanted, and there is '0'");
  REQUIRE(problem(topic + "{replicas: many}}") ==
          "spec.replicas: a number from 1 to 32767 is wanted, and there is 'many'");
  REQUIRE(problem(topic + "{config: [a]}}") == "spec.config is no map");
  REQUIRE(problem(topic + "{config: {a: [b]}}}") ==
          "spec.config: keys and values are wanted, and nothing else");
  REQUIRE_FALSE(problem(topic + "{topicName: 'not a name'}}").empty());
  REQUIRE_FALSE(problem("kind: [unclosed").empty());
  REQUIRE(problem("- a list") == "a document is no map");
}

TEST_CASE("each way that a user can be wrong has its sentence") {
  const std::string user = "{kind: KafkaUser, metadata: {name: a}, spec: ";
  const std::string acls = user + "{authorization: {type: simple, acls: ";
  REQUIRE(problem(user + "{authentication: {type: plain}}}") ==
          "spec.authentication.type: 'plain' is none of scram-sha-512, tls and tls-external");
  REQUIRE(problem(user + "{authentication: {type: scram-sha-512, password: secret}}}") ==
          "spec.authentication.password: valueFrom.secretKeyRef is wanted");
  REQUIRE(problem(user + "{authentication: {type: scram-sha-512, password: {valueFrom: {secretKeyRef: "
                         "{name: ../../etc, key: shadow}}}}}}") ==
          "spec.authentication.password: secretKeyRef wants the name of a secret, and a key in it");
  REQUIRE(problem(user + "{authorization: {type: opa}}}") == "spec.authorization.type: 'opa' is not simple");
  REQUIRE(problem(acls + "[{operation: Read}]}}}") == "spec.authorization.acls: a resource is missing");
  REQUIRE(problem(acls + "[{resource: {type: topic}, operation: Read}]}}}") ==
          "spec.authorization.acls: a resource has no name");
  REQUIRE(problem(acls + "[{resource: {type: topic, name: t}, operation: Fly}]}}}") ==
          "spec.authorization.acls: 'Fly' is no operation");
}

TEST_CASE("what nobody has said is not taken for said") {
  const std::string user = "{kind: KafkaUser, metadata: {name: a}, spec: {authorization: {type: simple";
  const std::string entry = user + ", acls: [{resource: {type: topic, name: t}, ";
  const std::string missing = "spec.authorization.acls is missing; [] is for no entries at all";
  REQUIRE(problem(user + "}}}") == missing);
  REQUIRE(problem(user + ", acls: }}}") == missing);
  const std::string operations = "spec.authorization.acls: operations wants a list of one at least";
  REQUIRE(problem(entry + "}]}}}") == operations);
  REQUIRE(problem(entry + "operations: []}]}}}") == operations);
  REQUIRE(problem(entry + "operations: Read}]}}}") == operations);
  REQUIRE(problem(entry + "operations: [Read], operation: Write}]}}}") == operations);
  REQUIRE(problem(entry + "host: [10.0.0.1], operations: [Read]}]}}}") ==
          "spec.authorization.acls.host: a text is wanted");
  REQUIRE(problem("{kind: KafkaTopic, metadata: {name: a}, spec: {topicName: {b: c}}}") ==
          "spec.topicName: a text is wanted");
  REQUIRE(one(entry + "hosts: 10.0.0.1, operations: [Read]}]}}}").notes ==
          std::vector<std::string>{"spec.authorization.acls.hosts is not acted on"});
}

TEST_CASE("nothing may be said twice") {
  const std::string topic = "{kind: KafkaTopic, metadata: {name: a}, spec: ";
  REQUIRE(problem(topic + "{partitions: 3, partitions: 6}}") == "spec.partitions is there twice");
  REQUIRE(problem(topic + "{config: {a: 1, a: 2}}}") == "spec.config.a is there twice");
}

TEST_CASE("the cluster is one, whatever its name and pattern") {
  const Manifest manifest = one(
      "{kind: KafkaUser, metadata: {name: a}, spec: {authorization: {type: simple, acls: [{resource: {type: "
      "cluster, name: main, patternType: prefix}, operations: [Alter]}]}}}");
  const std::vector<AclImage> acls = {
      acl(ResourceType::kCluster, "kafka-cluster", PatternType::kLiteral, AclOperation::kAlter)};
  REQUIRE(std::get<DeclaredUser>(manifest.body).acls == acls);
}

TEST_CASE("a name that cannot be shown is refused") {
  REQUIRE(problem(R"({kind: KafkaUser, metadata: {name: "a\nb"}})") ==
          "metadata.name: there is a character in it that cannot be shown");
}

TEST_CASE("what is said of a file that cannot be read can be shown") {
  const std::string said = problem("kind: *a\x1b\n");
  REQUIRE_FALSE(said.empty());
  REQUIRE(said.find('\x1b') == std::string::npos);
}

TEST_CASE("a file that nests without end is a problem, and no more") {
  const std::string deep = "a: " + std::string(100'000, '[');
  REQUIRE_FALSE(problem(deep).empty());
  REQUIRE_FALSE(problem("{kind: KafkaTopic, metadata: {name: a}, spec: &s {config: *s}}").empty());
}

TEST_CASE("aliases make only so much of a file") {
  std::string text = "kind: KafkaTopic\nmetadata: {name: a, labels: {x: &x " + std::string(100'000, 'x') +
                     "}}\nspec:\n  config:\n";
  for (int i = 0; i < 1'000; ++i) text += "    a" + std::to_string(i) + ": *x\n";
  REQUIRE(problem(text) == "what its aliases make of it is too much");
  std::string list =
      "kind: KafkaUser\nmetadata: {name: a}\nspec:\n  authorization:\n    type: simple\n    acls:\n"
      "    - &a {resource: {type: topic, name: t}, operations: [Read, Write, Describe]}\n";
  for (int i = 0; i < 1'000; ++i) list += "    - *a\n";
  REQUIRE(problem(list) == "spec.authorization.acls: there are more than 1000 operations");
}

TEST_CASE("a user's own password has a folder of its name, which cannot lead elsewhere") {
  REQUIRE_FALSE(problem("{kind: KafkaUser, metadata: {name: ../x}, spec: {authentication: {type: "
                        "scram-sha-512}}}")
                    .empty());
}

TEST_CASE("of two manifests of one topic the first counts") {
  const Manifests manifests = parsed(
      "{kind: KafkaTopic, metadata: {name: a}}\n---\n{kind: KafkaTopic, metadata: {name: b}, spec: "
      "{topicName: a}}\n---\n{kind: KafkaUser, metadata: {name: a}}");
  REQUIRE(manifests.objects.size() == 2);
  REQUIRE(manifests.problems.front().name == "b");
  REQUIRE(manifests.problems.front().message == "file.yaml declares the same, and is the one that counts");
}
