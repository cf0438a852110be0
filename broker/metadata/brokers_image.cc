#include "broker/metadata/brokers_image.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "broker/metadata/topics_image.h"
#include "protocol/messages/broker_registration_change_record.h"
#include "protocol/messages/fence_broker_record.h"
#include "protocol/messages/register_broker_record.h"
#include "protocol/messages/register_controller_record.h"
#include "protocol/messages/unfence_broker_record.h"
#include "protocol/messages/unregister_broker_record.h"

namespace klamm::broker {
namespace {

// Endpoints, features and directories are sets. Ordered, so that an image from the log and one from a
// snapshot, in which another node may have written them in another order, are equal.
template <class Endpoints>
std::vector<EndpointImage> endpoints_of(const Endpoints& endpoints) {
  std::vector<EndpointImage> images;
  images.reserve(endpoints.size());
  for (const auto& endpoint : endpoints) {
    images.push_back(
        {std::string(endpoint.name), std::string(endpoint.host), endpoint.port, endpoint.security_protocol});
  }
  std::ranges::sort(images, {}, &EndpointImage::listener);
  return images;
}

template <class Features>
std::vector<FeatureRange> features_of(const Features& features) {
  std::vector<FeatureRange> images;
  images.reserve(features.size());
  for (const auto& feature : features) {
    images.push_back(
        {std::string(feature.name), feature.min_supported_version, feature.max_supported_version});
  }
  std::ranges::sort(images, {}, &FeatureRange::name);
  return images;
}

std::vector<Uuid> ordered(std::vector<Uuid> directories) {
  std::ranges::sort(directories);
  return directories;
}

// The broker that a record is about, if it names the registration that is in force.
Result<const BrokerImage*, Failure> registered(const BrokersImage& image, int32_t id, int64_t epoch,
                                               std::string_view action) {
  const BrokerImage* broker = image.find(NodeId{id});
  if (!broker) {
    return Error{Failure{fmt::format("broker {}, which is not registered, is {}", id, action)}};
  }
  if (broker->epoch != epoch) {
    return Error{Failure{fmt::format("broker {} is {} at broker epoch {}, but its epoch is {}", id, action,
                                     epoch, broker->epoch)}};
  }
  return broker;
}

}  // namespace

const EndpointImage* BrokerImage::endpoint(std::string_view listener) const {
  const auto at = std::ranges::find(endpoints, listener, &EndpointImage::listener);
  return at == endpoints.end() ? nullptr : &*at;
}

bool BrokerImage::has_online_directory(const Uuid& directory) const {
  if (directory == kLostDirectory) return false;
  if (directory == kMigratingDirectory || directory == kUnassignedDirectory) return true;
  // Before MV 17 brokers did not say which directories they have.
  return directories.empty() || std::ranges::binary_search(directories, directory);
}

bool BrokersImage::is_live(NodeId id) const {
  const BrokerImage* broker = find(id);
  return broker && !broker->fenced;
}

std::vector<LiveBroker> BrokersImage::live_brokers(std::string_view listener) const {
  std::vector<LiveBroker> live;
  for (const auto& [id, broker] : brokers_) {
    const EndpointImage* endpoint = broker.fenced ? nullptr : broker.endpoint(listener);
    if (endpoint) live.push_back({&broker, endpoint});
  }
  return live;
}

const EndpointImage* BrokersImage::live_endpoint(NodeId id, std::string_view listener) const {
  const BrokerImage* broker = find(id);
  return broker && !broker->fenced ? broker->endpoint(listener) : nullptr;
}

Result<void, Failure> BrokersImage::apply(const protocol::RegisterBrokerRecord& record) {
  BrokerImage broker;
  broker.id = NodeId{record.broker_id};
  broker.epoch = record.broker_epoch;
  broker.incarnation_id = record.incarnation_id;
  broker.endpoints = endpoints_of(record.end_points);
  broker.features = features_of(record.features);
  if (record.rack) broker.rack = std::string(*record.rack);
  broker.fenced = record.fenced;
  broker.in_controlled_shutdown = record.in_controlled_shutdown;
  broker.is_migrating_zk_broker = record.is_migrating_zk_broker;
  broker.directories = ordered(record.log_dirs);
  if (record.cordoned_log_dirs) broker.cordoned_directories = ordered(*record.cordoned_log_dirs);
  brokers_.set(broker.id, std::move(broker));
  return {};
}

Result<void, Failure> BrokersImage::apply(const protocol::UnregisterBrokerRecord& record) {
  auto broker = registered(*this, record.broker_id, record.broker_epoch, "unregistered");
  if (!broker) return Error{broker.error()};
  brokers_.erase(NodeId{record.broker_id});
  return {};
}

Result<void, Failure> BrokersImage::apply(const protocol::FenceBrokerRecord& record) {
  auto broker = registered(*this, record.id, record.epoch, "fenced");
  if (!broker) return Error{broker.error()};
  BrokerImage next = **broker;
  next.fenced = true;
  brokers_.set(next.id, std::move(next));
  return {};
}

Result<void, Failure> BrokersImage::apply(const protocol::UnfenceBrokerRecord& record) {
  auto broker = registered(*this, record.id, record.epoch, "unfenced");
  if (!broker) return Error{broker.error()};
  BrokerImage next = **broker;
  next.fenced = false;
  brokers_.set(next.id, std::move(next));
  return {};
}

Result<void, Failure> BrokersImage::apply(const protocol::BrokerRegistrationChangeRecord& record) {
  auto broker = registered(*this, record.broker_id, record.broker_epoch, "changed");
  if (!broker) return Error{broker.error()};
  if (record.fenced < -1 || record.fenced > 1 || record.in_controlled_shutdown < 0 ||
      record.in_controlled_shutdown > 1) {
    return Error{
        Failure{fmt::format("broker {} is changed to an unknown state (fenced {}, in controlled shutdown {})",
                            record.broker_id, record.fenced, record.in_controlled_shutdown)}};
  }
  BrokerImage next = **broker;
  if (record.fenced != 0) next.fenced = record.fenced == 1;
  if (record.in_controlled_shutdown == 1) next.in_controlled_shutdown = true;
  if (!record.log_dirs.empty()) next.directories = ordered(record.log_dirs);
  if (record.cordoned_log_dirs) next.cordoned_directories = ordered(*record.cordoned_log_dirs);
  if (next == **broker) return {};
  brokers_.set(next.id, std::move(next));
  return {};
}

Result<void, Failure> BrokersImage::apply(const protocol::RegisterControllerRecord& record) {
  ControllerImage controller;
  controller.id = NodeId{record.controller_id};
  controller.incarnation_id = record.incarnation_id;
  controller.zk_migration_ready = record.zk_migration_ready;
  controller.endpoints = endpoints_of(record.end_points);
  controller.features = features_of(record.features);
  controllers_.set(controller.id, std::move(controller));
  return {};
}

}  // namespace klamm::broker
