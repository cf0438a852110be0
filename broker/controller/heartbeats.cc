#include "broker/controller/heartbeats.h"

#include "broker/controller/broker_changes.h"

namespace klamm::broker {
namespace {

using State = BrokerControlState;
using protocol::BrokerHeartbeatRequest;

// Kafka takes the controlled shutdown from the sessions alone: after a failover a broker that was in the
// middle of one counts as unfenced, and its next heartbeat begins it again.
State current_state(const BrokerSessions& sessions, const BrokerImage& broker) {
  if (broker.fenced) return State::kFenced;
  return sessions.controlled_shutdown_offset(broker.id, broker.epoch) ? State::kControlledShutdown
                                                                      : State::kUnfenced;
}

State after_controlled_shutdown(const ControllerView& view, const BrokerSessions& sessions,
                                const BrokerImage& broker) {
  if (leads_a_partition(view.image, broker.id)) return State::kControlledShutdown;
  const auto lowest = sessions.lowest_active_offset(view.image.brokers());
  const auto target = sessions.controlled_shutdown_offset(broker.id, broker.epoch);
  return !lowest || *target <= *lowest ? State::kShutdownNow : State::kControlledShutdown;
}

State next_state(const ControllerView& view, const BrokerSessions& sessions, const BrokerImage& broker,
                 const BrokerHeartbeatRequest& request) {
  switch (current_state(sessions, broker)) {
    case State::kFenced:
      if (request.want_shut_down) return State::kShutdownNow;
      if (request.want_fence || request.current_metadata_offset < broker.epoch) return State::kFenced;
      return State::kUnfenced;
    case State::kUnfenced:
      if (request.want_fence) return request.want_shut_down ? State::kShutdownNow : State::kFenced;
      if (!request.want_shut_down) return State::kUnfenced;
      return leads_a_partition(view.image, broker.id) ? State::kControlledShutdown : State::kShutdownNow;
    case State::kControlledShutdown:
      return after_controlled_shutdown(view, sessions, broker);
    case State::kShutdownNow:
      break;
  }
  return State::kShutdownNow;
}

bool is_fenced(State state) { return state == State::kFenced || state == State::kShutdownNow; }

void enter(Draft& draft, const BrokerImage& broker, State current, State next) {
  if (current == next) return;
  if (is_fenced(next) && !broker.fenced) fence(draft, broker.id);
  if (next == State::kUnfenced) unfence(draft, broker.id);
  if (next == State::kControlledShutdown) begin_controlled_shutdown(draft, broker.id);
}

}  // namespace

bool is_stale(const ClusterImage& image, NodeId id, int64_t epoch) {
  const BrokerImage* broker = image.brokers().find(id);
  return broker == nullptr || broker->epoch != epoch;
}

HeartbeatDecided decide_broker_heartbeat(const ControllerView& view, const BrokerSessions& sessions,
                                         const BrokerHeartbeatRequest& request) {
  HeartbeatDecided decided;
  const NodeId id{request.broker_id};
  if (is_stale(view.image, id, request.broker_epoch)) {
    decided.response.error_code = wire_value(ErrorCode::kStaleBrokerEpoch);
    return decided;
  }
  const BrokerImage& broker = *view.image.brokers().find(id);
  decided.next = next_state(view, sessions, broker, request);
  decided.response.is_caught_up = request.current_metadata_offset >= broker.epoch;
  decided.response.is_fenced = is_fenced(decided.next);
  decided.response.should_shut_down = decided.next == State::kShutdownNow;

  Draft draft(view);
  const auto version = view.image.features().metadata_version();
  // Directories first, so that a broker which is unfenced now is not handed what it cannot serve.
  if (version && version->has_directory_assignment()) lose_directories(draft, id, request.offline_log_dirs);
  enter(draft, broker, current_state(sessions, broker), decided.next);
  if (version && version->has_cordoned_directories() && request.cordoned_log_dirs) {
    cordon_directories(draft, id, *request.cordoned_log_dirs);
  }
  decided.decision = draft.take();
  return decided;
}

void note_heartbeat(BrokerSessions& sessions, const BrokerHeartbeatRequest& request,
                    const HeartbeatDecided& decided, Offset end) {
  if (decided.response.error_code != 0) return;
  const NodeId id{request.broker_id};
  sessions.reached(id, request.broker_epoch, Offset{request.current_metadata_offset});
  if (is_fenced(decided.next)) sessions.fenced(id, request.broker_epoch);
  if (decided.next == State::kShutdownNow) sessions.end(id, request.broker_epoch);
  if (decided.next == State::kControlledShutdown) sessions.shut_down_at(id, request.broker_epoch, end - 1);
}

std::optional<ExpiryDecided> decide_fence_expired(const ControllerView& view, const BrokerSessions& sessions,
                                                  int64_t now_ms) {
  const auto id = sessions.expired(view.image.brokers(), now_ms);
  if (!id) return std::nullopt;
  Draft draft(view);
  fence(draft, *id);
  return ExpiryDecided{*id, view.image.brokers().find(*id)->epoch, draft.take()};
}

std::optional<Decision> decide_fence_crashed(const ControllerView& view, const BrokerSessions& sessions,
                                             NodeId id, int64_t epoch) {
  if (is_stale(view.image, id, epoch)) return std::nullopt;
  const BrokerImage& broker = *view.image.brokers().find(id);
  const bool is_going = broker.in_controlled_shutdown || sessions.controlled_shutdown_offset(id, epoch);
  if (broker.fenced || is_going) return std::nullopt;
  Draft draft(view);
  fence(draft, id);
  return draft.take();
}

}  // namespace klamm::broker
