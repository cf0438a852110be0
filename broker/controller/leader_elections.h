// ElectLeaders versions 0-2 (KIP-183, KIP-460), and the elections that the controller holds by itself: of
// preferred leaders every leader.imbalance.check.interval.seconds, and unclean ones, where the topic allows
// them, every unclean.leader.election.interval.ms.
#pragma once

#include "broker/controller/decided.h"
#include "protocol/messages/elect_leaders_request.h"
#include "protocol/messages/elect_leaders_response.h"

namespace klamm::broker {

Decided<protocol::ElectLeadersResponse> decide_elect_leaders(const ControllerView& view,
                                                             const protocol::ElectLeadersRequest& request);

// Every partition that is named answered with the error, and the whole. `message` lives as long as the
// response.
protocol::ElectLeadersResponse refused(const protocol::ElectLeadersRequest& request, ErrorCode code,
                                       std::optional<std::string_view> message = std::nullopt);

// Kafka's limit of the elections in one run.
inline constexpr size_t kElectionsPerRunMax = 1000;

struct PeriodicElections {
  Decision decision;
  bool more = false;  // to be asked again at once: there may be more than one run does
};

// Partitions that are not led by the first of their assignment are led by it, if it is in sync.
PeriodicElections decide_balance_leaders(const ControllerView& view,
                                         size_t elections_max = kElectionsPerRunMax);

// Partitions without a leader, in topics with unclean.leader.election.enable, get one: records are lost.
PeriodicElections decide_unclean_elections(const ControllerView& view,
                                           size_t elections_max = kElectionsPerRunMax);

}  // namespace klamm::broker
