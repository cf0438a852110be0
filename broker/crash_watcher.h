// CrashWatcher: keeps the connections that tell of crashed brokers, for CrashWatch. Belongs to the active
// controller, for one term, on the quorum loop.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string_view>
#include <vector>

#include "broker/controller/broker_sessions.h"
#include "broker/crash_watch.h"
#include "broker/loop.h"
#include "broker/peer.h"

namespace klamm::broker {

class CrashWatcher {
 public:
  struct Uses {
    Loop& loop;
    // To where brokers reach each other.
    std::function<std::unique_ptr<Peer>(NodeId, const NodeAddress&)> connect;
    // The last thing that is done in a turn: it may call follow(), or destroy this.
    std::function<void(const CrashWatch::Crash&)> on_crash;
  };

  // The term begins.
  CrashWatcher(Uses uses, CrashWatch::Brokers brokers);
  ~CrashWatcher();
  CrashWatcher(const CrashWatcher&) = delete;
  CrashWatcher& operator=(const CrashWatcher&) = delete;

  // Who is to be watched from now on.
  void follow(const CrashWatch::Brokers& brokers);
  void on_heartbeat(NodeId id, int64_t epoch) { watch_.on_heartbeat(id, epoch); }

 private:
  void go_on();
  void attempt(NodeId id);
  void on_answer(NodeId id, const Result<PeerAnswer, PeerFailure>& answer);
  void on_closed(NodeId id);

  const Uses uses_;
  CrashWatch watch_;
  std::map<NodeId, std::unique_ptr<Peer>> peers_;  // of those that are watched
  TimerId timer_ = TimerId::kNone;
};

// The brokers that a controller watches: unfenced, and not about to go. Not its own node's. `can_enter` says
// whether this node could connect to an endpoint, which a controller alone cannot where it has no
// credentials.
CrashWatch::Brokers brokers_to_watch(const BrokersImage& brokers, const BrokerSessions& sessions, NodeId self,
                                     std::string_view listener,
                                     const std::function<bool(const EndpointImage&)>& can_enter);

}  // namespace klamm::broker
