#include "broker/controller/node_requests.h"

#include <algorithm>
#include <cstdint>
#include <limits>

#include "base/check.h"
#include "base/mutants.h"
#include "broker/controller/broker_changes.h"
#include "broker/controller/draft.h"
#include "broker/controller/heartbeats.h"
#include "broker/controller/placement.h"

namespace klamm::broker {
namespace {

protocol::RegisterControllerRecord record_of(const protocol::ControllerRegistrationRequest& request) {
  protocol::RegisterControllerRecord record;
  record.controller_id = request.controller_id;
  record.incarnation_id = request.incarnation_id;
  for (const auto& listener : request.listeners) {
    record.end_points.push_back({.name = listener.name,
                                 .host = listener.host,
                                 .port = listener.port,
                                 .security_protocol = listener.security_protocol});
  }
  for (const auto& feature : request.features) {
    record.features.push_back({.name = feature.name,
                               .min_supported_version = feature.min_supported_version,
                               .max_supported_version = feature.max_supported_version});
  }
  return record;
}

// The broker's directory first, then, if that is offline, what follows from it.
ErrorCode assign(Draft& draft, const BrokerImage& broker, const Uuid& directory, const Uuid& topic_id,
                 int32_t index) {
  const TopicImage* found = draft.image().topics().find(topic_id);
  if (found == nullptr) return ErrorCode::kUnknownTopicId;
  const TopicImage topic = *found;  // the draft changes
  const PartitionImage* partition = topic.partition(index);
  if (partition == nullptr) return ErrorCode::kUnknownTopicOrPartition;
  if (!partition->has_replica(broker.id)) return ErrorCode::kNotLeaderOrFollower;
  const bool online = broker.has_online_directory(directory);
  ElectionTerms terms = terms_for(draft.image(), topic, *partition);
  terms.directory = {broker.id, directory};
  const bool was_lost = partition->directory_of(broker.id) == kLostDirectory;
  const bool counts = partition->in_isr(broker.id) || is_eligible_leader(*partition, broker.id);
  if (online && was_lost && counts) {
    // It was lost when nobody else was in sync, so that nobody leads. It is back with what it had: it may.
    terms.acceptable = [&image = draft.image(), id = broker.id, others = std::move(terms.acceptable)](
                           NodeId node) { return node == id ? is_active(image, id) : others(node); };
  }
  if (!online) {
    terms.gone = broker.id;
    // Who has lost what it had is not eligible either, as long as there are others who have it.
    const bool has_heirs =
        std::any_of(partition->isr.begin(), partition->isr.end(), [&](NodeId id) { return id != broker.id; });
    if (directory == kLostDirectory && has_heirs) terms.lost = broker.id;
    terms.unclean = allows_unclean_election(draft.config(), draft.image(), topic);
  }
  if (auto record = elect(topic_id, index, *partition, terms)) draft.add(*record);
  return ErrorCode::kNone;
}

}  // namespace

ProducerIdBlock decide_allocate_producer_ids(const ControllerView& view, NodeId broker,
                                             int64_t broker_epoch) {
  ProducerIdBlock block;
  block.first = view.image.next_producer_id();
  RecordList records(view.image);
  protocol::ProducerIdsRecord record;
  record.broker_id = broker.value;
  record.broker_epoch = broker_epoch;
  record.next_producer_id = block.first + kProducerIdBlockSize;
  records.add(record);
  block.decision.records = records.take();
  return block;
}

Decided<protocol::AllocateProducerIdsResponse> decide_producer_ids(
    const ControllerView& view, const protocol::AllocateProducerIdsRequest& request) {
  Decided<protocol::AllocateProducerIdsResponse> decided;
  const NodeId id{request.broker_id};
  if (is_stale(view.image, id, request.broker_epoch)) {
    decided.response.error_code = wire_value(ErrorCode::kStaleBrokerEpoch);
    return decided;
  }
  if (view.image.next_producer_id() > std::numeric_limits<int64_t>::max() - kProducerIdBlockSize) {
    decided.response.error_code = wire_value(ErrorCode::kUnknownServerError);
    return decided;
  }
  ProducerIdBlock block = decide_allocate_producer_ids(view, id, request.broker_epoch);
  decided.decision = std::move(block.decision);
  decided.response.producer_id_start = mutant::kProducerIdsAgain ? 0 : block.first;
  decided.response.producer_id_len = kProducerIdBlockSize;
  return decided;
}

Decided<protocol::ControllerRegistrationResponse> decide_controller_registration(
    const ControllerView& view, const protocol::ControllerRegistrationRequest& request) {
  Decided<protocol::ControllerRegistrationResponse> decided;
  decided.response.error_message = std::nullopt;
  const auto version = view.image.features().metadata_version();
  if (!version || !version->has_controller_registration()) {
    decided.response.error_code = wire_value(ErrorCode::kUnsupportedVersion);
    decided.response.error_message =
        "The current MetadataVersion is too old to support controller registrations.";
    return decided;
  }
  const protocol::RegisterControllerRecord record = record_of(request);
  BrokersImage with = view.image.brokers();
  CHECK(with.apply(record).ok());
  if (with == view.image.brokers()) return decided;
  RecordList records(view.image);
  records.add(record);
  decided.decision = {records.take(), true};
  return decided;
}

Decided<protocol::AssignReplicasToDirsResponse> decide_assign_replicas_to_dirs(
    const ControllerView& view, const protocol::AssignReplicasToDirsRequest& request) {
  Decided<protocol::AssignReplicasToDirsResponse> decided;
  const auto version = view.image.features().metadata_version();
  if (!version || !version->has_directory_assignment()) {
    decided.response.error_code = wire_value(ErrorCode::kUnsupportedVersion);
    return decided;
  }
  const NodeId id{request.broker_id};
  if (is_stale(view.image, id, request.broker_epoch)) {
    decided.response.error_code = wire_value(ErrorCode::kStaleBrokerEpoch);
    return decided;
  }
  const BrokerImage& broker = *view.image.brokers().find(id);
  Draft draft(view);
  for (const auto& directory : request.directories) {
    auto& directory_answer = decided.response.directories.emplace_back();
    directory_answer.id = directory.id;
    for (const auto& topic : directory.topics) {
      auto& topic_answer = directory_answer.topics.emplace_back();
      topic_answer.topic_id = topic.topic_id;
      for (const auto& partition : topic.partitions) {
        const int32_t index = partition.partition_index;
        ErrorCode code = assign(draft, broker, directory.id, topic.topic_id, index);
        topic_answer.partitions.push_back({.partition_index = index, .error_code = wire_value(code)});
      }
    }
  }
  decided.decision = draft.take();
  decided.decision.atomic = false;  // each replica stands for itself
  return decided;
}

}  // namespace klamm::broker
