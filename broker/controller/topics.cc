#include "broker/controller/topics.h"

#include <fmt/core.h>

#include <algorithm>
#include <map>
#include <set>

#include "broker/config/topic_names.h"
#include "broker/controller/chosen_replicas.h"
#include "broker/controller/name_collisions.h"
#include "broker/controller/placement.h"
#include "broker/metadata/refusal.h"
#include "broker/metadata/snapshot_records.h"

namespace klamm::broker {
namespace {

using protocol::CreatePartitionsRequest;
using protocol::CreatePartitionsResponse;
using protocol::CreateTopicsRequest;
using protocol::CreateTopicsResponse;
using protocol::DeleteTopicsRequest;
using protocol::DeleteTopicsResponse;
using security::AclOperation;
using security::ResourceType;

constexpr int32_t kUseDefault = -1;
constexpr std::string_view kMetadataTopic = "__cluster_metadata";

// A topic as it is being created. Nothing of it is in the image yet.
struct NewTopic {
  Uuid id;
  Assignments assignments;  // by partition
};

ApiError too_much_lately() {
  return {ErrorCode::kThrottlingQuotaExceeded, "The throttling quota has been exceeded."};
}

PartitionImage new_partition(const ClusterImage& image, const std::vector<NodeId>& replicas) {
  PartitionImage partition;
  partition.replicas = replicas;
  for (NodeId id : replicas) {
    partition.directories.push_back(directory_for(image, id));
    if (is_active(image, id)) partition.isr.push_back(id);
  }
  if (!partition.isr.empty()) partition.leader = partition.isr.front();
  return partition;
}

ApiError no_active_replica(int32_t partition) {
  return {ErrorCode::kInvalidReplicaAssignment,
          fmt::format(
              "All brokers specified in the manual partition assignment for partition {} are fenced or in "
              "controlled shutdown.",
              partition)};
}

ApiError cannot_replicate(size_t factor, const std::string& why) {
  return {ErrorCode::kInvalidReplicationFactor,
          fmt::format("Unable to replicate the partition {} time(s): {}", factor, why)};
}

Result<Assignments, ApiError> manual_assignments(const ControllerView& view,
                                                 const CreateTopicsRequest::CreatableTopic& topic) {
  if (topic.replication_factor != kUseDefault) {
    return Error{ApiError{ErrorCode::kInvalidRequest,
                          "A manual partition assignment was specified, but replication "
                          "factor was not set to -1."}};
  }
  if (topic.num_partitions != kUseDefault) {
    return Error{ApiError{ErrorCode::kInvalidRequest,
                          "A manual partition assignment was specified, but numPartitions "
                          "was not set to -1."}};
  }
  std::map<int32_t, std::vector<NodeId>> by_partition;
  size_t factor = 0;
  for (const auto& assignment : topic.assignments) {
    std::vector<NodeId> replicas = nodes_of(assignment.broker_ids);
    if (auto wrong = check_chosen_replicas(view.image, replicas, factor)) return Error{*wrong};
    factor = replicas.size();
    if (new_partition(view.image, replicas).isr.empty())
      return Error{no_active_replica(assignment.partition_index)};
    if (!by_partition.emplace(assignment.partition_index, std::move(replicas)).second) {
      return Error{ApiError{ErrorCode::kInvalidReplicaAssignment,
                            fmt::format("Found multiple manual partition assignments for partition {}",
                                        assignment.partition_index)}};
    }
  }
  Assignments assignments;
  for (auto& [index, replicas] : by_partition) {
    if (index != static_cast<int32_t>(assignments.size())) {
      return Error{ApiError{ErrorCode::kInvalidReplicaAssignment,
                            "partitions should be a consecutive 0-based integer sequence"}};
    }
    assignments.push_back(std::move(replicas));
  }
  return assignments;
}

Result<Assignments, ApiError> placed_assignments(const ControllerView& view, const BrokerLoads& loads,
                                                 size_t count, size_t factor) {
  auto placed = place_replicas(view.image, loads, view.random, count, factor);
  if (!placed) return Error{cannot_replicate(factor, placed.error().message)};
  for (const auto& replicas : *placed) {
    if (new_partition(view.image, replicas).isr.empty()) {
      return Error{cannot_replicate(factor, "All brokers are currently fenced or in controlled shutdown.")};
    }
  }
  return std::move(*placed);
}

Result<Assignments, ApiError> assignments_of(const ControllerView& view, const BrokerLoads& loads,
                                             const CreateTopicsRequest::CreatableTopic& topic) {
  if (!topic.assignments.empty()) return manual_assignments(view, topic);
  if (topic.replication_factor < kUseDefault || topic.replication_factor == 0) {
    return Error{ApiError{ErrorCode::kInvalidReplicationFactor,
                          "Replication factor must be larger than 0, or -1 to use the default value."}};
  }
  if (topic.num_partitions < kUseDefault || topic.num_partitions == 0) {
    return Error{ApiError{ErrorCode::kInvalidPartitions,
                          "Number of partitions was set to an invalid non-positive value."}};
  }
  int32_t count = topic.num_partitions == kUseDefault ? view.config.default_partitions : topic.num_partitions;
  int32_t factor = topic.replication_factor == kUseDefault ? view.config.default_replication_factor
                                                           : topic.replication_factor;
  return placed_assignments(view, loads, static_cast<size_t>(count), static_cast<size_t>(factor));
}

std::optional<ApiError> check_name(const ClusterImage& image, std::string_view name) {
  if (auto wrong = check_topic_name(name)) return ApiError{ErrorCode::kInvalidTopicException, *wrong};
  // Its directory is the metadata log's own.
  if (name == kMetadataTopic) {
    return ApiError{ErrorCode::kInvalidRequest,
                    fmt::format("Creation of internal topic {} is prohibited.", name)};
  }
  if (image.topics().find(name) != nullptr) {
    return ApiError{ErrorCode::kTopicAlreadyExists, fmt::format("Topic '{}' already exists.", name)};
  }
  const auto other = colliding_topic(image.topics(), name);
  if (!other) return std::nullopt;
  return ApiError{ErrorCode::kInvalidTopicException,
                  fmt::format("Topic '{}' collides with existing topic: {}", name, *other)};
}

// The settings of a new topic, or what is wrong with them.
Result<ConfigMap, ApiError> settings_of(const ControllerView& view,
                                        const CreateTopicsRequest::CreatableTopic& topic) {
  ConfigMap settings;
  std::string nulls;
  for (const auto& config : topic.configs) {
    if (config.value) {
      settings[std::string(config.name)] = *config.value;
    } else {
      nulls += (nulls.empty() ? "" : ",") + std::string(config.name);
    }
  }
  if (!nulls.empty()) {
    return Error{ApiError{ErrorCode::kInvalidConfig, "Null value not supported for topic configs: " + nulls}};
  }
  if (auto wrong = view.check_topic_config(settings, {})) {
    return Error{ApiError{ErrorCode::kInvalidConfig, wrong->message}};
  }
  return settings;
}

// TopicRecord, ConfigRecords, PartitionRecords: in this order, as Kafka writes them.
RecordList records_of(const ClusterImage& image, std::string_view name, const NewTopic& topic,
                      const ConfigMap& settings) {
  RecordList records(image);
  records.add(protocol::TopicRecord{.name = name, .topic_id = topic.id});
  for (const auto& [key, value] : settings) {
    protocol::ConfigRecord record;
    record.resource_type = static_cast<int8_t>(ConfigResourceType::kTopic);
    record.resource_name = name;
    record.name = key;
    record.value = value;
    records.add(record);
  }
  for (size_t i = 0; i < topic.assignments.size(); ++i) {
    records.add(
        partition_record(topic.id, static_cast<int32_t>(i), new_partition(image, topic.assignments[i])));
  }
  return records;
}

bool may_create(const ControllerView& view, std::string_view topic) {
  return view.allows(AclOperation::kCreate, ResourceType::kCluster, security::kClusterName,
                     IfDenied::kUnsaid) ||
         view.allows(AclOperation::kCreate, ResourceType::kTopic, topic);
}

// By those topics that may be created.
size_t partitions_asked(const ControllerView& view, const CreateTopicsRequest& request) {
  size_t total = 0;
  for (const auto& topic : request.topics) {
    if (!may_create(view, topic.name)) continue;
    if (!topic.assignments.empty()) {
      total += topic.assignments.size();
    } else {
      total += static_cast<size_t>(std::max(
          0, topic.num_partitions == kUseDefault ? view.config.default_partitions : topic.num_partitions));
    }
  }
  return total;
}

// Creates the topics of one request.
class Creation {
 public:
  explicit Creation(const ControllerView& view)
      : view_(view), records_(view.image), loads_(view.image.topics().loads()) {}

  Result<void, ApiError> create(const CreateTopicsRequest::CreatableTopic& topic,
                                CreateTopicsResponse::CreatableTopicResult& result, Texts& texts) {
    if (auto wrong = check_name(view_.image, topic.name)) return Error{*wrong};
    auto settings = settings_of(view_, topic);
    if (!settings) return Error{settings.error()};
    auto assignments = assignments_of(view_, loads_, topic);
    if (!assignments) return Error{assignments.error()};
    if (!view_.may_change(assignments->size())) return Error{too_much_lately()};
    NewTopic made{Uuid::random(view_.random), std::move(*assignments)};
    for (const auto& replicas : made.assignments) loads_.add(replicas);
    records_.add(records_of(view_.image, topic.name, made, *settings));
    result.error_message.reset();
    result.topic_id = made.id;
    if (!view_.allows(AclOperation::kDescribeConfigs, ResourceType::kTopic, topic.name, IfDenied::kUnsaid)) {
      hide_configs(result);
      return {};
    }
    result.num_partitions = static_cast<int32_t>(made.assignments.size());
    result.replication_factor = static_cast<int16_t>(made.assignments.front().size());
    result.configs = told_configs(*settings, texts);
    return {};
  }
  std::vector<Bytes> take_records() { return records_.take(); }

 private:
  using Config = CreateTopicsResponse::CreatableTopicConfigs;

  // What it has become is only for who may have the topic's configuration described.
  static void hide_configs(CreateTopicsResponse::CreatableTopicResult& result) {
    result.topic_config_error_code = protocol::wire_value(ErrorCode::kTopicAuthorizationFailed);
    result.num_partitions = -1;
    result.replication_factor = -1;
  }

  // Topics that are created together mostly have the same settings, and so many of them: told apart once.
  const std::vector<Config>& told_configs(const ConfigMap& settings, Texts& texts) {
    auto [told, fresh] = told_.try_emplace(settings);
    if (!fresh || !view_.describe_topic_config) return told->second;
    for (DescribedConfig& described : view_.describe_topic_config(settings)) {
      Config& config = told->second.emplace_back();
      config.name = texts.keep(std::move(described.name));
      config.value.reset();
      if (described.value && !described.sensitive) config.value = texts.keep(std::move(*described.value));
      config.read_only = described.read_only;
      config.config_source = static_cast<int8_t>(described.source);
      config.is_sensitive = described.sensitive;
    }
    return told->second;
  }

  const ControllerView& view_;
  RecordList records_;
  BrokerLoads loads_;  // with what was made before in this request
  std::map<ConfigMap, std::vector<Config>> told_;
};

}  // namespace

Decided<CreateTopicsResponse> decide_create_topics(const ControllerView& view,
                                                   const CreateTopicsRequest& request) {
  Decided<CreateTopicsResponse> decided;
  std::map<std::string_view, int> mentions;
  for (const auto& topic : request.topics) ++mentions[topic.name];
  bool too_many = partitions_asked(view, request) > kRecordsPerRequestMax;
  Creation creation(view);
  std::set<std::string_view> answered;
  for (const auto& topic : request.topics) {
    if (!answered.insert(topic.name).second) continue;
    auto& result = decided.response.topics.emplace_back();
    result.name = topic.name;
    Result<void, ApiError> created;
    if (mentions[topic.name] > 1) {
      created = Error{ApiError{ErrorCode::kInvalidRequest, "Duplicate topic name."}};
    } else if (too_many) {
      created =
          Error{ApiError{ErrorCode::kPolicyViolation, "Excessively large number of partitions per request."}};
    } else if (topic.name != kMetadataTopic && !may_create(view, topic.name)) {
      created = Error{ApiError{ErrorCode::kTopicAuthorizationFailed, "Authorization failed."}};
    } else {
      created = creation.create(topic, result, decided.texts);
    }
    if (created) continue;
    result.error_code = protocol::wire_value(created.error().code);
    result.error_message = decided.texts.keep(created.error().message);
    result.num_partitions = -1;
    result.replication_factor = -1;
  }
  if (!request.validate_only) decided.decision.records = creation.take_records();
  return decided;
}

namespace {

// One topic of a request for deletion, as the request names it and as it was found.
struct Doomed {
  std::optional<std::string_view> name;
  Uuid id;
  const TopicImage* topic = nullptr;
};

std::vector<Doomed> doomed_topics(const ClusterImage& image, const DeleteTopicsRequest& request) {
  std::vector<Doomed> all;
  for (std::string_view name : request.topic_names) all.push_back({name, Uuid(), image.topics().find(name)});
  for (const auto& topic : request.topics) {
    all.push_back({topic.name, topic.topic_id,
                   topic.name ? image.topics().find(*topic.name) : image.topics().find(topic.topic_id)});
  }
  return all;
}

// What the one who asks may do with a topic that is to be deleted.
struct Permitted {
  bool describes;
  bool deletes;

  Permitted(const ControllerView& view, std::string_view topic) {
    const auto may = [&](AclOperation operation) {
      return view.allows(operation, ResourceType::kTopic, topic);
    };
    const bool deletes_all =
        view.allows(AclOperation::kDelete, ResourceType::kCluster, security::kClusterName, IfDenied::kUnsaid);
    describes = deletes_all || may(AclOperation::kDescribe);
    deletes = deletes_all || may(AclOperation::kDelete);
  }
};

ApiError refused_topic() {
  const ErrorCode refusal = ErrorCode::kTopicAuthorizationFailed;
  return {refusal, std::string(refusal_text(refusal))};
}

// Kafka's answer for one of them. A topic that is named `again` is not deleted at all. Before it is known
// that the topic may be described, nothing that is said of a name depends on whether there is such a topic.
ApiError check_deletion(const ControllerView& view, const Doomed& doomed, bool again, int16_t version) {
  bool by_id = !doomed.id.is_zero();
  if (!doomed.name && !by_id)
    return {ErrorCode::kInvalidRequest, "Neither topic name nor id were specified."};
  if (doomed.name && by_id)
    return {ErrorCode::kInvalidRequest, "You may not specify both topic name and topic id."};
  if (!view.config.delete_topics) {
    bool has_code = version >= 3;
    return {has_code ? ErrorCode::kTopicDeletionDisabled : ErrorCode::kInvalidRequest,
            "Topic deletion is disabled."};
  }
  if (again) return {ErrorCode::kInvalidRequest, by_id ? "Duplicate topic id." : "Duplicate topic name."};
  if (doomed.topic == nullptr && by_id)
    return {ErrorCode::kUnknownTopicId, "This server does not host this topic ID."};
  const Permitted permitted(view, by_id ? std::string_view(doomed.topic->name) : *doomed.name);
  if (!permitted.describes) return refused_topic();
  if (doomed.topic == nullptr)
    return {ErrorCode::kUnknownTopicOrPartition, "This server does not host this topic-partition."};
  if (!permitted.deletes) return refused_topic();
  return {};
}

}  // namespace

Decided<DeleteTopicsResponse> decide_delete_topics(const ControllerView& view,
                                                   const DeleteTopicsRequest& request, int16_t version) {
  Decided<DeleteTopicsResponse> decided;
  RecordList records(view.image);
  std::vector<Doomed> all = doomed_topics(view.image, request);
  using Key = std::pair<std::optional<std::string_view>, Uuid>;
  std::map<Key, size_t> count;
  for (const Doomed& doomed : all) ++count[Key(doomed.name, doomed.id)];
  // Whether a topic is named by its name here and by its id there. A name that is given again is none.
  const auto is_named_both_ways = [&](const Doomed& doomed) {
    if (doomed.name) return count.contains(Key(std::nullopt, doomed.topic->id));
    const auto by_name = count.find(Key(std::string_view(doomed.topic->name), Uuid()));
    return by_name != count.end() && by_name->second == 1;
  };
  std::set<Key> answered;
  for (const Doomed& doomed : all) {
    const Key key(doomed.name, doomed.id);
    if (!answered.insert(key).second) continue;
    ApiError wrong = check_deletion(view, doomed, count[key] > 1, version);
    Uuid told_id = doomed.id;
    if (wrong.code == ErrorCode::kNone && is_named_both_ways(doomed)) {
      // Told once.
      if (!doomed.name) continue;
      told_id = doomed.topic->id;
      wrong = {ErrorCode::kInvalidRequest,
               "The provided topic name maps to an ID that was already supplied."};
    }
    if (wrong.code == ErrorCode::kNone && !view.may_change(doomed.topic->partitions.size())) {
      wrong = too_much_lately();
    }
    auto& result = decided.response.responses.emplace_back();
    result.name = doomed.name;
    result.topic_id = told_id;
    if (wrong.code != ErrorCode::kNone) {
      result.error_code = protocol::wire_value(wrong.code);
      result.error_message = decided.texts.keep(wrong.message);
      // Who may describe the topic is told which one the id is of that may not be deleted.
      const bool is_refused = wrong.code == ErrorCode::kTopicAuthorizationFailed && !doomed.name;
      if (is_refused && Permitted(view, doomed.topic->name).describes) result.name = doomed.topic->name;
      continue;
    }
    result.name = doomed.topic->name;
    result.topic_id = doomed.topic->id;
    records.add(protocol::RemoveTopicRecord{.topic_id = doomed.topic->id});
  }
  decided.decision.records = records.take();
  return decided;
}

namespace {

using Enlarged = CreatePartitionsRequest::CreatePartitionsTopic;

// As the request says, or `placed` of them where it leaves that to the controller.
Result<Assignments, ApiError> added_assignments(const ControllerView& view, const Enlarged& asked,
                                                const BrokerLoads& loads, size_t present, size_t placed,
                                                size_t factor) {
  size_t additional = static_cast<size_t>(asked.count) - present;
  if (!asked.assignments) return placed_assignments(view, loads, placed, factor);
  if (asked.assignments->size() != additional) {
    return Error{
        ApiError{ErrorCode::kInvalidReplicaAssignment,
                 fmt::format("Attempted to add {} additional partition(s), but only {} assignment(s) were "
                             "specified.",
                             additional, asked.assignments->size())}};
  }
  Assignments assignments;
  for (const auto& assignment : *asked.assignments) {
    std::vector<NodeId> replicas = nodes_of(assignment.broker_ids);
    if (auto wrong = check_chosen_replicas(view.image, replicas, factor)) return Error{*wrong};
    if (new_partition(view.image, replicas).isr.empty()) {
      return Error{no_active_replica(static_cast<int32_t>(present + assignments.size()))};
    }
    assignments.push_back(std::move(replicas));
  }
  return assignments;
}

// Enlarges the topics of one request, one after the other.
class Enlargement {
 public:
  explicit Enlargement(const ControllerView& view)
      : view_(view), records_(view.image), loads_(view.image.topics().loads()) {}

  std::optional<ApiError> enlarge(const Enlarged& asked) {
    const TopicImage* topic = view_.image.topics().find(asked.name);
    if (topic == nullptr) {
      return ApiError{ErrorCode::kUnknownTopicOrPartition, ""};
    }
    size_t present = topic->partitions.size();
    if (asked.count == static_cast<int32_t>(present)) {
      return ApiError{ErrorCode::kInvalidPartitions,
                      fmt::format("Topic already has {} partition(s).", present)};
    }
    if (asked.count < static_cast<int32_t>(present)) {
      return ApiError{ErrorCode::kInvalidPartitions,
                      fmt::format("The topic {} currently has {} partition(s); {} would not be an increase.",
                                  asked.name, present, asked.count)};
    }
    // As in Kafka, the topics before the limit is crossed are enlarged, and none behind; whatever else is
    // wrong with a topic is said first.
    size_t additional = static_cast<size_t>(asked.count) - present;
    is_full_ = is_full_ || records_.size() + additional > kRecordsPerRequestMax;
    size_t factor = topic->partition(0)->replicas.size();
    auto added = added_assignments(view_, asked, loads_, present, is_full_ ? 1 : additional, factor);
    if (!added) return added.error();
    if (is_full_) {
      return ApiError{ErrorCode::kPolicyViolation, "Excessively large number of partitions per request."};
    }
    if (!view_.may_change(additional)) return too_much_lately();
    for (size_t i = 0; i < added->size(); ++i) {
      records_.add(partition_record(topic->id, static_cast<int32_t>(present + i),
                                    new_partition(view_.image, (*added)[i])));
      loads_.add((*added)[i]);
    }
    return std::nullopt;
  }
  std::vector<Bytes> take_records() { return records_.take(); }

 private:
  const ControllerView& view_;
  RecordList records_;
  BrokerLoads loads_;  // with what was added before in this request
  bool is_full_ = false;
};

}  // namespace

Decided<CreatePartitionsResponse> decide_create_partitions(const ControllerView& view,
                                                           const CreatePartitionsRequest& request) {
  Decided<CreatePartitionsResponse> decided;
  std::map<std::string_view, int> mentions;
  for (const auto& topic : request.topics) ++mentions[topic.name];
  Enlargement enlargement(view);
  std::set<std::string_view> answered;
  for (const auto& topic : request.topics) {
    if (!answered.insert(topic.name).second) continue;
    auto& result = decided.response.results.emplace_back();
    result.name = topic.name;
    std::optional<ApiError> wrong;
    if (mentions[topic.name] > 1) {
      wrong = ApiError{ErrorCode::kInvalidRequest, "Duplicate topic name."};
    } else if (!view.allows(AclOperation::kAlter, ResourceType::kTopic, topic.name)) {
      // Kafka gives no text with it.
      result.error_code = protocol::wire_value(ErrorCode::kTopicAuthorizationFailed);
      continue;
    } else {
      wrong = enlargement.enlarge(topic);
    }
    if (!wrong) continue;
    result.error_code = protocol::wire_value(wrong->code);
    if (!wrong->message.empty()) result.error_message = decided.texts.keep(wrong->message);
  }
  if (!request.validate_only) decided.decision.records = enlargement.take_records();
  return decided;
}

}  // namespace klamm::broker
