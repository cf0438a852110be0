// BrokerHeartbeat versions 0-2 (KIP-631, KIP-858, KIP-1066), and what becomes of brokers that send none.
//
// Around a heartbeat, in this order: sessions.contact(), even when the request is refused or comes late;
// decide_broker_heartbeat(); the decision is appended; note_heartbeat() with the end of the log.
#pragma once

#include <optional>

#include "broker/controller/broker_sessions.h"
#include "broker/controller/decided.h"
#include "protocol/messages/broker_heartbeat_request.h"
#include "protocol/messages/broker_heartbeat_response.h"

namespace klamm::broker {

// Whether `epoch` is not the one of the broker's registration: STALE_BROKER_EPOCH, for one that is not
// registered too.
bool is_stale(const ClusterImage& image, NodeId id, int64_t epoch);

//   from                 to                   when
//   fenced               shutdown now         it wants to shut down
//   fenced               unfenced             it does not want to be fenced, and has read its registration
//   unfenced             fenced               it wants to be
//   unfenced             shutdown now         it wants to shut down, and leads nothing or wants to be fenced
//   unfenced             controlled shutdown  it wants to shut down and leads something
//   controlled shutdown  shutdown now         it leads nothing, and every active broker has read of that
enum class BrokerControlState { kFenced, kUnfenced, kControlledShutdown, kShutdownNow };

struct HeartbeatDecided {
  Decision decision;
  protocol::BrokerHeartbeatResponse response;
  BrokerControlState next = BrokerControlState::kFenced;
};

HeartbeatDecided decide_broker_heartbeat(const ControllerView& view, const BrokerSessions& sessions,
                                         const protocol::BrokerHeartbeatRequest& request);

// What a heartbeat leaves in the sessions, once its decision stands in the log, which ends at `end`.
void note_heartbeat(BrokerSessions& sessions, const protocol::BrokerHeartbeatRequest& request,
                    const HeartbeatDecided& decided, Offset end);

// The broker that has been silent for too long is fenced, one at a time: to be asked again until there is
// nothing.
struct ExpiryDecided {
  NodeId broker;
  int64_t epoch;
  Decision decision;
};
std::optional<ExpiryDecided> decide_fence_expired(const ControllerView& view, const BrokerSessions& sessions,
                                                  int64_t now_ms);
// The same of a broker whose process has gone. Nothing where that is not its epoch, and where it is fenced or
// about to go.
std::optional<Decision> decide_fence_crashed(const ControllerView& view, const BrokerSessions& sessions,
                                             NodeId id, int64_t epoch);

}  // namespace klamm::broker
