// AlterPartitionReassignments versions 0-1 (KIP-455, KIP-860) and ListPartitionReassignments version 0: which
// brokers are to hold a partition, while it is in use.
//
// A reassignment begins with a record that puts those that are wanted in front of those that are to go. The
// new ones fetch; when all of them are in sync, elect() drops those that are removed. Called off, it drops
// those that were added.
//
// Otherwise than Apache Kafka:
// - What is added, in a partition that is moved already, is counted against the replicas from before that
//   move. Kafka counts against those of the moment, and keeps a list of the move before where its own comes
//   out empty: a move that is taken back by a plan of the old replicas never ends there, and one whose plan
//   is all replicas of the moment goes on as it was.
// - Where a way back is an unclean election, it is one to a replica that is there, which has to recover.
//   Kafka puts the first one into the ISR, whether or not it is there.
// - Of two entries for one partition the second finds what the first has made of it.
// - More than 100,000 partitions in a request, and more than 10,000 that change, are POLICY_VIOLATION.
#pragma once

#include "broker/controller/decided.h"
#include "protocol/messages/alter_partition_reassignments_request.h"
#include "protocol/messages/alter_partition_reassignments_response.h"
#include "protocol/messages/list_partition_reassignments_request.h"
#include "protocol/messages/list_partition_reassignments_response.h"

namespace klamm::broker {

Decided<protocol::AlterPartitionReassignmentsResponse> decide_alter_partition_reassignments(
    const ControllerView& view, const protocol::AlterPartitionReassignmentsRequest& request);

// Decides nothing: it is answered when what it tells is committed.
Decided<protocol::ListPartitionReassignmentsResponse> decide_list_partition_reassignments(
    const ControllerView& view, const protocol::ListPartitionReassignmentsRequest& request);

// Every partition that is named, and the whole, answered with the error. `message` lives as long as the
// response.
protocol::AlterPartitionReassignmentsResponse refused(
    const protocol::AlterPartitionReassignmentsRequest& request, ErrorCode code,
    std::optional<std::string_view> message = std::nullopt);
protocol::ListPartitionReassignmentsResponse refused(
    const protocol::ListPartitionReassignmentsRequest& request, ErrorCode code,
    std::optional<std::string_view> message = std::nullopt);

}  // namespace klamm::broker
