// Generated from protocol/schema/metadata_records.kmsg; not to be edited.
#include "protocol/messages/register_broker_record.h"
#include "protocol/messages/unregister_broker_record.h"
#include "protocol/messages/topic_record.h"
#include "protocol/messages/partition_record.h"
#include "protocol/messages/config_record.h"
#include "protocol/messages/partition_change_record.h"
#include "protocol/messages/fence_broker_record.h"
#include "protocol/messages/unfence_broker_record.h"
#include "protocol/messages/remove_topic_record.h"
#include "protocol/messages/delegation_token_record.h"
#include "protocol/messages/user_scram_credential_record.h"
#include "protocol/messages/feature_level_record.h"
#include "protocol/messages/client_quota_record.h"
#include "protocol/messages/producer_ids_record.h"
#include "protocol/messages/broker_registration_change_record.h"
#include "protocol/messages/access_control_entry_record.h"
#include "protocol/messages/remove_access_control_entry_record.h"
#include "protocol/messages/no_op_record.h"
#include "protocol/messages/zk_migration_state_record.h"
#include "protocol/messages/remove_user_scram_credential_record.h"
#include "protocol/messages/begin_transaction_record.h"
#include "protocol/messages/end_transaction_record.h"
#include "protocol/messages/abort_transaction_record.h"
#include "protocol/messages/remove_delegation_token_record.h"
#include "protocol/messages/register_controller_record.h"
#include "protocol/messages/clear_elr_record.h"
#include "tests/protocol/instances/instance_random.h"

namespace klamm::protocol {
namespace {

void fill(InstanceRandom& random, RegisterBrokerRecord::BrokerEndpoint& to, int16_t) {
  to.name = random.string();
  to.host = random.string();
  to.port = random.number<uint16_t>();
  to.security_protocol = random.number<int16_t>();
}

void fill(InstanceRandom& random, RegisterBrokerRecord::BrokerFeature& to, int16_t version) {
  to.name = random.string();
  to.min_supported_version = random.number<int16_t>();
  to.max_supported_version = random.number<int16_t>();
}

void fill(InstanceRandom& random, RegisterBrokerRecord& to, int16_t version) {
  to.broker_id = random.number<int32_t>();
  if (version >= 2) {
    to.is_migrating_zk_broker = random.boolean();
  }
  to.incarnation_id = random.uuid();
  to.broker_epoch = random.number<int64_t>();
  to.end_points.resize(random.count());
  for (auto& element : to.end_points) fill(random, element, version);
  to.features.resize(random.count());
  for (auto& element : to.features) fill(random, element, version);
  to.rack.reset();
  if (!random.null()) {
    to.rack = random.string();
  }
  to.fenced = random.boolean();
  if (version >= 1) {
    to.in_controlled_shutdown = random.boolean();
  }
  if (version >= 3 && random.some()) {
    to.log_dirs.resize(random.count());
    for (auto& element : to.log_dirs) element = random.uuid();
  }
  if (version >= 4 && random.some()) {
    to.cordoned_log_dirs.reset();
    if (!random.null()) {
      to.cordoned_log_dirs.emplace(random.count());
      for (auto& element : *to.cordoned_log_dirs) element = random.uuid();
    }
  }
}

void fill(InstanceRandom& random, UnregisterBrokerRecord& to, int16_t) {
  to.broker_id = random.number<int32_t>();
  to.broker_epoch = random.number<int64_t>();
}

void fill(InstanceRandom& random, TopicRecord& to, int16_t) {
  to.name = random.string();
  to.topic_id = random.uuid();
}

void fill(InstanceRandom& random, PartitionRecord& to, int16_t version) {
  to.partition_id = random.number<int32_t>();
  to.topic_id = random.uuid();
  to.replicas.resize(random.count());
  for (auto& element : to.replicas) element = random.number<int32_t>();
  to.isr.resize(random.count());
  for (auto& element : to.isr) element = random.number<int32_t>();
  to.removing_replicas.resize(random.count());
  for (auto& element : to.removing_replicas) element = random.number<int32_t>();
  to.adding_replicas.resize(random.count());
  for (auto& element : to.adding_replicas) element = random.number<int32_t>();
  to.leader = random.number<int32_t>();
  if (random.some()) {
    to.leader_recovery_state = random.number<int8_t>();
  }
  to.leader_epoch = random.number<int32_t>();
  to.partition_epoch = random.number<int32_t>();
  if (version >= 1) {
    to.directories.resize(random.count());
    for (auto& element : to.directories) element = random.uuid();
  }
  if (version >= 2 && random.some()) {
    to.eligible_leader_replicas.reset();
    if (!random.null()) {
      to.eligible_leader_replicas.emplace(random.count());
      for (auto& element : *to.eligible_leader_replicas) element = random.number<int32_t>();
    }
  }
  if (version >= 2 && random.some()) {
    to.last_known_elr.reset();
    if (!random.null()) {
      to.last_known_elr.emplace(random.count());
      for (auto& element : *to.last_known_elr) element = random.number<int32_t>();
    }
  }
}

void fill(InstanceRandom& random, ConfigRecord& to, int16_t) {
  to.resource_type = random.number<int8_t>();
  to.resource_name = random.string();
  to.name = random.string();
  to.value.reset();
  if (!random.null()) {
    to.value = random.string();
  }
}

void fill(InstanceRandom& random, PartitionChangeRecord& to, int16_t version) {
  to.partition_id = random.number<int32_t>();
  to.topic_id = random.uuid();
  if (random.some()) {
    to.isr.reset();
    if (!random.null()) {
      to.isr.emplace(random.count());
      for (auto& element : *to.isr) element = random.number<int32_t>();
    }
  }
  if (random.some()) {
    to.leader = random.number<int32_t>();
  }
  if (random.some()) {
    to.replicas.reset();
    if (!random.null()) {
      to.replicas.emplace(random.count());
      for (auto& element : *to.replicas) element = random.number<int32_t>();
    }
  }
  if (random.some()) {
    to.removing_replicas.reset();
    if (!random.null()) {
      to.removing_replicas.emplace(random.count());
      for (auto& element : *to.removing_replicas) element = random.number<int32_t>();
    }
  }
  if (random.some()) {
    to.adding_replicas.reset();
    if (!random.null()) {
      to.adding_replicas.emplace(random.count());
      for (auto& element : *to.adding_replicas) element = random.number<int32_t>();
    }
  }
  if (random.some()) {
    to.leader_recovery_state = random.number<int8_t>();
  }
  if (version >= 1 && random.some()) {
    to.directories.reset();
    if (!random.null()) {
      to.directories.emplace(random.count());
      for (auto& element : *to.directories) element = random.uuid();
    }
  }
  if (version >= 2 && random.some()) {
    to.eligible_leader_replicas.reset();
    if (!random.null()) {
      to.eligible_leader_replicas.emplace(random.count());
      for (auto& element : *to.eligible_leader_replicas) element = random.number<int32_t>();
    }
  }
  if (version >= 2 && random.some()) {
    to.last_known_elr.reset();
    if (!random.null()) {
      to.last_known_elr.emplace(random.count());
      for (auto& element : *to.last_known_elr) element = random.number<int32_t>();
    }
  }
}

void fill(InstanceRandom& random, FenceBrokerRecord& to, int16_t) {
  to.id = random.number<int32_t>();
  to.epoch = random.number<int64_t>();
}

void fill(InstanceRandom& random, UnfenceBrokerRecord& to, int16_t) {
  to.id = random.number<int32_t>();
  to.epoch = random.number<int64_t>();
}

void fill(InstanceRandom& random, RemoveTopicRecord& to, int16_t) {
  to.topic_id = random.uuid();
}

void fill(InstanceRandom& random, DelegationTokenRecord& to, int16_t) {
  to.owner = random.string();
  to.requester = random.string();
  to.renewers.resize(random.count());
  for (auto& element : to.renewers) element = random.string();
  to.issue_timestamp = random.number<int64_t>();
  to.max_timestamp = random.number<int64_t>();
  to.expiration_timestamp = random.number<int64_t>();
  to.token_id = random.string();
}

void fill(InstanceRandom& random, UserScramCredentialRecord& to, int16_t) {
  to.name = random.string();
  to.mechanism = random.number<int8_t>();
  to.salt = random.bytes();
  to.stored_key = random.bytes();
  to.server_key = random.bytes();
  to.iterations = random.number<int32_t>();
}

void fill(InstanceRandom& random, FeatureLevelRecord& to, int16_t) {
  to.name = random.string();
  to.feature_level = random.number<int16_t>();
}

void fill(InstanceRandom& random, ClientQuotaRecord::EntityData& to, int16_t) {
  to.entity_type = random.string();
  to.entity_name.reset();
  if (!random.null()) {
    to.entity_name = random.string();
  }
}

void fill(InstanceRandom& random, ClientQuotaRecord& to, int16_t version) {
  to.entity.resize(random.count());
  for (auto& element : to.entity) fill(random, element, version);
  to.key = random.string();
  to.value = random.f64();
  to.remove = random.boolean();
}

void fill(InstanceRandom& random, ProducerIdsRecord& to, int16_t) {
  to.broker_id = random.number<int32_t>();
  to.broker_epoch = random.number<int64_t>();
  to.next_producer_id = random.number<int64_t>();
}

void fill(InstanceRandom& random, BrokerRegistrationChangeRecord& to, int16_t version) {
  to.broker_id = random.number<int32_t>();
  to.broker_epoch = random.number<int64_t>();
  if (random.some()) {
    to.fenced = random.number<int8_t>();
  }
  if (version >= 1 && random.some()) {
    to.in_controlled_shutdown = random.number<int8_t>();
  }
  if (version >= 2 && random.some()) {
    to.log_dirs.resize(random.count());
    for (auto& element : to.log_dirs) element = random.uuid();
  }
  if (version >= 3 && random.some()) {
    to.cordoned_log_dirs.reset();
    if (!random.null()) {
      to.cordoned_log_dirs.emplace(random.count());
      for (auto& element : *to.cordoned_log_dirs) element = random.uuid();
    }
  }
}

void fill(InstanceRandom& random, AccessControlEntryRecord& to, int16_t) {
  to.id = random.uuid();
  to.resource_type = random.number<int8_t>();
  to.resource_name = random.string();
  to.pattern_type = random.number<int8_t>();
  to.principal = random.string();
  to.host = random.string();
  to.operation = random.number<int8_t>();
  to.permission_type = random.number<int8_t>();
}

void fill(InstanceRandom& random, RemoveAccessControlEntryRecord& to, int16_t) {
  to.id = random.uuid();
}

void fill(InstanceRandom&, NoOpRecord&, int16_t) {
}

void fill(InstanceRandom& random, ZkMigrationStateRecord& to, int16_t) {
  to.zk_migration_state = random.number<int8_t>();
}

void fill(InstanceRandom& random, RemoveUserScramCredentialRecord& to, int16_t) {
  to.name = random.string();
  to.mechanism = random.number<int8_t>();
}

void fill(InstanceRandom& random, BeginTransactionRecord& to, int16_t) {
  if (random.some()) {
    to.name.reset();
    if (!random.null()) {
      to.name = random.string();
    }
  }
}

void fill(InstanceRandom&, EndTransactionRecord&, int16_t) {
}

void fill(InstanceRandom& random, AbortTransactionRecord& to, int16_t) {
  if (random.some()) {
    to.reason.reset();
    if (!random.null()) {
      to.reason = random.string();
    }
  }
}

void fill(InstanceRandom& random, RemoveDelegationTokenRecord& to, int16_t) {
  to.token_id = random.string();
}

void fill(InstanceRandom& random, RegisterControllerRecord::ControllerEndpoint& to, int16_t) {
  to.name = random.string();
  to.host = random.string();
  to.port = random.number<uint16_t>();
  to.security_protocol = random.number<int16_t>();
}

void fill(InstanceRandom& random, RegisterControllerRecord::ControllerFeature& to, int16_t version) {
  to.name = random.string();
  to.min_supported_version = random.number<int16_t>();
  to.max_supported_version = random.number<int16_t>();
}

void fill(InstanceRandom& random, RegisterControllerRecord& to, int16_t version) {
  to.controller_id = random.number<int32_t>();
  to.incarnation_id = random.uuid();
  to.zk_migration_ready = random.boolean();
  to.end_points.resize(random.count());
  for (auto& element : to.end_points) fill(random, element, version);
  to.features.resize(random.count());
  for (auto& element : to.features) fill(random, element, version);
}

void fill(InstanceRandom& random, ClearElrRecord& to, int16_t) {
  to.topic_name = random.string();
}

}  // namespace

void write_random_register_broker_record(InstanceRandom& random, int16_t version, Bytes& out) {
  RegisterBrokerRecord message;
  fill(random, message, version);
  write_and_compare(message, version, out);
}

void write_random_unregister_broker_record(InstanceRandom& random, int16_t version, Bytes& out) {
  UnregisterBrokerRecord message;
  fill(random, message, version);
  write_and_compare(message, version, out);
}

void write_random_topic_record(InstanceRandom& random, int16_t version, Bytes& out) {
  TopicRecord message;
  fill(random, message, version);
  write_and_compare(message, version, out);
}

void write_random_partition_record(InstanceRandom& random, int16_t version, Bytes& out) {
  PartitionRecord message;
  fill(random, message, version);
  write_and_compare(message, version, out);
}

void write_random_config_record(InstanceRandom& random, int16_t version, Bytes& out) {
  ConfigRecord message;
  fill(random, message, version);
  write_and_compare(message, version, out);
}

void write_random_partition_change_record(InstanceRandom& random, int16_t version, Bytes& out) {
  PartitionChangeRecord message;
  fill(random, message, version);
  write_and_compare(message, version, out);
}

void write_random_fence_broker_record(InstanceRandom& random, int16_t version, Bytes& out) {
  FenceBrokerRecord message;
  fill(random, message, version);
  write_and_compare(message, version, out);
}

void write_random_unfence_broker_record(InstanceRandom& random, int16_t version, Bytes& out) {
  UnfenceBrokerRecord message;
  fill(random, message, version);
  write_and_compare(message, version, out);
}

void write_random_remove_topic_record(InstanceRandom& random, int16_t version, Bytes& out) {
  RemoveTopicRecord message;
  fill(random, message, version);
  write_and_compare(message, version, out);
}

void write_random_delegation_token_record(InstanceRandom& random, int16_t version, Bytes& out) {
  DelegationTokenRecord message;
  fill(random, message, version);
  write_and_compare(message, version, out);
}

void write_random_user_scram_credential_record(InstanceRandom& random, int16_t version, Bytes& out) {
  UserScramCredentialRecord message;
  fill(random, message, version);
  write_and_compare(message, version, out);
}

void write_random_feature_level_record(InstanceRandom& random, int16_t version, Bytes& out) {
  FeatureLevelRecord message;
  fill(random, message, version);
  write_and_compare(message, version, out);
}

void write_random_client_quota_record(InstanceRandom& random, int16_t version, Bytes& out) {
  ClientQuotaRecord message;
  fill(random, message, version);
  write_and_compare(message, version, out);
}

void write_random_producer_ids_record(InstanceRandom& random, int16_t version, Bytes& out) {
  ProducerIdsRecord message;
  fill(random, message, version);
  write_and_compare(message, version, out);
}

void write_random_broker_registration_change_record(InstanceRandom& random, int16_t version, Bytes& out) {
  BrokerRegistrationChangeRecord message;
  fill(random, message, version);
  write_and_compare(message, version, out);
}

void write_random_access_control_entry_record(InstanceRandom& random, int16_t version, Bytes& out) {
  AccessControlEntryRecord message;
  fill(random, message, version);
  write_and_compare(message, version, out);
}

void write_random_remove_access_control_entry_record(InstanceRandom& random, int16_t version, Bytes& out) {
  RemoveAccessControlEntryRecord message;
  fill(random, message, version);
  write_and_compare(message, version, out);
}

void write_random_no_op_record(InstanceRandom& random, int16_t version, Bytes& out) {
  NoOpRecord message;
  fill(random, message, version);
  write_and_compare(message, version, out);
}

void write_random_zk_migration_state_record(InstanceRandom& random, int16_t version, Bytes& out) {
  ZkMigrationStateRecord message;
  fill(random, message, version);
  write_and_compare(message, version, out);
}

void write_random_remove_user_scram_credential_record(InstanceRandom& random, int16_t version, Bytes& out) {
  RemoveUserScramCredentialRecord message;
  fill(random, message, version);
  write_and_compare(message, version, out);
}

void write_random_begin_transaction_record(InstanceRandom& random, int16_t version, Bytes& out) {
  BeginTransactionRecord message;
  fill(random, message, version);
  write_and_compare(message, version, out);
}

void write_random_end_transaction_record(InstanceRandom& random, int16_t version, Bytes& out) {
  EndTransactionRecord message;
  fill(random, message, version);
  write_and_compare(message, version, out);
}

void write_random_abort_transaction_record(InstanceRandom& random, int16_t version, Bytes& out) {
  AbortTransactionRecord message;
  fill(random, message, version);
  write_and_compare(message, version, out);
}

void write_random_remove_delegation_token_record(InstanceRandom& random, int16_t version, Bytes& out) {
  RemoveDelegationTokenRecord message;
  fill(random, message, version);
  write_and_compare(message, version, out);
}

void write_random_register_controller_record(InstanceRandom& random, int16_t version, Bytes& out) {
  RegisterControllerRecord message;
  fill(random, message, version);
  write_and_compare(message, version, out);
}

void write_random_clear_elr_record(InstanceRandom& random, int16_t version, Bytes& out) {
  ClearElrRecord message;
  fill(random, message, version);
  write_and_compare(message, version, out);
}

}  // namespace klamm::protocol
