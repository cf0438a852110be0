// The topics that coordinators keep their state in, as they are created when they are first needed.
#pragma once

#include "broker/config/group_coordinator_config.h"
#include "broker/state_machine.h"
#include "protocol/messages/create_topics_request.h"

namespace klamm::broker {

// __consumer_offsets. Views `texts`.
protocol::CreateTopicsRequest::CreatableTopic offsets_topic(const GroupCoordinatorConfig& config,
                                                            Texts& texts);

}  // namespace klamm::broker
