#include "tests/testing.h"

#include "base/random.h"
#include "broker/declared/comparison.h"
#include "tests/broker/metadata_records.h"

using namespace klamm;
using namespace klamm::broker;
using namespace klamm::broker::testing;

namespace {

// A cluster with the topic t, of two partitions on two brokers each, and a setting.
ClusterImage cluster() {
  return image_of({feature("metadata.version", 30), testing::broker(1, 1), testing::broker(2, 2),
                   testing::topic("t", 1), testing::partition(1, 0, {1, 2}), testing::partition(1, 1, {2, 1}),
                   testing::config(ConfigResourceType::kTopic, "t", "retention.ms", "1000")});
}

Manifest of(DeclaredTopic topic) {
  Manifest manifest;
  manifest.name = topic.name;
  manifest.body = std::move(topic);
  return manifest;
}
Manifest of(DeclaredUser user) {
  Manifest manifest;
  manifest.name = user.name;
  manifest.body = std::move(user);
  return manifest;
}

// All steps, and what is impossible.
std::string asked(const ClusterImage& image, const Manifest& manifest, const CheckedPasswords& known = {}) {
  AclsByPrincipal acls;
  const Comparison found = compare(image, manifest, "User:" + manifest.name, known, acls);
  std::string text;
  for (const DeclaredStep& step : found.steps) text += describe(step) + "\n";
  for (const std::string& impossible : found.impossible) text += "impossible: " + impossible + "\n";
  if (found.is_waiting) text += "waits\n";
  return text;
}

MetadataRecord entry(uint64_t number, std::string_view topic, security::AclOperation operation) {
  static const std::string kPrincipal = "User:a";
  protocol::AccessControlEntryRecord record;
  record.id = id(number);
  record.resource_type = static_cast<int8_t>(security::ResourceType::kTopic);
  record.resource_name = topic;
  record.pattern_type = static_cast<int8_t>(security::PatternType::kLiteral);
  record.principal = kPrincipal;
  record.host = "*";
  record.operation = static_cast<int8_t>(operation);
  record.permission_type = static_cast<int8_t>(security::AclPermission::kAllow);
  return record;
}

AclImage wanted(std::string topic, security::AclOperation operation) {
  AclImage acl;
  acl.resource_type = static_cast<int8_t>(security::ResourceType::kTopic);
  acl.resource_name = std::move(topic);
  acl.pattern_type = static_cast<int8_t>(security::PatternType::kLiteral);
  acl.host = "*";
  acl.operation = static_cast<int8_t>(operation);
  acl.permission_type = static_cast<int8_t>(security::AclPermission::kAllow);
  return acl;
}

DeclaredUser scram_user() {
  DeclaredUser user;
  user.name = "a";
  user.authentication = DeclaredUser::Authentication::kScramSha512;
  return user;
}

}  // namespace

TEST_CASE("a topic that is as it is declared is left alone") {
  REQUIRE(asked(cluster(), of(DeclaredTopic{"t", 2, 2, ConfigMap{{"retention.ms", "1000"}}})).empty());
  REQUIRE(asked(cluster(), of(DeclaredTopic{"t", {}, {}, {}})).empty());
}

TEST_CASE("a topic that is missing is created with what is declared, and the cluster's defaults") {
  REQUIRE(asked(cluster(), of(DeclaredTopic{"u", 3, 2, ConfigMap{{"a", "b"}}})) ==
          "create topic u, partitions 3, replicas 2, a=b\n");
  REQUIRE(asked(cluster(), of(DeclaredTopic{"u", {}, {}, {}})) == "create topic u\n");
}

TEST_CASE("a topic is enlarged, and never made smaller") {
  REQUIRE(asked(cluster(), of(DeclaredTopic{"t", 5, {}, {}})) == "enlarge topic t to 5 partitions\n");
  REQUIRE(asked(cluster(), of(DeclaredTopic{"t", 1, {}, {}})) ==
          "impossible: the topic has 2 partitions, and 1 are declared: none can be taken away\n");
}

TEST_CASE("other numbers of replicas are told, and the rest is done all the same") {
  REQUIRE(
      asked(cluster(), of(DeclaredTopic{"t", 3, 1, {}})) ==
      "enlarge topic t to 3 partitions\n"
      "impossible: partition 0 has 2 replicas, and 1 are declared: kafka-reassign-partitions moves them\n");
}

TEST_CASE("declared settings are all there are") {
  REQUIRE(asked(cluster(), of(DeclaredTopic{"t", {}, {}, ConfigMap{{"segment.ms", "5"}}})) ==
          "alter topic t, segment.ms=5, retention.ms away\n");
  REQUIRE(asked(cluster(), of(DeclaredTopic{"t", {}, {}, ConfigMap()})) ==
          "alter topic t, retention.ms away\n");
}

TEST_CASE("a topic goes when its manifest asks for that, and is not made again") {
  Manifest manifest = of(DeclaredTopic{"t", 2, {}, {}});
  manifest.is_to_go = true;
  REQUIRE(asked(cluster(), manifest) == "delete topic t\n");
  REQUIRE(asked(ClusterImage(), manifest).empty());
}

TEST_CASE("entries that are missing come before those go that are too many") {
  const ClusterImage image =
      image_of({feature("metadata.version", 30), entry(1, "t", security::AclOperation::kRead),
                entry(2, "t", security::AclOperation::kWrite)});
  DeclaredUser user;
  user.name = "a";
  user.acls = {wanted("t", security::AclOperation::kRead), wanted("u", security::AclOperation::kRead)};
  REQUIRE(asked(image, of(user)) ==
          "add User:a ALLOW READ on TOPIC:LITERAL:u from *\n"
          "remove User:a ALLOW WRITE on TOPIC:LITERAL:t from *\n");
  user.acls = {wanted("t", security::AclOperation::kRead), wanted("t", security::AclOperation::kWrite)};
  REQUIRE(asked(image, of(user)).empty());
  user.acls.reset();
  REQUIRE(asked(image, of(user)).empty());
}

TEST_CASE("entries are those of the image that is asked about, each once and in order") {
  AclsByPrincipal acls;
  const ClusterImage one = image_of({feature("metadata.version", 30),
                                     entry(1, "t", security::AclOperation::kWrite),
                                     entry(2, "t", security::AclOperation::kRead)});
  const std::vector<AclImage>& there = acls.of(one.acls(), "User:a");
  REQUIRE(there.size() == 2);
  REQUIRE(there.front().operation == static_cast<int8_t>(security::AclOperation::kRead));
  REQUIRE(acls.of(one.acls(), "User:b").empty());
  REQUIRE(acls.of(image_of({feature("metadata.version", 30)}).acls(), "User:a").empty());
}

TEST_CASE("a password is set where there is none, or another") {
  SeededRandom random(1);
  const ClusterImage none = image_of({feature("metadata.version", 30)});
  const CheckedPassword first = check_password("one", nullptr, random);
  REQUIRE(asked(none, of(scram_user()), {{"a", first}}) == "set the password of user a\n");
  REQUIRE(asked(none, of(scram_user())) == "waits\n");
}

TEST_CASE("a password that was compared with another credential is compared again") {
  SeededRandom random(1);
  const auto verifier = security::scram_verifier(
      security::ScramMechanism::kSha512,
      security::scram_salted_password(security::ScramMechanism::kSha512, "one", as_bytes("salt"), 4096),
      as_bytes("salt"), 4096);
  protocol::UserScramCredentialRecord record;
  record.name = "a";
  record.mechanism = static_cast<int8_t>(security::ScramMechanism::kSha512);
  record.salt = verifier.salt;
  record.stored_key = verifier.stored_key;
  record.server_key = verifier.server_key;
  record.iterations = verifier.iterations;
  const ClusterImage image = image_of({feature("metadata.version", 30), record});
  const ScramCredential* there = image.scram().find(ScramMechanism::kSha512, "a");
  REQUIRE(there != nullptr);
  REQUIRE(asked(image, of(scram_user()), {{"a", check_password("one", there, random)}}).empty());
  REQUIRE(asked(image, of(scram_user()), {{"a", check_password("two", there, random)}}) ==
          "set the password of user a\n");
  REQUIRE(asked(image, of(scram_user()), {{"a", check_password("one", nullptr, random)}}) == "waits\n");
}

TEST_CASE("a password that cannot be read is told") {
  CheckedPassword unreadable;
  unreadable.problem = "cannot open /s/a/password";
  REQUIRE(asked(ClusterImage(), of(scram_user()), {{"a", unreadable}}) ==
          "impossible: cannot open /s/a/password\n");
}

TEST_CASE("a user goes with its passwords and entries when its manifest asks for that") {
  const ClusterImage image =
      image_of({feature("metadata.version", 30), entry(1, "t", security::AclOperation::kRead)});
  Manifest manifest = of(scram_user());
  manifest.is_to_go = true;
  REQUIRE(asked(image, manifest) == "remove User:a ALLOW READ on TOPIC:LITERAL:t from *\n");
}

TEST_CASE("a user gets its entries before its password, and is missing until it has both") {
  SeededRandom random(1);
  const CheckedPasswords known = {{"a", check_password("one", nullptr, random)}};
  DeclaredUser user = scram_user();
  user.acls = {wanted("t", security::AclOperation::kRead)};
  const ClusterImage none = image_of({feature("metadata.version", 30)});
  REQUIRE(asked(none, of(user), known) ==
          "add User:a ALLOW READ on TOPIC:LITERAL:t from *\n"
          "set the password of user a\n");
  const ClusterImage half =
      image_of({feature("metadata.version", 30), entry(1, "t", security::AclOperation::kRead)});
  REQUIRE(asked(half, of(user), known) == "set the password of user a\n");
  AclsByPrincipal acls;
  REQUIRE(compare(half, of(user), "User:a", known, acls).is_missing);
}

TEST_CASE("who shows a certificate goes without the password of another user of that name") {
  protocol::UserScramCredentialRecord record;
  record.name = "a";
  record.mechanism = static_cast<int8_t>(ScramMechanism::kSha256);
  record.iterations = 4096;
  const ClusterImage image = image_of({feature("metadata.version", 30), record});
  DeclaredUser user;
  user.name = "a";
  Manifest manifest = of(user);
  manifest.is_to_go = true;
  REQUIRE(asked(image, manifest) == "remove the SCRAM-SHA-256 password of user a\n");
  user.authentication = DeclaredUser::Authentication::kCertificate;
  manifest.body = user;
  REQUIRE(asked(image, manifest).empty());
}

TEST_CASE("of very many entries the first are shown") {
  DeclaredUser user;
  user.name = "a";
  user.acls.emplace();
  for (int i = 0; i < 100; ++i)
    user.acls->push_back(wanted("t" + std::to_string(i), security::AclOperation::kRead));
  const std::string text = asked(image_of({feature("metadata.version", 30)}), of(user));
  REQUIRE(text.ends_with("TOPIC:LITERAL:t26 from *; and 80 more\n"));
}

TEST_CASE("what is done never shows a password") {
  SeededRandom random(1);
  const CheckedPassword checked = check_password("canary", nullptr, random);
  const ClusterImage image = image_of({feature("metadata.version", 30)});
  const std::string text = asked(image, of(scram_user()), {{"a", checked}});
  REQUIRE(text.find("canary") == std::string::npos);
}
