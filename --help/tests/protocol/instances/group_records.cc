// Generated from protocol/schema/group_records.kmsg; not to be edited.
#include "protocol/messages/legacy_offset_commit_key.h"
#include "protocol/messages/legacy_offset_commit_value.h"
#include "protocol/messages/offset_commit_key.h"
#include "protocol/messages/offset_commit_value.h"
#include "protocol/messages/group_metadata_key.h"
#include "protocol/messages/group_metadata_value.h"
#include "protocol/messages/consumer_group_metadata_key.h"
#include "protocol/messages/consumer_group_metadata_value.h"
#include "protocol/messages/consumer_group_partition_metadata_key.h"
#include "protocol/messages/consumer_group_partition_metadata_value.h"
#include "protocol/messages/consumer_group_member_metadata_key.h"
#include "protocol/messages/consumer_group_member_metadata_value.h"
#include "protocol/messages/consumer_group_target_assignment_metadata_key.h"
#include "protocol/messages/consumer_group_target_assignment_metadata_value.h"
#include "protocol/messages/consumer_group_target_assignment_member_key.h"
#include "protocol/messages/consumer_group_target_assignment_member_value.h"
#include "protocol/messages/consumer_group_current_member_assignment_key.h"
#include "protocol/messages/consumer_group_current_member_assignment_value.h"
#include "protocol/messages/share_group_member_metadata_key.h"
#include "protocol/messages/share_group_member_metadata_value.h"
#include "protocol/messages/share_group_metadata_key.h"
#include "protocol/messages/share_group_metadata_value.h"
#include "protocol/messages/share_group_target_assignment_metadata_key.h"
#include "protocol/messages/share_group_target_assignment_metadata_value.h"
#include "protocol/messages/share_group_target_assignment_member_key.h"
#include "protocol/messages/share_group_target_assignment_member_value.h"
#include "protocol/messages/share_group_current_member_assignment_key.h"
#include "protocol/messages/share_group_current_member_assignment_value.h"
#include "protocol/messages/share_group_state_partition_metadata_key.h"
#include "protocol/messages/share_group_state_partition_metadata_value.h"
#include "protocol/messages/consumer_group_regular_expression_key.h"
#include "protocol/messages/consumer_group_regular_expression_value.h"
#include "protocol/messages/streams_group_metadata_key.h"
#include "protocol/messages/streams_group_metadata_value.h"
#include "protocol/messages/streams_group_member_metadata_key.h"
#include "protocol/messages/streams_group_member_metadata_value.h"
#include "protocol/messages/streams_group_target_assignment_metadata_key.h"
#include "protocol/messages/streams_group_target_assignment_metadata_value.h"
#include "protocol/messages/streams_group_target_assignment_member_key.h"
#include "protocol/messages/streams_group_target_assignment_member_value.h"
#include "protocol/messages/streams_group_current_member_assignment_key.h"
#include "protocol/messages/streams_group_current_member_assignment_value.h"
#include "protocol/messages/streams_group_topology_key.h"
#include "protocol/messages/streams_group_topology_value.h"
#include "tests/protocol/instances/instance_random.h"

namespace klamm::protocol {
namespace {

void fill(InstanceRandom& random, LegacyOffsetCommitKey& to, int16_t) {
  to.group = random.string();
  to.topic = random.string();
  to.partition = random.number<int32_t>();
}

void fill(InstanceRandom& random, LegacyOffsetCommitValue& to, int16_t) {
  to.offset = random.number<int64_t>();
  to.metadata = random.string();
  to.commit_timestamp = random.number<int64_t>();
}

void fill(InstanceRandom& random, OffsetCommitKey& to, int16_t) {
  to.group = random.string();
  to.topic = random.string();
  to.partition = random.number<int32_t>();
}

void fill(InstanceRandom& random, OffsetCommitValue& to, int16_t version) {
  to.offset = random.number<int64_t>();
  if (version >= 3) {
    to.leader_epoch = random.number<int32_t>();
  }
  to.metadata = random.string();
  to.commit_timestamp = random.number<int64_t>();
  if (version == 1) {
    to.expire_timestamp = random.number<int64_t>();
  }
  if (version >= 4 && random.some()) {
    to.topic_id = random.uuid();
  }
}

void fill(InstanceRandom& random, GroupMetadataKey& to, int16_t) {
  to.group = random.string();
}

void fill(InstanceRandom& random, GroupMetadataValue::MemberMetadata& to, int16_t version) {
  to.member_id = random.string();
  if (version >= 3) {
    to.group_instance_id.reset();
    if (!random.null()) {
      to.group_instance_id = random.string();
    }
  }
  to.client_id = random.string();
  to.client_host = random.string();
  if (version >= 1) {
    to.rebalance_timeout = random.number<int32_t>();
  }
  to.session_timeout = random.number<int32_t>();
  to.subscription = random.bytes();
  to.assignment = random.bytes();
}

void fill(InstanceRandom& random, GroupMetadataValue& to, int16_t version) {
  to.protocol_type = random.string();
  to.generation = random.number<int32_t>();
  to.protocol.reset();
  if (!random.null()) {
    to.protocol = random.string();
  }
  to.leader.reset();
  if (!random.null()) {
    to.leader = random.string();
  }
  if (version >= 2) {
    to.current_state_timestamp = random.number<int64_t>();
  }
  to.members.resize(random.count());
  for (auto& element : to.members) fill(random, element, version);
}

void fill(InstanceRandom& random, ConsumerGroupMetadataKey& to, int16_t) {
  to.group_id = random.string();
}

void fill(InstanceRandom& random, ConsumerGroupMetadataValue& to, int16_t) {
  to.epoch = random.number<int32_t>();
  if (random.some()) {
    to.metadata_hash = random.number<int64_t>();
  }
}

void fill(InstanceRandom& random, ConsumerGroupPartitionMetadataKey& to, int16_t) {
  to.group_id = random.string();
}

void fill(InstanceRandom& random, ConsumerGroupPartitionMetadataValue::PartitionMetadata& to, int16_t) {
  to.partition = random.number<int32_t>();
  to.racks.resize(random.count());
  for (auto& element : to.racks) element = random.string();
}

void fill(InstanceRandom& random, ConsumerGroupPartitionMetadataValue::TopicMetadata& to, int16_t version) {
  to.topic_id = random.uuid();
  to.topic_name = random.string();
  to.num_partitions = random.number<int32_t>();
  to.partition_metadata.resize(random.count());
  for (auto& element : to.partition_metadata) fill(random, element, version);
}

void fill(InstanceRandom& random, ConsumerGroupPartitionMetadataValue& to, int16_t version) {
  to.topics.resize(random.count());
  for (auto& element : to.topics) fill(random, element, version);
}

void fill(InstanceRandom& random, ConsumerGroupMemberMetadataKey& to, int16_t) {
  to.group_id = random.string();
  to.member_id = random.string();
}

void fill(InstanceRandom& random, ConsumerGroupMemberMetadataValue::ClassicProtocol& to, int16_t) {
  to.name = random.string();
  to.metadata = random.bytes();
}

void fill(InstanceRandom& random, ConsumerGroupMemberMetadataValue::ClassicMemberMetadata& to, int16_t version) {
  to.session_timeout_ms = random.number<int32_t>();
  to.supported_protocols.resize(random.count());
  for (auto& element : to.supported_protocols) fill(random, element, version);
}

void fill(InstanceRandom& random, ConsumerGroupMemberMetadataValue& to, int16_t version) {
  to.instance_id.reset();
  if (!random.null()) {
    to.instance_id = random.string();
  }
  to.rack_id.reset();
  if (!random.null()) {
    to.rack_id = random.string();
  }
  to.client_id = random.string();
  to.client_host = random.string();
  to.subscribed_topic_names.resize(random.count());
  for (auto& element : to.subscribed_topic_names) element = random.string();
  to.subscribed_topic_regex.reset();
  if (!random.null()) {
    to.subscribed_topic_regex = random.string();
  }
  to.rebalance_timeout_ms = random.number<int32_t>();
  to.server_assignor.reset();
  if (!random.null()) {
    to.server_assignor = random.string();
  }
  if (random.some()) {
    to.classic_member_metadata.reset();
    if (!random.null()) {
      fill(random, to.classic_member_metadata.emplace(), version);
    }
  }
}

void fill(InstanceRandom& random, ConsumerGroupTargetAssignmentMetadataKey& to, int16_t) {
  to.group_id = random.string();
}

void fill(InstanceRandom& random, ConsumerGroupTargetAssignmentMetadataValue& to, int16_t) {
  to.assignment_epoch = random.number<int32_t>();
  if (random.some()) {
    to.assignment_timestamp = random.number<int64_t>();
  }
}

void fill(InstanceRandom& random, ConsumerGroupTargetAssignmentMemberKey& to, int16_t) {
  to.group_id = random.string();
  to.member_id = random.string();
}

void fill(InstanceRandom& random, ConsumerGroupTargetAssignmentMemberValue::TopicPartition& to, int16_t) {
  to.topic_id = random.uuid();
  to.partitions.resize(random.count());
  for (auto& element : to.partitions) element = random.number<int32_t>();
}

void fill(InstanceRandom& random, ConsumerGroupTargetAssignmentMemberValue& to, int16_t version) {
  to.topic_partitions.resize(random.count());
  for (auto& element : to.topic_partitions) fill(random, element, version);
}

void fill(InstanceRandom& random, ConsumerGroupCurrentMemberAssignmentKey& to, int16_t) {
  to.group_id = random.string();
  to.member_id = random.string();
}

void fill(InstanceRandom& random, ConsumerGroupCurrentMemberAssignmentValue::TopicPartitions& to, int16_t) {
  to.topic_id = random.uuid();
  to.partitions.resize(random.count());
  for (auto& element : to.partitions) element = random.number<int32_t>();
  if (random.some()) {
    to.assignment_epochs.reset();
    if (!random.null()) {
      to.assignment_epochs.emplace(random.count());
      for (auto& element : *to.assignment_epochs) element = random.number<int32_t>();
    }
  }
}

void fill(InstanceRandom& random, ConsumerGroupCurrentMemberAssignmentValue& to, int16_t version) {
  to.member_epoch = random.number<int32_t>();
  to.previous_member_epoch = random.number<int32_t>();
  to.state = random.number<int8_t>();
  to.assigned_partitions.resize(random.count());
  for (auto& element : to.assigned_partitions) fill(random, element, version);
  to.partitions_pending_revocation.resize(random.count());
  for (auto& element : to.partitions_pending_revocation) fill(random, element, version);
}

void fill(InstanceRandom& random, ShareGroupMemberMetadataKey& to, int16_t) {
  to.group_id = random.string();
  to.member_id = random.string();
}

void fill(InstanceRandom& random, ShareGroupMemberMetadataValue& to, int16_t) {
  to.rack_id.reset();
  if (!random.null()) {
    to.rack_id = random.string();
  }
  to.client_id = random.string();
  to.client_host = random.string();
  to.subscribed_topic_names.resize(random.count());
  for (auto& element : to.subscribed_topic_names) element = random.string();
}

void fill(InstanceRandom& random, ShareGroupMetadataKey& to, int16_t) {
  to.group_id = random.string();
}

void fill(InstanceRandom& random, ShareGroupMetadataValue& to, int16_t) {
  to.epoch = random.number<int32_t>();
  to.metadata_hash = random.number<int64_t>();
}

void fill(InstanceRandom& random, ShareGroupTargetAssignmentMetadataKey& to, int16_t) {
  to.group_id = random.string();
}

void fill(InstanceRandom& random, ShareGroupTargetAssignmentMetadataValue& to, int16_t) {
  to.assignment_epoch = random.number<int32_t>();
  if (random.some()) {
    to.assignment_timestamp = random.number<int64_t>();
  }
}

void fill(InstanceRandom& random, ShareGroupTargetAssignmentMemberKey& to, int16_t) {
  to.group_id = random.string();
  to.member_id = random.string();
}

void fill(InstanceRandom& random, ShareGroupTargetAssignmentMemberValue::TopicPartition& to, int16_t) {
  to.topic_id = random.uuid();
  to.partitions.resize(random.count());
  for (auto& element : to.partitions) element = random.number<int32_t>();
}

void fill(InstanceRandom& random, ShareGroupTargetAssignmentMemberValue& to, int16_t version) {
  to.topic_partitions.resize(random.count());
  for (auto& element : to.topic_partitions) fill(random, element, version);
}

void fill(InstanceRandom& random, ShareGroupCurrentMemberAssignmentKey& to, int16_t) {
  to.group_id = random.string();
  to.member_id = random.string();
}

void fill(InstanceRandom& random, ShareGroupCurrentMemberAssignmentValue::TopicPartitions& to, int16_t) {
  to.topic_id = random.uuid();
  to.partitions.resize(random.count());
  for (auto& element : to.partitions) element = random.number<int32_t>();
}

void fill(InstanceRandom& random, ShareGroupCurrentMemberAssignmentValue& to, int16_t version) {
  to.member_epoch = random.number<int32_t>();
  to.previous_member_epoch = random.number<int32_t>();
  to.state = random.number<int8_t>();
  to.assigned_partitions.resize(random.count());
  for (auto& element : to.assigned_partitions) fill(random, element, version);
}

void fill(InstanceRandom& random, ShareGroupStatePartitionMetadataKey& to, int16_t) {
  to.group_id = random.string();
}

void fill(InstanceRandom& random, ShareGroupStatePartitionMetadataValue::TopicPartitionsInfo& to, int16_t) {
  to.topic_id = random.uuid();
  to.topic_name = random.string();
  to.partitions.resize(random.count());
  for (auto& element : to.partitions) element = random.number<int32_t>();
}

void fill(InstanceRandom& random, ShareGroupStatePartitionMetadataValue::TopicInfo& to, int16_t) {
  to.topic_id = random.uuid();
  to.topic_name = random.string();
}

void fill(InstanceRandom& random, ShareGroupStatePartitionMetadataValue& to, int16_t version) {
  to.initializing_topics.resize(random.count());
  for (auto& element : to.initializing_topics) fill(random, element, version);
  to.initialized_topics.resize(random.count());
  for (auto& element : to.initialized_topics) fill(random, element, version);
  to.deleting_topics.resize(random.count());
  for (auto& element : to.deleting_topics) fill(random, element, version);
}

void fill(InstanceRandom& random, ConsumerGroupRegularExpressionKey& to, int16_t) {
  to.group_id = random.string();
  to.regular_expression = random.string();
}

void fill(InstanceRandom& random, ConsumerGroupRegularExpressionValue& to, int16_t version) {
  to.topics.resize(random.count());
  for (auto& element : to.topics) element = random.string();
  to.version = random.number<int64_t>();
  to.timestamp = random.number<int64_t>();
}

void fill(InstanceRandom& random, StreamsGroupMetadataKey& to, int16_t) {
  to.group_id = random.string();
}

void fill(InstanceRandom& random, StreamsGroupMetadataValue::LastAssignmentConfig& to, int16_t) {
  to.key = random.string();
  to.value = random.string();
}

void fill(InstanceRandom& random, StreamsGroupMetadataValue& to, int16_t version) {
  to.epoch = random.number<int32_t>();
  to.metadata_hash = random.number<int64_t>();
  if (random.some()) {
    to.validated_topology_epoch = random.number<int32_t>();
  }
  if (random.some()) {
    to.last_assignment_configs.reset();
    if (!random.null()) {
      to.last_assignment_configs.emplace(random.count());
      for (auto& element : *to.last_assignment_configs) fill(random, element, version);
    }
  }
}

void fill(InstanceRandom& random, StreamsGroupMemberMetadataKey& to, int16_t) {
  to.group_id = random.string();
  to.member_id = random.string();
}

void fill(InstanceRandom& random, StreamsGroupMemberMetadataValue::Endpoint& to, int16_t) {
  to.host = random.string();
  to.port = random.number<uint16_t>();
}

void fill(InstanceRandom& random, StreamsGroupMemberMetadataValue::KeyValue& to, int16_t) {
  to.key = random.string();
  to.value = random.string();
}

void fill(InstanceRandom& random, StreamsGroupMemberMetadataValue& to, int16_t version) {
  to.instance_id.reset();
  if (!random.null()) {
    to.instance_id = random.string();
  }
  to.rack_id.reset();
  if (!random.null()) {
    to.rack_id = random.string();
  }
  to.client_id = random.string();
  to.client_host = random.string();
  to.rebalance_timeout_ms = random.number<int32_t>();
  to.topology_epoch = random.number<int32_t>();
  to.process_id = random.string();
  to.user_endpoint.reset();
  if (!random.null()) {
    fill(random, to.user_endpoint.emplace(), version);
  }
  to.client_tags.resize(random.count());
  for (auto& element : to.client_tags) fill(random, element, version);
}

void fill(InstanceRandom& random, StreamsGroupTargetAssignmentMetadataKey& to, int16_t) {
  to.group_id = random.string();
}

void fill(InstanceRandom& random, StreamsGroupTargetAssignmentMetadataValue& to, int16_t) {
  to.assignment_epoch = random.number<int32_t>();
  if (random.some()) {
    to.assignment_timestamp = random.number<int64_t>();
  }
}

void fill(InstanceRandom& random, StreamsGroupTargetAssignmentMemberKey& to, int16_t) {
  to.group_id = random.string();
  to.member_id = random.string();
}

void fill(InstanceRandom& random, StreamsGroupTargetAssignmentMemberValue::TaskIds& to, int16_t) {
  to.subtopology_id = random.string();
  to.partitions.resize(random.count());
  for (auto& element : to.partitions) element = random.number<int32_t>();
}

void fill(InstanceRandom& random, StreamsGroupTargetAssignmentMemberValue& to, int16_t version) {
  to.active_tasks.resize(random.count());
  for (auto& element : to.active_tasks) fill(random, element, version);
  to.standby_tasks.resize(random.count());
  for (auto& element : to.standby_tasks) fill(random, element, version);
  to.warmup_tasks.resize(random.count());
  for (auto& element : to.warmup_tasks) fill(random, element, version);
}

void fill(InstanceRandom& random, StreamsGroupCurrentMemberAssignmentKey& to, int16_t) {
  to.group_id = random.string();
  to.member_id = random.string();
}

void fill(InstanceRandom& random, StreamsGroupCurrentMemberAssignmentValue::TaskIds& to, int16_t) {
  to.subtopology_id = random.string();
  to.partitions.resize(random.count());
  for (auto& element : to.partitions) element = random.number<int32_t>();
  if (random.some()) {
    to.assignment_epochs.reset();
    if (!random.null()) {
      to.assignment_epochs.emplace(random.count());
      for (auto& element : *to.assignment_epochs) element = random.number<int32_t>();
    }
  }
}

void fill(InstanceRandom& random, StreamsGroupCurrentMemberAssignmentValue& to, int16_t version) {
  to.member_epoch = random.number<int32_t>();
  to.previous_member_epoch = random.number<int32_t>();
  to.state = random.number<int8_t>();
  to.active_tasks.resize(random.count());
  for (auto& element : to.active_tasks) fill(random, element, version);
  to.standby_tasks.resize(random.count());
  for (auto& element : to.standby_tasks) fill(random, element, version);
  to.warmup_tasks.resize(random.count());
  for (auto& element : to.warmup_tasks) fill(random, element, version);
  to.active_tasks_pending_revocation.resize(random.count());
  for (auto& element : to.active_tasks_pending_revocation) fill(random, element, version);
  to.standby_tasks_pending_revocation.resize(random.count());
  for (auto& element : to.standby_tasks_pending_revocation) fill(random, element, version);
  to.warmup_tasks_pending_revocation.resize(random.count());
  for (auto& element : to.warmup_tasks_pending_revocation) fill(random, element, version);
}

void fill(InstanceRandom& random, StreamsGroupTopologyKey& to, int16_t) {
  to.group_id = random.string();
}

void fill(InstanceRandom& random, StreamsGroupTopologyValue::TopicConfig& to, int16_t) {
  to.key = random.string();
  to.value = random.string();
}

void fill(InstanceRandom& random, StreamsGroupTopologyValue::TopicInfo& to, int16_t version) {
  to.name = random.string();
  to.partitions = random.number<int32_t>();
  to.replication_factor = random.number<int16_t>();
  to.topic_configs.resize(random.count());
  for (auto& element : to.topic_configs) fill(random, element, version);
}

void fill(InstanceRandom& random, StreamsGroupTopologyValue::CopartitionGroup& to, int16_t) {
  to.source_topics.resize(random.count());
  for (auto& element : to.source_topics) element = random.number<int16_t>();
  to.source_topic_regex.resize(random.count());
  for (auto& element : to.source_topic_regex) element = random.number<int16_t>();
  to.repartition_source_topics.resize(random.count());
  for (auto& element : to.repartition_source_topics) element = random.number<int16_t>();
}

void fill(InstanceRandom& random, StreamsGroupTopologyValue::Subtopology& to, int16_t version) {
  to.subtopology_id = random.string();
  to.source_topics.resize(random.count());
  for (auto& element : to.source_topics) element = random.string();
  to.source_topic_regex.resize(random.count());
  for (auto& element : to.source_topic_regex) element = random.string();
  to.state_changelog_topics.resize(random.count());
  for (auto& element : to.state_changelog_topics) fill(random, element, version);
  to.repartition_sink_topics.resize(random.count());
  for (auto& element : to.repartition_sink_topics) element = random.string();
  to.repartition_source_topics.resize(random.count());
  for (auto& element : to.repartition_source_topics) fill(random, element, version);
  to.copartition_groups.resize(random.count());
  for (auto& element : to.copartition_groups) fill(random, element, version);
}

void fill(InstanceRandom& random, StreamsGroupTopologyValue& to, int16_t version) {
  to.epoch = random.number<int32_t>();
  to.subtopologies.resize(random.count());
  for (auto& element : to.subtopologies) fill(random, element, version);
}

}  // namespace

void write_random_legacy_offset_commit_key(InstanceRandom& random, int16_t version, Bytes& out) {
  LegacyOffsetCommitKey message;
  fill(random, message, version);
  write_and_compare(message, version, out);
}

void write_random_legacy_offset_commit_value(InstanceRandom& random, int16_t version, Bytes& out) {
  LegacyOffsetCommitValue message;
  fill(random, message, version);
  write_and_compare(message, version, out);
}

void write_random_offset_commit_key(InstanceRandom& random, int16_t version, Bytes& out) {
  OffsetCommitKey message;
  fill(random, message, version);
  write_and_compare(message, version, out);
}

void write_random_offset_commit_value(InstanceRandom& random, int16_t version, Bytes& out) {
  OffsetCommitValue message;
  fill(random, message, version);
  write_and_compare(message, version, out);
}

void write_random_group_metadata_key(InstanceRandom& random, int16_t version, Bytes& out) {
  GroupMetadataKey message;
  fill(random, message, version);
  write_and_compare(message, version, out);
}

void write_random_group_metadata_value(InstanceRandom& random, int16_t version, Bytes& out) {
  GroupMetadataValue message;
  fill(random, message, version);
  write_and_compare(message, version, out);
}

void write_random_consumer_group_metadata_key(InstanceRandom& random, int16_t version, Bytes& out) {
  ConsumerGroupMetadataKey message;
  fill(random, message, version);
  write_and_compare(message, version, out);
}

void write_random_consumer_group_metadata_value(InstanceRandom& random, int16_t version, Bytes& out) {
  ConsumerGroupMetadataValue message;
  fill(random, message, version);
  write_and_compare(message, version, out);
}

void write_random_consumer_group_partition_metadata_key(InstanceRandom& random, int16_t version, Bytes& out) {
  ConsumerGroupPartitionMetadataKey message;
  fill(random, message, version);
  write_and_compare(message, version, out);
}

void write_random_consumer_group_partition_metadata_value(InstanceRandom& random, int16_t version, Bytes& out) {
  ConsumerGroupPartitionMetadataValue message;
  fill(random, message, version);
  write_and_compare(message, version, out);
}

void write_random_consumer_group_member_metadata_key(InstanceRandom& random, int16_t version, Bytes& out) {
  ConsumerGroupMemberMetadataKey message;
  fill(random, message, version);
  write_and_compare(message, version, out);
}

void write_random_consumer_group_member_metadata_value(InstanceRandom& random, int16_t version, Bytes& out) {
  ConsumerGroupMemberMetadataValue message;
  fill(random, message, version);
  write_and_compare(message, version, out);
}

void write_random_consumer_group_target_assignment_metadata_key(InstanceRandom& random, int16_t version, Bytes& out) {
  ConsumerGroupTargetAssignmentMetadataKey message;
  fill(random, message, version);
  write_and_compare(message, version, out);
}

void write_random_consumer_group_target_assignment_metadata_value(InstanceRandom& random, int16_t version, Bytes& out) {
  ConsumerGroupTargetAssignmentMetadataValue message;
  fill(random, message, version);
  write_and_compare(message, version, out);
}

void write_random_consumer_group_target_assignment_member_key(InstanceRandom& random, int16_t version, Bytes& out) {
  ConsumerGroupTargetAssignmentMemberKey message;
  fill(random, message, version);
  write_and_compare(message, version, out);
}

void write_random_consumer_group_target_assignment_member_value(InstanceRandom& random, int16_t version, Bytes& out) {
  ConsumerGroupTargetAssignmentMemberValue message;
  fill(random, message, version);
  write_and_compare(message, version, out);
}

void write_random_consumer_group_current_member_assignment_key(InstanceRandom& random, int16_t version, Bytes& out) {
  ConsumerGroupCurrentMemberAssignmentKey message;
  fill(random, message, version);
  write_and_compare(message, version, out);
}

void write_random_consumer_group_current_member_assignment_value(InstanceRandom& random, int16_t version, Bytes& out) {
  ConsumerGroupCurrentMemberAssignmentValue message;
  fill(random, message, version);
  write_and_compare(message, version, out);
}

void write_random_share_group_member_metadata_key(InstanceRandom& random, int16_t version, Bytes& out) {
  ShareGroupMemberMetadataKey message;
  fill(random, message, version);
  write_and_compare(message, version, out);
}

void write_random_share_group_member_metadata_value(InstanceRandom& random, int16_t version, Bytes& out) {
  ShareGroupMemberMetadataValue message;
  fill(random, message, version);
  write_and_compare(message, version, out);
}

void write_random_share_group_metadata_key(InstanceRandom& random, int16_t version, Bytes& out) {
  ShareGroupMetadataKey message;
  fill(random, message, version);
  write_and_compare(message, version, out);
}

void write_random_share_group_metadata_value(InstanceRandom& random, int16_t version, Bytes& out) {
  ShareGroupMetadataValue message;
  fill(random, message, version);
  write_and_compare(message, version, out);
}

void write_random_share_group_target_assignment_metadata_key(InstanceRandom& random, int16_t version, Bytes& out) {
  ShareGroupTargetAssignmentMetadataKey message;
  fill(random, message, version);
  write_and_compare(message, version, out);
}

void write_random_share_group_target_assignment_metadata_value(InstanceRandom& random, int16_t version, Bytes& out) {
  ShareGroupTargetAssignmentMetadataValue message;
  fill(random, message, version);
  write_and_compare(message, version, out);
}

void write_random_share_group_target_assignment_member_key(InstanceRandom& random, int16_t version, Bytes& out) {
  ShareGroupTargetAssignmentMemberKey message;
  fill(random, message, version);
  write_and_compare(message, version, out);
}

void write_random_share_group_target_assignment_member_value(InstanceRandom& random, int16_t version, Bytes& out) {
  ShareGroupTargetAssignmentMemberValue message;
  fill(random, message, version);
  write_and_compare(message, version, out);
}

void write_random_share_group_current_member_assignment_key(InstanceRandom& random, int16_t version, Bytes& out) {
  ShareGroupCurrentMemberAssignmentKey message;
  fill(random, message, version);
  write_and_compare(message, version, out);
}

void write_random_share_group_current_member_assignment_value(InstanceRandom& random, int16_t version, Bytes& out) {
  ShareGroupCurrentMemberAssignmentValue message;
  fill(random, message, version);
  write_and_compare(message, version, out);
}

void write_random_share_group_state_partition_metadata_key(InstanceRandom& random, int16_t version, Bytes& out) {
  ShareGroupStatePartitionMetadataKey message;
  fill(random, message, version);
  write_and_compare(message, version, out);
}

void write_random_share_group_state_partition_metadata_value(InstanceRandom& random, int16_t version, Bytes& out) {
  ShareGroupStatePartitionMetadataValue message;
  fill(random, message, version);
  write_and_compare(message, version, out);
}

void write_random_consumer_group_regular_expression_key(InstanceRandom& random, int16_t version, Bytes& out) {
  ConsumerGroupRegularExpressionKey message;
  fill(random, message, version);
  write_and_compare(message, version, out);
}

void write_random_consumer_group_regular_expression_value(InstanceRandom& random, int16_t version, Bytes& out) {
  ConsumerGroupRegularExpressionValue message;
  fill(random, message, version);
  write_and_compare(message, version, out);
}

void write_random_streams_group_metadata_key(InstanceRandom& random, int16_t version, Bytes& out) {
  StreamsGroupMetadataKey message;
  fill(random, message, version);
  write_and_compare(message, version, out);
}

void write_random_streams_group_metadata_value(InstanceRandom& random, int16_t version, Bytes& out) {
  StreamsGroupMetadataValue message;
  fill(random, message, version);
  write_and_compare(message, version, out);
}

void write_random_streams_group_member_metadata_key(InstanceRandom& random, int16_t version, Bytes& out) {
  StreamsGroupMemberMetadataKey message;
  fill(random, message, version);
  write_and_compare(message, version, out);
}

void write_random_streams_group_member_metadata_value(InstanceRandom& random, int16_t version, Bytes& out) {
  StreamsGroupMemberMetadataValue message;
  fill(random, message, version);
  write_and_compare(message, version, out);
}

void write_random_streams_group_target_assignment_metadata_key(InstanceRandom& random, int16_t version, Bytes& out) {
  StreamsGroupTargetAssignmentMetadataKey message;
  fill(random, message, version);
  write_and_compare(message, version, out);
}

void write_random_streams_group_target_assignment_metadata_value(InstanceRandom& random, int16_t version, Bytes& out) {
  StreamsGroupTargetAssignmentMetadataValue message;
  fill(random, message, version);
  write_and_compare(message, version, out);
}

void write_random_streams_group_target_assignment_member_key(InstanceRandom& random, int16_t version, Bytes& out) {
  StreamsGroupTargetAssignmentMemberKey message;
  fill(random, message, version);
  write_and_compare(message, version, out);
}

void write_random_streams_group_target_assignment_member_value(InstanceRandom& random, int16_t version, Bytes& out) {
  StreamsGroupTargetAssignmentMemberValue message;
  fill(random, message, version);
  write_and_compare(message, version, out);
}

void write_random_streams_group_current_member_assignment_key(InstanceRandom& random, int16_t version, Bytes& out) {
  StreamsGroupCurrentMemberAssignmentKey message;
  fill(random, message, version);
  write_and_compare(message, version, out);
}

void write_random_streams_group_current_member_assignment_value(InstanceRandom& random, int16_t version, Bytes& out) {
  StreamsGroupCurrentMemberAssignmentValue message;
  fill(random, message, version);
  write_and_compare(message, version, out);
}

void write_random_streams_group_topology_key(InstanceRandom& random, int16_t version, Bytes& out) {
  StreamsGroupTopologyKey message;
  fill(random, message, version);
  write_and_compare(message, version, out);
}

void write_random_streams_group_topology_value(InstanceRandom& random, int16_t version, Bytes& out) {
  StreamsGroupTopologyValue message;
  fill(random, message, version);
  write_and_compare(message, version, out);
}

}  // namespace klamm::protocol
