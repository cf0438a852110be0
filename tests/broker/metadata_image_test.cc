// The parts of the cluster image but topics.
#include "tests/testing.h"

#include "broker/metadata/idle_metadata.h"
#include "tests/broker/metadata_records.h"

namespace klamm::broker {
using namespace testing;

namespace {

protocol::BrokerRegistrationChangeRecord broker_change(int32_t number, int64_t epoch) {
  protocol::BrokerRegistrationChangeRecord record;
  record.broker_id = number;
  record.broker_epoch = epoch;
  return record;
}

std::string live(const ClusterImage& image) {
  std::string text;
  for (const LiveBroker& broker : image.brokers().live_brokers("PLAINTEXT")) {
    text += broker.endpoint->host + ":" + std::to_string(broker.endpoint->port) + " ";
  }
  return text;
}

std::string finalized(const ClusterImage& image, int16_t kraft_version) {
  std::string text;
  for (const auto& feature : image.features().finalized(kraft_version)) {
    text += feature.name + "=" + std::to_string(feature.level) + " ";
  }
  return text;
}

}  // namespace

TEST_CASE("Live brokers are those that are not fenced and have the listener") {
  ClusterImage image = image_of({broker(2, 11), broker(1, 10)});
  REQUIRE(live(image) == "host-1:9092 host-2:9092 ");
  auto fence = broker_change(1, 10);
  fence.fenced = 1;
  REQUIRE(image.apply(MetadataRecord(fence)));
  REQUIRE(live(image) == "host-2:9092 ");
  REQUIRE(image.brokers().live_brokers("SSL").empty());
  auto unfence = broker_change(1, 10);
  unfence.fenced = -1;
  REQUIRE(image.apply(MetadataRecord(unfence)));
  REQUIRE(image.brokers().is_live(NodeId{1}));
}

TEST_CASE("In which order a registration names endpoints and features does not matter") {
  auto one = broker(1, 10), other = broker(1, 10);
  auto second = one.end_points[0];
  second.name = "INTERNAL";
  one.end_points.push_back(second);
  other.end_points.insert(other.end_points.begin(), second);
  auto range = one.features[0];
  range.name = "group.version";
  one.features.push_back(range);
  other.features.insert(other.features.begin(), range);
  REQUIRE(same_content(image_of({one}), image_of({other})));
}

TEST_CASE("The leader that clients are told of is live and has an endpoint on their listener") {
  ClusterImage image = image_of({broker(1, 10), topic("orders", 1), partition(1, 0, {1, 2})});
  const PartitionImage& partition = *image.topics().find("orders", 0);
  REQUIRE(image.leader_of(partition, "PLAINTEXT").endpoint->host == "host-1");
  REQUIRE(image.leader_of(partition, "SSL").id == kNoNode);
  protocol::FenceBrokerRecord fence;
  fence.id = 1;
  fence.epoch = 10;
  REQUIRE(image.apply(MetadataRecord(fence)));
  REQUIRE(image.leader_of(partition, "PLAINTEXT").id == kNoNode);
}

TEST_CASE("A registration change moves only what it names") {
  ClusterImage image = image_of({broker(1, 10)});
  auto change = broker_change(1, 10);
  change.in_controlled_shutdown = 1;
  change.log_dirs = {id(3), id(2)};
  change.cordoned_log_dirs = std::vector<Uuid>{};
  REQUIRE(image.apply(MetadataRecord(change)));
  const BrokerImage& changed = *image.brokers().find(NodeId{1});
  REQUIRE(changed.in_controlled_shutdown);
  REQUIRE_FALSE(changed.fenced);
  REQUIRE(changed.directories == std::vector{id(2), id(3)});
  REQUIRE(changed.cordoned_directories == std::vector<Uuid>{});
  REQUIRE(changed.has_online_directory(id(2)));
  REQUIRE_FALSE(changed.has_online_directory(id(901)));
  REQUIRE(changed.has_online_directory(kUnassignedDirectory));
  REQUIRE_FALSE(changed.has_online_directory(kLostDirectory));
}

TEST_CASE("A record about another registration of the broker is refused") {
  ClusterImage image = image_of({broker(1, 10)});
  REQUIRE_FALSE(image.apply(MetadataRecord(broker_change(1, 9))));
  REQUIRE_FALSE(image.apply(MetadataRecord(broker_change(2, 10))));
  protocol::UnregisterBrokerRecord unregister;
  unregister.broker_id = 1;
  unregister.broker_epoch = 9;
  REQUIRE_FALSE(image.apply(MetadataRecord(unregister)));
  unregister.broker_epoch = 10;
  REQUIRE(image.apply(MetadataRecord(unregister)));
  REQUIRE(image.brokers().brokers().empty());
}

TEST_CASE("Finalized features are listed by name, those at level 0 not at all") {
  ClusterImage image = image_of({feature("metadata.version", 30), feature("group.version", 1),
                                 feature("transaction.version", 2), feature("transaction.version", 0),
                                 feature("kraft.version", 1)});
  REQUIRE(finalized(image, 1) == "group.version=1 kraft.version=1 metadata.version=30 ");
  REQUIRE(finalized(image, 0) == "group.version=1 metadata.version=30 ");
}

TEST_CASE("A feature level that this node does not support is refused") {
  ClusterImage image;
  REQUIRE_FALSE(image.apply(feature("metadata.version", 31)));
  REQUIRE_FALSE(image.apply(feature("metadata.version", 6)));
  REQUIRE_FALSE(image.apply(feature("group.version", 2)));
  REQUIRE_FALSE(image.apply(feature("not.a.feature", 1)));
  REQUIRE(image.apply(feature("metadata.version", 7)));
}

TEST_CASE("A configuration that is set to nothing is gone, and its resource with the last one") {
  ClusterImage image = image_of({config(ConfigResourceType::kBroker, "1", "a", "x"),
                                 config(ConfigResourceType::kBroker, "1", "b", "y"),
                                 config(ConfigResourceType::kBroker, "", "a", "z")});
  REQUIRE(*image.configs().find(ConfigResourceType::kBroker, "1", "a") == "x");
  REQUIRE(image.apply(config(ConfigResourceType::kBroker, "1", "a", std::nullopt)));
  REQUIRE(image.configs().find(ConfigResourceType::kBroker, "1", "a") == nullptr);
  REQUIRE(image.apply(config(ConfigResourceType::kBroker, "1", "b", std::nullopt)));
  REQUIRE(image.configs().resources().size() == 1);
}

TEST_CASE("A removed quota, ACL, credential or token is gone") {
  ClusterImage image = image_of(one_of_everything());
  protocol::ClientQuotaRecord quota;
  protocol::ClientQuotaRecord::EntityData user, client;
  user.entity_type = "user";
  user.entity_name = "alice";
  client.entity_type = "client-id";
  client.entity_name = std::nullopt;
  quota.entity = {client, user};
  quota.key = "producer_byte_rate";
  quota.remove = true;
  protocol::RemoveAccessControlEntryRecord acl;
  acl.id = id(5);
  protocol::RemoveUserScramCredentialRecord scram;
  scram.name = "alice";
  scram.mechanism = 2;
  protocol::RemoveDelegationTokenRecord token;
  token.token_id = "token-1";
  REQUIRE(image.scram().find(ScramMechanism::kSha512, "alice")->iterations == 4096);
  for (const MetadataRecord& record :
       {MetadataRecord(quota), MetadataRecord(acl), MetadataRecord(scram), MetadataRecord(token)}) {
    REQUIRE(image.apply(record));
  }
  REQUIRE(image.client_quotas().entities().empty());
  REQUIRE(image.acls().by_id().empty());
  REQUIRE(image.scram().credentials().empty());
  REQUIRE(image.delegation_tokens().tokens().empty());
  REQUIRE_FALSE(image.apply(MetadataRecord(acl)));
}

TEST_CASE("What is kept and not acted on is told, each kind once") {
  std::string told;
  for (const std::string& line : idle_metadata(image_of(one_of_everything()), false)) told += line + "\n";
  const std::string rest = " are kept, and not acted on: ";
  REQUIRE(told == "ACLs in the cluster's metadata (1)" + rest +
                      "every client may do everything while authorizer.class.name is not set\n" +
                      "delegation tokens in the cluster's metadata (1)" + rest +
                      "delegation tokens come later\n");
  const auto group = config(ConfigResourceType::kGroup, "g", "consumer.session.timeout.ms", "50000");
  REQUIRE(idle_metadata(image_of({group}), true).size() == 1);
  REQUIRE(idle_metadata(image_of({topic("t", 1)}), true).empty());
}

TEST_CASE("A copy of an image is not touched by what is applied to the other") {
  ClusterImage image = image_of(one_of_everything());
  const ClusterImage copy = image;
  REQUIRE(image.apply(leader_change(1, 0, 2)));
  REQUIRE(image.apply(MetadataRecord(remove_topic(1))));
  REQUIRE(same_content(copy, image_of(one_of_everything())));
  REQUIRE_FALSE(same_content(copy, image));
}

}  // namespace klamm::broker
