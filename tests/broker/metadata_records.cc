#include "tests/testing.h"

#include "tests/broker/metadata_records.h"

#include <fmt/format.h>

#include <variant>

namespace klamm::broker::testing {
namespace {

const Bytes kSalt{1, 2, 3}, kStoredKey{4, 5}, kServerKey{6};

std::string list(const std::vector<NodeId>& nodes) {
  std::string text;
  for (NodeId node : nodes) text += (text.empty() ? "" : ",") + std::to_string(node.value);
  return text.empty() ? "none" : text;
}

MetadataRecord controller() {
  protocol::RegisterControllerRecord record;
  record.controller_id = 3;
  record.incarnation_id = id(703);
  protocol::RegisterControllerRecord::ControllerEndpoint endpoint;
  endpoint.name = "CONTROLLER";
  endpoint.host = "host-3";
  endpoint.port = 9093;
  record.end_points = {endpoint};
  protocol::RegisterControllerRecord::ControllerFeature range;
  range.name = "kraft.version";
  range.max_supported_version = 1;
  record.features = {range};
  return record;
}

MetadataRecord quota() {
  protocol::ClientQuotaRecord record;
  protocol::ClientQuotaRecord::EntityData user, client;
  user.entity_type = "user";
  user.entity_name = "alice";
  client.entity_type = "client-id";
  client.entity_name = std::nullopt;
  record.entity = {user, client};
  record.key = "producer_byte_rate";
  record.value = 1048576.5;
  return record;
}

MetadataRecord acl() {
  protocol::AccessControlEntryRecord record;
  record.id = id(5);
  record.resource_type = 2;
  record.resource_name = "orders";
  record.pattern_type = 3;
  record.principal = "User:alice";
  record.host = "*";
  record.operation = 3;
  record.permission_type = 3;
  return record;
}

MetadataRecord scram() {
  protocol::UserScramCredentialRecord record;
  record.name = "alice";
  record.mechanism = 2;
  record.salt = kSalt;
  record.stored_key = kStoredKey;
  record.server_key = kServerKey;
  record.iterations = 4096;
  return record;
}

MetadataRecord token() {
  protocol::DelegationTokenRecord record;
  record.owner = "User:alice";
  record.requester = "User:bob";
  record.renewers = {"User:carol"};
  record.issue_timestamp = 1;
  record.max_timestamp = 3;
  record.expiration_timestamp = 2;
  record.token_id = "token-1";
  return record;
}

}  // namespace

std::vector<MetadataRecord> one_of_everything() {
  auto cordoned = broker(1, 10);
  cordoned.cordoned_log_dirs = std::vector<Uuid>{id(901)};
  cordoned.rack = "rack-a";
  auto with_elr = std::get<protocol::PartitionRecord>(partition(1, 1, {2, 1}));
  with_elr.isr = {};
  with_elr.leader = -1;
  with_elr.leader_recovery_state = 1;
  with_elr.eligible_leader_replicas = std::vector<int32_t>{1};
  with_elr.last_known_elr = std::vector<int32_t>{2};
  protocol::ProducerIdsRecord producer_ids;
  producer_ids.broker_id = 1;
  producer_ids.broker_epoch = 10;
  producer_ids.next_producer_id = 3000;
  return {feature("metadata.version", 30),
          feature("eligible.leader.replicas.version", 1),
          cordoned,
          broker(2, 11),
          controller(),
          topic("orders", 1),
          partition(1, 0, {1, 2}),
          with_elr,
          config(ConfigResourceType::kTopic, "orders", "retention.ms", "1000"),
          config(ConfigResourceType::kBroker, "", "min.insync.replicas", "2"),
          quota(),
          producer_ids,
          acl(),
          scram(),
          token()};
}

std::string kinds_of(const ClusterImage& image) {
  std::string text;
  write_records(image, [&](const MetadataRecord& record, int16_t version) {
    const int16_t key = std::visit([]<class Record>(const Record&) { return Record::kKey; }, record);
    text += fmt::format("{}{}v{}", text.empty() ? "" : " ", key, version);
  });
  return text;
}

std::string describe(const PartitionImage& partition) {
  return fmt::format("leader {} (epoch {}) isr {} replicas {} partition epoch {}", partition.leader.value,
                     partition.leader_epoch.value, list(partition.isr), list(partition.replicas),
                     partition.partition_epoch.value);
}

}  // namespace klamm::broker::testing
