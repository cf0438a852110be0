// BrokerRegistration versions 0-4 (KIP-631, KIP-858, KIP-966) and UnregisterBroker version 0 (KIP-500): who
// belongs to the cluster.
//
// A broker's epoch is the offset of its registration's record, which is the last of its decision: a
// controller that follows one that ended in between finds the broker asking again, and does it all again.
// Otherwise than Apache Kafka: a broker whose same incarnation registers again has caught up once it has read
// its first registration, for the image does not name the offset of the other; and one that was told to end
// is replaced at once, where Kafka waits for the end of its session.
#pragma once

#include <string_view>

#include "broker/controller/broker_sessions.h"
#include "broker/controller/decided.h"
#include "protocol/messages/broker_registration_request.h"
#include "protocol/messages/broker_registration_response.h"
#include "protocol/messages/unregister_broker_request.h"
#include "protocol/messages/unregister_broker_response.h"

namespace klamm::broker {

// `next_offset` is where the decision's first record will stand. The text of an error is for the log: the
// response has no place for it.
struct RegistrationDecided {
  Decision decision;
  protocol::BrokerRegistrationResponse response;
  std::string error_message;
};
RegistrationDecided decide_broker_registration(const ControllerView& view, const BrokerSessions& sessions,
                                               std::string_view cluster_id,
                                               const protocol::BrokerRegistrationRequest& request,
                                               Offset next_offset, int64_t now_ms);

Decided<protocol::UnregisterBrokerResponse> decide_unregister_broker(
    const ControllerView& view, const protocol::UnregisterBrokerRequest& request);
// `message` lives as long as the response.
protocol::UnregisterBrokerResponse refused(const protocol::UnregisterBrokerRequest& request, ErrorCode code,
                                           std::optional<std::string_view> message = std::nullopt);

}  // namespace klamm::broker
