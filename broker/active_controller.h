// ActiveController: what this node does as the active controller beyond what clients ask for: it hears
// brokers and controllers, fences those that are silent or have crashed, and holds elections when they are
// due. One for each term, on the quorum loop.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "broker/controller/broker_sessions.h"
#include "broker/controller_host.h"
#include "broker/crash_watcher.h"
#include "broker/request.h"

namespace klamm::broker {

class ActiveController {
 public:
  // The host is active, and stays so for as long as this lives. `connect` makes a connection to where brokers
  // reach each other, on the loop.
  ActiveController(Loop& loop, ControllerHost& host, const NodeConfig& config, std::string cluster_id,
                   std::function<std::unique_ptr<Peer>(NodeId, const NodeAddress&)> connect);
  ~ActiveController();

  // A request that nodes make for themselves, from somebody who may: BrokerRegistration, BrokerHeartbeat,
  // ControllerRegistration, AlterPartition, AllocateProducerIds, AssignReplicasToDirs.
  void handle(Request request, Reply reply);

 private:
  template <class Message>
  void send_when_committed(Reply reply, const Message& response, Decision decision);
  void register_broker(const Request& request, Reply reply);
  void hear_broker(const Request& request, Reply reply);
  template <class Body, class Decide>
  void decide(const Request& request, Reply reply, Decide decide);

  void follow_sessions();
  void expire_sessions();
  CrashWatch::Brokers brokers_to_watch() const;
  void fence_crashed(const CrashWatch::Crash& crash);
  void balance_leaders();
  void elect_uncleanly();
  void write_no_ops();
  void write_no_op();
  void call_in(TimerId& timer, int64_t delay_ms, void (ActiveController::*work)());

  Loop& loop_;
  ControllerHost& host_;
  const NodeConfig& node_config_;
  const ControllerConfig& config_;
  const int64_t idle_interval_ms_;
  const std::string cluster_id_;
  BrokerSessions sessions_;
  std::optional<CrashWatcher> watcher_;  // unless klamm.broker.crash.detection.enable is false
  TimerId expiry_ = TimerId::kNone;
  std::optional<int64_t> expiry_ms_;
  TimerId balance_ = TimerId::kNone;
  TimerId unclean_ = TimerId::kNone;
  TimerId idle_ = TimerId::kNone;
  Offset idle_end_{0};  // of the log, when nothing but no-op records comes
};

// Answers such a request with an error: NOT_CONTROLLER where this node is not the active controller.
void refuse_node_request(const Request& request, Reply reply, ErrorCode error);

}  // namespace klamm::broker
