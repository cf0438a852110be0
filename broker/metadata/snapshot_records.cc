#include "broker/metadata/snapshot_records.h"

#include <optional>

#include "broker/metadata/record_version.h"

namespace klamm::broker {
namespace {

using namespace protocol;

using Emit = std::function<void(const MetadataRecord&)>;

void write_features(const FeaturesImage& features, const Emit& emit) {
  // First of all, because it may say how to read what follows.
  FeatureLevelRecord record;
  record.name = kMetadataVersionFeature;
  record.feature_level = features.metadata_version()->level;
  emit(record);
  for (const auto& [name, level] : features.others()) {
    record.name = name;
    record.feature_level = level;
    emit(record);
  }
}

template <class Endpoint>
std::vector<Endpoint> endpoints_of(const std::vector<EndpointImage>& images) {
  std::vector<Endpoint> endpoints(images.size());
  for (size_t i = 0; i < images.size(); ++i) {
    endpoints[i].name = images[i].listener;
    endpoints[i].host = images[i].host;
    endpoints[i].port = images[i].port;
    endpoints[i].security_protocol = images[i].security_protocol;
  }
  return endpoints;
}

template <class Feature>
std::vector<Feature> features_of(const std::vector<FeatureRange>& ranges) {
  std::vector<Feature> features(ranges.size());
  for (size_t i = 0; i < ranges.size(); ++i) {
    features[i].name = ranges[i].name;
    features[i].min_supported_version = ranges[i].min;
    features[i].max_supported_version = ranges[i].max;
  }
  return features;
}

void write_brokers(const BrokersImage& image, MetadataVersion version, const Emit& emit) {
  for (const auto& [id, broker] : image.brokers()) {
    RegisterBrokerRecord record;
    record.broker_id = broker.id.value;
    record.is_migrating_zk_broker = broker.is_migrating_zk_broker;
    record.incarnation_id = broker.incarnation_id;
    record.broker_epoch = broker.epoch;
    record.end_points = endpoints_of<RegisterBrokerRecord::BrokerEndpoint>(broker.endpoints);
    record.features = features_of<RegisterBrokerRecord::BrokerFeature>(broker.features);
    record.rack = broker.rack;
    record.fenced = broker.fenced;
    record.in_controlled_shutdown = broker.in_controlled_shutdown;
    record.log_dirs = broker.directories;
    record.cordoned_log_dirs = broker.cordoned_directories;
    emit(record);
  }
  if (!version.has_controller_registration()) return;
  for (const auto& [id, controller] : image.controllers()) {
    RegisterControllerRecord record;
    record.controller_id = controller.id.value;
    record.incarnation_id = controller.incarnation_id;
    record.zk_migration_ready = controller.zk_migration_ready;
    record.end_points = endpoints_of<RegisterControllerRecord::ControllerEndpoint>(controller.endpoints);
    record.features = features_of<RegisterControllerRecord::ControllerFeature>(controller.features);
    emit(record);
  }
}

void write_topics(const TopicsImage& image, const Emit& emit) {
  for (const auto& [id, topic] : image.by_id()) {
    TopicRecord topic_record;
    topic_record.name = topic.name;
    topic_record.topic_id = id;
    emit(topic_record);
    for (const auto& [index, partition] : topic.partitions) {
      emit(partition_record(id, index, partition));
    }
  }
}

void write_configs(const ConfigsImage& image, const Emit& emit) {
  for (const auto& [resource, overrides] : image.resources()) {
    for (const auto& [key, value] : overrides) {
      ConfigRecord record;
      record.resource_type = static_cast<int8_t>(resource.type);
      record.resource_name = resource.name;
      record.name = key;
      record.value = value;
      emit(record);
    }
  }
}

void write_client_quotas(const ClientQuotasImage& image, const Emit& emit) {
  for (const auto& [entity, values] : image.entities()) {
    ClientQuotaRecord record;
    for (const auto& [type, name] : entity) {
      ClientQuotaRecord::EntityData part;
      part.entity_type = type;
      part.entity_name = name;
      record.entity.push_back(part);
    }
    for (const auto& [key, value] : values) {
      record.key = key;
      record.value = value;
      emit(record);
    }
  }
}

void write_producer_ids(const ClusterImage& image, const Emit& emit) {
  if (!image.has_allocated_producer_ids()) return;
  ProducerIdsRecord record;
  record.broker_id = -1;
  record.broker_epoch = -1;
  record.next_producer_id = image.next_producer_id();
  emit(record);
}

void write_acls(const AclsImage& image, const Emit& emit) {
  for (const auto& [id, acl] : image.by_id()) {
    AccessControlEntryRecord record;
    record.id = id;
    record.resource_type = acl.resource_type;
    record.resource_name = acl.resource_name;
    record.pattern_type = acl.pattern_type;
    record.principal = acl.principal;
    record.host = acl.host;
    record.operation = acl.operation;
    record.permission_type = acl.permission_type;
    emit(record);
  }
}

void write_scram(const ScramImage& image, const Emit& emit) {
  for (const auto& [key, credential] : image.credentials()) {
    UserScramCredentialRecord record;
    record.name = key.user;
    record.mechanism = static_cast<int8_t>(key.mechanism);
    record.salt = credential.salt;
    record.stored_key = credential.stored_key;
    record.server_key = credential.server_key;
    record.iterations = credential.iterations;
    emit(record);
  }
}

void write_delegation_tokens(const DelegationTokensImage& image, const Emit& emit) {
  for (const auto& [id, token] : image.tokens()) {
    DelegationTokenRecord record;
    record.owner = token.owner;
    record.requester = token.requester;
    record.renewers.assign(token.renewers.begin(), token.renewers.end());
    record.issue_timestamp = token.issue_timestamp_ms;
    record.max_timestamp = token.max_timestamp_ms;
    record.expiration_timestamp = token.expiration_timestamp_ms;
    record.token_id = id;
    emit(record);
  }
}

}  // namespace

PartitionRecord partition_record(const Uuid& topic, int32_t index, const PartitionImage& partition) {
  PartitionRecord record;
  record.partition_id = index;
  record.topic_id = topic;
  record.replicas = numbers_of(partition.replicas);
  record.isr = numbers_of(partition.isr);
  record.removing_replicas = numbers_of(partition.removing_replicas);
  record.adding_replicas = numbers_of(partition.adding_replicas);
  record.leader = partition.leader.value;
  record.leader_recovery_state = static_cast<int8_t>(partition.leader_recovery_state);
  record.leader_epoch = partition.leader_epoch.value;
  record.partition_epoch = partition.partition_epoch.value;
  record.directories = partition.directories;
  // An empty list is not written at all, as Kafka does: most partitions have none.
  if (!partition.elr.empty()) record.eligible_leader_replicas = numbers_of(partition.elr);
  if (!partition.last_known_elr.empty()) record.last_known_elr = numbers_of(partition.last_known_elr);
  return record;
}

void write_records(const ClusterImage& image, const RecordSink& sink) {
  const std::optional<MetadataVersion> version = image.features().metadata_version();
  CHECK(version.has_value());
  const Emit emit = [&](const MetadataRecord& record) { sink(record, record_version(record, *version)); };
  write_features(image.features(), emit);
  write_brokers(image.brokers(), *version, emit);
  write_topics(image.topics(), emit);
  write_configs(image.configs(), emit);
  write_client_quotas(image.client_quotas(), emit);
  write_producer_ids(image, emit);
  write_acls(image.acls(), emit);
  if (version->has_scram()) write_scram(image.scram(), emit);
  if (version->has_delegation_tokens()) write_delegation_tokens(image.delegation_tokens(), emit);
}

}  // namespace klamm::broker
