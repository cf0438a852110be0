// Records for the tests of the metadata images, and images as text.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "broker/metadata/cluster_image.h"
#include "broker/metadata/snapshot_records.h"
#include "protocol/metadata_record.h"

namespace klamm::broker::testing {

using protocol::MetadataRecord;

inline Uuid id(uint64_t number) { return Uuid::of(0xC0FFEE, number); }

inline MetadataRecord feature(std::string_view name, int16_t level) {
  protocol::FeatureLevelRecord record;
  record.name = name;
  record.feature_level = level;
  return record;
}

inline MetadataRecord topic(std::string_view name, uint64_t number) {
  protocol::TopicRecord record;
  record.name = name;
  record.topic_id = id(number);
  return record;
}

inline MetadataRecord remove_topic(uint64_t number) {
  protocol::RemoveTopicRecord record;
  record.topic_id = id(number);
  return record;
}

// All replicas in sync, led by the first, in leader epoch and partition epoch 0.
inline MetadataRecord partition(uint64_t topic_number, int32_t index, std::vector<int32_t> replicas) {
  protocol::PartitionRecord record;
  record.topic_id = id(topic_number);
  record.partition_id = index;
  record.replicas = replicas;
  record.isr = replicas;
  record.leader = replicas.front();
  record.leader_epoch = 0;
  record.partition_epoch = 0;
  for (int32_t replica : replicas) record.directories.push_back(id(900 + replica));
  return record;
}

inline protocol::PartitionChangeRecord partition_change(uint64_t topic_number, int32_t index) {
  protocol::PartitionChangeRecord record;
  record.topic_id = id(topic_number);
  record.partition_id = index;
  return record;
}

inline MetadataRecord leader_change(uint64_t topic_number, int32_t index, int32_t leader) {
  auto record = partition_change(topic_number, index);
  record.leader = leader;
  return record;
}

// Unfenced, with one listener PLAINTEXT on host "host-<id>".
inline protocol::RegisterBrokerRecord broker(int32_t number, int64_t epoch) {
  static const std::string kHosts[] = {"host-0", "host-1", "host-2", "host-3", "host-4"};
  protocol::RegisterBrokerRecord record;
  record.broker_id = number;
  record.broker_epoch = epoch;
  record.incarnation_id = id(700 + number);
  record.fenced = false;
  record.rack = std::nullopt;
  record.log_dirs = {id(900 + number)};
  protocol::RegisterBrokerRecord::BrokerEndpoint endpoint;
  endpoint.name = "PLAINTEXT";
  endpoint.host = kHosts[number];
  endpoint.port = 9092;
  record.end_points = {endpoint};
  protocol::RegisterBrokerRecord::BrokerFeature range;
  range.name = "metadata.version";
  range.min_supported_version = 7;
  range.max_supported_version = 30;
  record.features = {range};
  return record;
}

inline MetadataRecord config(ConfigResourceType type, std::string_view resource, std::string_view key,
                             std::optional<std::string_view> value) {
  protocol::ConfigRecord record;
  record.resource_type = static_cast<int8_t>(type);
  record.resource_name = resource;
  record.name = key;
  record.value = value;
  return record;
}

inline ClusterImage image_of(const std::vector<MetadataRecord>& records) {
  ClusterImage image;
  for (const auto& record : records) {
    auto applied = image.apply(record);
    if (!applied) FAIL(applied.error().message);
  }
  return image;
}

// One record of every part of the image, at metadata.version 4.3-IV0.
std::vector<MetadataRecord> one_of_everything();

// Key and version of each record of the image's snapshot, as "12v0 12v0 0v4 2v0 3v2".
std::string kinds_of(const ClusterImage& image);

// Replicas, ISR, leader and epochs: "leader 1 (epoch 3) isr 1,2 replicas 1,2,3 partition epoch 7".
std::string describe(const PartitionImage& partition);

}  // namespace klamm::broker::testing
