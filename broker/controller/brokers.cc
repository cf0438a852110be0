#include "broker/controller/brokers.h"

#include <algorithm>
#include <charconv>

#include "broker/controller/elections.h"
#include "broker/controller/placement.h"

namespace klamm::broker {
namespace {

std::string_view setting(const ClusterImage& image, const TopicImage& topic, std::string_view key) {
  const ConfigsImage& configs = image.configs();
  if (auto* value = configs.find(ConfigResourceType::kTopic, topic.name, key)) return *value;
  if (auto* value = configs.find(ConfigResourceType::kBroker, "", key)) return *value;
  return {};
}

size_t isr_min_of(const ClusterImage& image, const TopicImage& topic, size_t replicas) {
  std::string_view text = setting(image, topic, "min.insync.replicas");
  size_t value = 1;
  std::from_chars(text.data(), text.data() + text.size(), value);
  return std::min(value, replicas);
}

// Runs an election in every partition that `concerns` picks, under terms that differ only in what the caller
// sets.
template <class Concerns>
void elect_all(const ControllerView& view, const ElectionTerms& base, Concerns concerns,
               RecordList& records) {
  for (const auto& [id, topic] : view.image.topics().by_id()) {
    for (const auto& [index, partition] : topic.partitions) {
      if (!concerns(partition)) continue;
      ElectionTerms terms = base;
      terms.elr = view.image.features().elr_enabled();
      terms.isr_min = isr_min_of(view.image, topic, partition.replicas.size());
      terms.unclean = setting(view.image, topic, "unclean.leader.election.enable") == "true";
      if (auto change = elect(id, index, partition, terms)) records.add(*change);
    }
  }
}

void add_registration(const Registration& registration, Offset next_offset, RecordList& records) {
  protocol::RegisterBrokerRecord record;
  record.broker_id = registration.id.value;
  record.incarnation_id = registration.incarnation_id;
  record.broker_epoch = next_offset.value;
  for (const EndpointImage& endpoint : registration.endpoints) {
    record.end_points.push_back({.name = endpoint.listener,
                                 .host = endpoint.host,
                                 .port = endpoint.port,
                                 .security_protocol = endpoint.security_protocol});
  }
  for (const Feature& feature : supported_features()) {
    record.features.push_back(
        {.name = feature.name, .min_supported_version = feature.min, .max_supported_version = feature.max});
  }
  record.rack.reset();
  if (registration.rack) record.rack = *registration.rack;
  record.fenced = true;
  record.log_dirs = registration.directories;
  std::sort(record.log_dirs.begin(), record.log_dirs.end());
  records.add(record);
}

}  // namespace

Decision decide_register_broker(const ControllerView& view, const Registration& registration,
                                Offset next_offset) {
  RecordList records(view.image);
  add_registration(registration, next_offset, records);
  const BrokerImage* before = view.image.brokers().find(registration.id);
  bool unclean = before != nullptr && registration.previous_epoch != before->epoch;
  if (unclean && view.image.features().elr_enabled()) {
    ElectionTerms terms;
    terms.acceptable = [&](NodeId id) { return id != registration.id && is_active(view.image, id); };
    terms.lost = registration.id;
    auto concerns = [&](const PartitionImage& partition) {
      return partition.in_isr(registration.id) ||
             std::find(partition.elr.begin(), partition.elr.end(), registration.id) != partition.elr.end();
    };
    elect_all(view, terms, concerns, records);
  }
  return {records.take(), true};
}

Decision decide_unfence_broker(const ControllerView& view, NodeId id) {
  RecordList records(view.image);
  const BrokerImage* broker = view.image.brokers().find(id);
  if (broker == nullptr || !broker->fenced) return {};
  protocol::BrokerRegistrationChangeRecord change;
  change.broker_id = id.value;
  change.broker_epoch = broker->epoch;
  change.fenced = -1;
  records.add(change);
  ElectionTerms terms;
  terms.acceptable = [&](NodeId other) { return other == id || is_active(view.image, other); };
  elect_all(
      view, terms, [&](const PartitionImage& p) { return !p.has_leader() && p.has_replica(id); }, records);
  return {records.take(), true};
}

Decision decide_fence_broker(const ControllerView& view, NodeId id) {
  RecordList records(view.image);
  const BrokerImage* broker = view.image.brokers().find(id);
  if (broker == nullptr || broker->fenced) return {};
  ElectionTerms terms;
  terms.acceptable = [&](NodeId other) { return other != id && is_active(view.image, other); };
  terms.gone = id;
  elect_all(
      view, terms, [&](const PartitionImage& p) { return p.leader == id || p.in_isr(id); }, records);
  protocol::BrokerRegistrationChangeRecord change;
  change.broker_id = id.value;
  change.broker_epoch = broker->epoch;
  change.fenced = 1;
  records.add(change);
  return {records.take(), true};
}

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

}  // namespace klamm::broker
