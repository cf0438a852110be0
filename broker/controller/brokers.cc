#include "broker/controller/brokers.h"

#include <algorithm>

#include "broker/controller/broker_changes.h"

namespace klamm::broker {
namespace {

void add_registration(const Registration& registration, Offset next_offset, Draft& draft) {
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
  draft.add(record);
}

}  // namespace

Decision decide_register_broker(const ControllerView& view, const Registration& registration,
                                Offset next_offset) {
  const BrokerImage* before = view.image.brokers().find(registration.id);
  // One that was unregistered may still be eligible somewhere, and nobody knows what it lost since.
  const bool unclean = before == nullptr || registration.previous_epoch != before->epoch;
  Draft draft(view);
  add_registration(registration, next_offset, draft);
  if (unclean && view.image.features().elr_enabled()) leave_with_lost_tail(draft, registration.id);
  return draft.take();
}

Decision decide_unfence_broker(const ControllerView& view, NodeId id) {
  const BrokerImage* broker = view.image.brokers().find(id);
  if (broker == nullptr || !broker->fenced) return {};
  Draft draft(view);
  unfence(draft, id);
  return draft.take();
}

Decision decide_fence_broker(const ControllerView& view, NodeId id) {
  const BrokerImage* broker = view.image.brokers().find(id);
  if (broker == nullptr || broker->fenced) return {};
  Draft draft(view);
  fence(draft, id);
  return draft.take();
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
