#pragma once

#include <vector>

#include "base/clock.h"
#include "broker/metadata/access.h"
#include "protocol/messages/describe_quorum_request.h"
#include "protocol/messages/describe_quorum_response.h"
#include "raft/raft.h"

namespace klamm::broker {

// The controller answers who may describe the cluster, wherever the request came in. `quorum` is what the
// leader of the metadata quorum knows, or the error of a node that does not lead. Views into `request` and
// `voters`, of whom it is told where they are reached.
protocol::DescribeQuorumResponse describe_quorum(const protocol::DescribeQuorumRequest& request,
                                                 const Access& access,
                                                 const protocol::Outcome<raft::QuorumDescription>& quorum,
                                                 const Clock& clock, const std::vector<raft::Voter>& voters);

}  // namespace klamm::broker
