// AlterPartition versions 2-3 (KIP-497, KIP-841, KIP-903, KIP-966): a leader says who is in sync with it, and
// that it has recovered from an unclean election.
//
// Otherwise than Apache Kafka: a leader recovery state that does not exist is the partition's
// INVALID_REQUEST, not the request's UNKNOWN_SERVER_ERROR; and of two entries for one partition the second
// finds what the first has made of it, INVALID_UPDATE_VERSION, where Kafka would write both.
#pragma once

#include "broker/controller/decided.h"
#include "protocol/messages/alter_partition_request.h"
#include "protocol/messages/alter_partition_response.h"

namespace klamm::broker {

Decided<protocol::AlterPartitionResponse> decide_alter_partition(
    const ControllerView& view, const protocol::AlterPartitionRequest& request, int16_t version);

}  // namespace klamm::broker
