#include "broker/active_controller.h"

#include <fmt/format.h>

#include <utility>

#include "base/logging.h"
#include "broker/controller/alter_partition.h"
#include "broker/controller/heartbeats.h"
#include "broker/controller/leader_elections.h"
#include "broker/controller/node_requests.h"
#include "broker/controller/registrations.h"
#include "broker/request_body.h"

namespace klamm::broker {
namespace {

template <class Response>
Response refused(ErrorCode code) {
  Response response;
  response.error_code = protocol::wire_value(code);
  return response;
}

// Calls visit(Body{}, Response{}) for the messages of an API of this page.
template <class Visit>
void with_messages_of(int16_t key, Visit visit) {
  using namespace protocol;
  switch (key) {
    case AlterPartitionRequest::kKey:
      return visit(AlterPartitionRequest(), AlterPartitionResponse());
    case BrokerRegistrationRequest::kKey:
      return visit(BrokerRegistrationRequest(), BrokerRegistrationResponse());
    case BrokerHeartbeatRequest::kKey:
      return visit(BrokerHeartbeatRequest(), BrokerHeartbeatResponse());
    case AllocateProducerIdsRequest::kKey:
      return visit(AllocateProducerIdsRequest(), AllocateProducerIdsResponse());
    case ControllerRegistrationRequest::kKey:
      return visit(ControllerRegistrationRequest(), ControllerRegistrationResponse());
    case AssignReplicasToDirsRequest::kKey:
      return visit(AssignReplicasToDirsRequest(), AssignReplicasToDirsResponse());
    default:
      CHECK(false);
  }
}

// Not that the leader is behind, or this controller: who is learns of it by itself.
bool is_told(ErrorCode code) {
  return code == ErrorCode::kInvalidRequest || code == ErrorCode::kInvalidUpdateVersion ||
         code == ErrorCode::kIneligibleReplica || code == ErrorCode::kNewLeaderElected;
}

// Otherwise an operator sees a replica that has caught up and does not come into the ISR, and not why.
void tell_of_refusals(NodeId self, const ClusterImage& image, NodeId leader,
                      const protocol::AlterPartitionResponse& response) {
  for (const auto& topic : response.topics) {
    for (const auto& partition : topic.partitions) {
      const auto code = static_cast<ErrorCode>(partition.error_code);
      const TopicImage* known = is_told(code) ? image.topics().find(topic.topic_id) : nullptr;
      const PartitionImage* now = known == nullptr ? nullptr : known->partition(partition.partition_index);
      if (now == nullptr) continue;
      LOG_INFO_LIMITED(
          "[QuorumController id={}] The in-sync replicas that node {} proposes for {}-{} are refused with "
          "{}; they are {}, in partition epoch {}",
          self.value, leader.value, known->name, partition.partition_index, protocol::name_of(code),
          fmt::join(numbers_of(now->isr), ","), now->partition_epoch.value);
    }
  }
}

}  // namespace

void refuse_node_request(const Request& request, Reply reply, ErrorCode error) {
  with_messages_of(request.header.api_key, [&](auto, auto response) {
    response.error_code = protocol::wire_value(error);
    reply.send(response);
  });
}

ActiveController::ActiveController(Loop& loop, ControllerHost& host, const NodeConfig& config,
                                   std::string cluster_id,
                                   std::function<std::unique_ptr<Peer>(NodeId, const NodeAddress&)> connect)
    : loop_(loop),
      host_(host),
      node_config_(config),
      config_(config.controller),
      idle_interval_ms_(config.metadata_log.idle_interval_max_ms),
      cluster_id_(std::move(cluster_id)),
      sessions_(config.controller.broker_session_timeout_ms) {
  sessions_.take_over(host_.pending().brokers(), loop_.now_ms());
  if (config_.crash_detection) {
    CrashWatcher::Uses uses{.loop = loop_,
                            .connect = std::move(connect),
                            .on_crash = [this](const CrashWatch::Crash& crash) { fence_crashed(crash); }};
    watcher_.emplace(std::move(uses), brokers_to_watch());
  }
  follow_sessions();
  if (config_.rebalance_leaders) {
    call_in(balance_, config_.rebalance_check_interval_seconds * 1000, &ActiveController::balance_leaders);
  }
  call_in(unclean_, config_.unclean_election_interval_ms, &ActiveController::elect_uncleanly);
  write_no_ops();
}

ActiveController::~ActiveController() {
  for (const TimerId timer : {expiry_, balance_, unclean_, idle_}) {
    if (timer != TimerId::kNone) loop_.cancel(timer);
  }
}

// ---- Requests

void ActiveController::handle(Request request, Reply reply) {
  using namespace protocol;
  switch (request.header.api_key) {
    case BrokerRegistrationRequest::kKey:
      return register_broker(request, std::move(reply));
    case BrokerHeartbeatRequest::kKey:
      return hear_broker(request, std::move(reply));
    case AlterPartitionRequest::kKey:
      return decide<AlterPartitionRequest>(
          request, std::move(reply), [this](const auto& view, const auto& body, int16_t version) {
            auto decided = decide_alter_partition(view, body, version);
            const NodeId self = host_.driver().raft().self().id;
            tell_of_refusals(self, view.image, NodeId{body.broker_id}, decided.response);
            return decided;
          });
    case AllocateProducerIdsRequest::kKey:
      return decide<AllocateProducerIdsRequest>(
          request, std::move(reply),
          [](const auto& view, const auto& body, int16_t) { return decide_producer_ids(view, body); });
    case ControllerRegistrationRequest::kKey:
      return decide<ControllerRegistrationRequest>(request, std::move(reply),
                                                   [](const auto& view, const auto& body, int16_t) {
                                                     return decide_controller_registration(view, body);
                                                   });
    case AssignReplicasToDirsRequest::kKey:
      return decide<AssignReplicasToDirsRequest>(request, std::move(reply),
                                                 [](const auto& view, const auto& body, int16_t) {
                                                   return decide_assign_replicas_to_dirs(view, body);
                                                 });
    default:
      CHECK(false);
  }
}

// What is decided here may take more records than what a client may ask for.
template <class Message>
void ActiveController::send_when_committed(Reply reply, const Message& response, Decision decision) {
  Response encoded = reply.encode(response, reply.version());
  host_.perform_for_node(std::move(decision),
                         [reply = std::move(reply), encoded = std::move(encoded)](ErrorCode code) mutable {
                           if (code == ErrorCode::kNone) return reply.send(std::move(encoded));
                           reply.send(refused<Message>(code));
                         });
}

template <class Body, class Decide>
void ActiveController::decide(const Request& request, Reply reply, Decide decide) {
  Body body;
  if (!read_body(request, body)) return reply.close();
  auto decided = decide(host_.view(), body, reply.version());
  send_when_committed(std::move(reply), decided.response, std::move(decided.decision));
  follow_sessions();
}

void ActiveController::register_broker(const Request& request, Reply reply) {
  protocol::BrokerRegistrationRequest body;
  if (!read_body(request, body)) return reply.close();
  // Of this node's own broker an earlier life has gone for sure: this one has locked its directories. Its
  // session would keep a node that is alone, and was killed, from serving until it is over.
  const NodeId id{body.broker_id};
  const BrokerImage* before = host_.pending().brokers().find(id);
  const bool is_own = request.client->is_this_node && id == node_config_.id;
  if (is_own && before != nullptr && before->incarnation_id != body.incarnation_id)
    sessions_.end(id, before->epoch);
  RegistrationDecided decided = decide_broker_registration(host_.view(), sessions_, cluster_id_, body,
                                                           host_.next_offset(), loop_.now_ms());
  if (decided.response.error_code != 0) {
    LOG_WARN_LIMITED("[QuorumController id={}] broker {} is not registered: {}",
                     host_.driver().raft().self().id.value, body.broker_id, decided.error_message);
  }
  send_when_committed(std::move(reply), decided.response, std::move(decided.decision));
  follow_sessions();
  write_no_ops();
}

void ActiveController::hear_broker(const Request& request, Reply reply) {
  protocol::BrokerHeartbeatRequest body;
  if (!read_body(request, body)) return reply.close();
  sessions_.contact(host_.pending().brokers(), NodeId{body.broker_id}, body.broker_epoch, loop_.now_ms());
  if (watcher_) watcher_->on_heartbeat(NodeId{body.broker_id}, body.broker_epoch);
  HeartbeatDecided decided = decide_broker_heartbeat(host_.view(), sessions_, body);
  send_when_committed(std::move(reply), decided.response, std::move(decided.decision));
  note_heartbeat(sessions_, body, decided, host_.next_offset());
  follow_sessions();
}

// ---- What time brings

void ActiveController::call_in(TimerId& timer, int64_t delay_ms, void (ActiveController::*work)()) {
  timer = loop_.call_at(loop_.now_ms() + delay_ms, [this, &timer, work] {
    timer = TimerId::kNone;
    (this->*work)();
  });
}

void ActiveController::follow_sessions() {
  const BrokersImage& brokers = host_.pending().brokers();
  sessions_.follow(brokers, loop_.now_ms());
  if (watcher_) watcher_->follow(brokers_to_watch());
  const std::optional<int64_t> deadline_ms = sessions_.next_deadline_ms(brokers);
  // Sessions only get longer: a timer that comes too early looks again.
  if (expiry_ != TimerId::kNone && (!deadline_ms || *expiry_ms_ <= *deadline_ms)) return;
  if (expiry_ != TimerId::kNone) loop_.cancel(std::exchange(expiry_, TimerId::kNone));
  if (!deadline_ms) return;
  expiry_ms_ = deadline_ms;
  expiry_ = loop_.call_at(*deadline_ms, [this] {
    expiry_ = TimerId::kNone;
    expire_sessions();
  });
}

// One at a time: who is fenced next sees what became of the partitions. Whoever could not be fenced has a new
// session (follow_sessions): a leader that has lost touch with its majority learns of that by Raft's timer,
// which does not come while this goes on.
void ActiveController::expire_sessions() {
  while (auto expired = decide_fence_expired(host_.view(), sessions_, loop_.now_ms())) {
    LOG_INFO("[QuorumController id={}] Fencing broker {} at epoch {} because its session has timed out.",
             host_.driver().raft().self().id.value, expired->broker.value, expired->epoch);
    sessions_.end(expired->broker, expired->epoch);
    host_.perform(std::move(expired->decision), [](ErrorCode) {});
    const BrokerImage* broker = host_.pending().brokers().find(expired->broker);
    const bool is_fenced = broker == nullptr || broker->fenced;
    if (!is_fenced) break;
  }
  follow_sessions();
}

// A node that is only a controller may have no way in at the listener of the brokers but a plain one.
CrashWatch::Brokers ActiveController::brokers_to_watch() const {
  const std::string& listener = node_config_.network.inter_broker_listener;
  const bool has_way_in = node_config_.security.listeners.contains(listener);
  auto can_enter = [has_way_in](const EndpointImage& endpoint) {
    return has_way_in || endpoint.security_protocol == static_cast<int16_t>(SecurityProtocol::kPlaintext);
  };
  return broker::brokers_to_watch(host_.pending().brokers(), sessions_, node_config_.id, listener, can_enter);
}

// As if its session had ended, so that the next process under its id is registered at once.
void ActiveController::fence_crashed(const CrashWatch::Crash& crash) {
  auto decision = decide_fence_crashed(host_.view(), sessions_, crash.broker, crash.epoch);
  if (!decision) return follow_sessions();
  LOG_INFO(
      "[QuorumController id={}] Fencing broker {} at epoch {} because its process has gone: there is no "
      "connection to it, {} in a row were refused within {} ms, and no heartbeat has come since.",
      host_.driver().raft().self().id.value, crash.broker.value, crash.epoch, crash.refusals,
      crash.refused_for_ms);
  sessions_.end(crash.broker, crash.epoch);
  host_.perform(*std::move(decision), [](ErrorCode) {});
  follow_sessions();
}

void ActiveController::balance_leaders() {
  PeriodicElections elections = decide_balance_leaders(host_.view());
  host_.perform(std::move(elections.decision), [](ErrorCode) {});
  const int64_t interval_ms = config_.rebalance_check_interval_seconds * 1000;
  call_in(balance_, elections.more ? 0 : interval_ms, &ActiveController::balance_leaders);
}

void ActiveController::elect_uncleanly() {
  PeriodicElections elections = decide_unclean_elections(host_.view());
  host_.perform(std::move(elections.decision), [](ErrorCode) {});
  call_in(unclean_, elections.more ? 0 : config_.unclean_election_interval_ms,
          &ActiveController::elect_uncleanly);
}

// So that whoever follows the log can tell that it still does (KIP-835). Where nobody does, nothing is
// written, and no timer runs.
void ActiveController::write_no_ops() {
  const bool is_alone =
      host_.driver().raft().voters().size() == 1 && host_.pending().brokers().brokers().size() <= 1;
  if (is_alone || idle_interval_ms_ == 0 || idle_ != TimerId::kNone) return;
  idle_end_ = host_.next_offset();
  call_in(idle_, idle_interval_ms_, &ActiveController::write_no_op);
}

void ActiveController::write_no_op() {
  const Offset end = host_.next_offset();
  const bool is_idle = end == std::exchange(idle_end_, end);
  if (is_idle) {
    RecordList records(host_.pending());
    records.add(protocol::NoOpRecord{});
    Decision decision;
    decision.records = records.take();
    host_.perform(std::move(decision), [](ErrorCode) {});
    idle_end_ = end + 1;
  }
  call_in(idle_, idle_interval_ms_, &ActiveController::write_no_op);
}

}  // namespace klamm::broker
