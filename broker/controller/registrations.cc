#include "broker/controller/registrations.h"

#include <fmt/core.h>

#include <algorithm>
#include <optional>
#include <set>

#include "base/mutants.h"
#include "broker/controller/broker_changes.h"
#include "broker/controller/registered_features.h"

namespace klamm::broker {
namespace {

using protocol::BrokerRegistrationRequest;

constexpr int16_t kSecurityProtocolMax = 3;

bool is_reserved(const Uuid& directory) {
  // Kafka keeps the first hundred ids for itself (KIP-858).
  return directory >= Uuid::of(0, 0) && directory < Uuid::of(0, 100);
}

ApiError invalid(std::string message) { return {ErrorCode::kInvalidRegistration, std::move(message)}; }

std::optional<ApiError> check_identity(const ControllerView& view, const BrokerSessions& sessions,
                                       std::string_view cluster_id, const BrokerRegistrationRequest& request,
                                       int64_t now_ms) {
  if (request.cluster_id != cluster_id) {
    return ApiError{
        ErrorCode::kInconsistentClusterId,
        fmt::format("Expected cluster ID {}, but got cluster ID {}", cluster_id, request.cluster_id)};
  }
  const BrokerImage* before = view.image.brokers().find(NodeId{request.broker_id});
  if (before != nullptr && before->incarnation_id != request.incarnation_id &&
      sessions.is_alive(before->id, before->epoch, now_ms)) {
    return ApiError{
        ErrorCode::kDuplicateBrokerRegistration,
        fmt::format("Another broker is registered with id {}. After a restart this resolves itself "
                    "when the session of the one before has expired.",
                    request.broker_id)};
  }
  if (request.is_migrating_zk_broker) {
    return ApiError{ErrorCode::kBrokerIdNotRegistered, "Controller does not support registering ZK brokers."};
  }
  return std::nullopt;
}

std::optional<ApiError> check_directories(const ClusterImage& image,
                                          const BrokerRegistrationRequest& request) {
  std::vector<Uuid> directories = request.log_dirs;
  if (directories.empty()) return invalid("No directories specified in request");
  if (std::any_of(directories.begin(), directories.end(), is_reserved)) {
    return invalid("Reserved directory ID in request");
  }
  std::sort(directories.begin(), directories.end());
  if (std::adjacent_find(directories.begin(), directories.end()) != directories.end()) {
    return invalid("Duplicate directory ID in request");
  }
  for (const auto& [id, broker] : image.brokers().brokers()) {
    if (id.value == request.broker_id) continue;
    for (const Uuid& directory : broker.directories) {
      if (!std::binary_search(directories.begin(), directories.end(), directory)) continue;
      return invalid(
          fmt::format("Broker {} is already registered with directory {}", id.value, directory.to_string()));
    }
  }
  return std::nullopt;
}

std::optional<ApiError> check_listeners(const BrokerRegistrationRequest& request) {
  for (const auto& listener : request.listeners) {
    if (listener.security_protocol >= 0 && listener.security_protocol <= kSecurityProtocolMax) continue;
    return ApiError{ErrorCode::kUnknownServerError, fmt::format("Unknown security protocol {} in listener {}",
                                                                listener.security_protocol, listener.name)};
  }
  return std::nullopt;
}

std::optional<ApiError> check(const ControllerView& view, const BrokerSessions& sessions,
                              std::string_view cluster_id, const BrokerRegistrationRequest& request,
                              int64_t now_ms) {
  if (auto error = check_identity(view, sessions, cluster_id, request, now_ms)) return error;
  const auto version = view.image.features().metadata_version();
  if (version && version->has_directory_assignment()) {
    if (auto error = check_directories(view.image, request)) return error;
  }
  if (auto error = check_listeners(request)) return error;
  return check_registered_features(view.image, request);
}

protocol::RegisterBrokerRecord record_of(const ClusterImage& image,
                                         const BrokerRegistrationRequest& request) {
  protocol::RegisterBrokerRecord record;
  record.broker_id = request.broker_id;
  record.incarnation_id = request.incarnation_id;
  record.rack = request.rack;
  record.fenced = true;
  // The first of a name counts, as in Kafka's collections.
  std::set<std::string_view> listeners, features;
  for (const auto& listener : request.listeners) {
    if (!listeners.insert(listener.name).second) continue;
    record.end_points.push_back({listener.name, listener.host, listener.port, listener.security_protocol});
  }
  for (const auto& feature : request.features) {
    if (!features.insert(feature.name).second) continue;
    record.features.push_back({feature.name, feature.min_supported_version, feature.max_supported_version});
  }
  const auto version = image.features().metadata_version();
  if (version && version->has_directory_assignment()) record.log_dirs = request.log_dirs;
  return record;
}

}  // namespace

RegistrationDecided decide_broker_registration(const ControllerView& view, const BrokerSessions& sessions,
                                               std::string_view cluster_id,
                                               const BrokerRegistrationRequest& request, Offset next_offset,
                                               int64_t now_ms) {
  RegistrationDecided decided;
  if (auto error = check(view, sessions, cluster_id, request, now_ms)) {
    decided.response.error_code = wire_value(error->code);
    decided.error_message = std::move(error->message);
    return decided;
  }
  Draft draft(view);
  const NodeId id{request.broker_id};
  const BrokerImage* before = view.image.brokers().find(id);
  protocol::RegisterBrokerRecord record = record_of(view.image, request);
  if (before != nullptr && before->incarnation_id == request.incarnation_id) {
    // The same life of the broker: its epoch stays, or its own heartbeats would be stale (KAFKA-16952).
    record.broker_epoch = before->epoch;
    record.fenced = before->fenced;
    record.in_controlled_shutdown = before->in_controlled_shutdown;
  } else {
    const bool clean = before != nullptr && before->epoch == request.previous_broker_epoch;
    // Some may be eligible from before KIP-966 was switched off.
    const bool lost = !clean && !mutant::kLostTailStays;
    lost ? leave_with_lost_tail(draft, id) : leave_partitions(draft, id);
    record.broker_epoch = next_offset.value + static_cast<int64_t>(draft.size());
  }
  draft.add(record);
  decided.response.broker_epoch = record.broker_epoch;
  decided.decision = draft.take();
  // The epoch is an offset: nothing may be put before the records, as a transaction's begin would be.
  decided.decision.atomic = false;
  return decided;
}

// Kafka leaves the broker in the ELRs. It leaves those when it registers again: then nobody knows what became
// of its directories.
Decided<protocol::UnregisterBrokerResponse> decide_unregister_broker(
    const ControllerView& view, const protocol::UnregisterBrokerRequest& request) {
  Decided<protocol::UnregisterBrokerResponse> decided;
  decided.response.error_message = std::nullopt;
  const BrokerImage* broker = view.image.brokers().find(NodeId{request.broker_id});
  if (broker == nullptr) {
    decided.response.error_code = wire_value(ErrorCode::kBrokerIdNotRegistered);
    decided.response.error_message =
        decided.texts.keep(fmt::format("Broker ID {} is not currently registered", request.broker_id));
    return decided;
  }
  Draft draft(view);
  leave_partitions(draft, broker->id);
  draft.add(protocol::UnregisterBrokerRecord{.broker_id = request.broker_id, .broker_epoch = broker->epoch});
  decided.decision = draft.take();
  return decided;
}

protocol::UnregisterBrokerResponse refused(const protocol::UnregisterBrokerRequest&, ErrorCode code,
                                           std::optional<std::string_view> message) {
  protocol::UnregisterBrokerResponse response;
  response.error_code = wire_value(code);
  response.error_message = message;
  return response;
}

}  // namespace klamm::broker
