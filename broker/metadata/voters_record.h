// The set of voters as the control record of the metadata log and its snapshots says it (KIP-853).
#pragma once

#include <optional>

#include "base/bytes.h"
#include "protocol/messages/voters_record.h"
#include "raft/voters.h"

namespace klamm::broker {

// Views into `voters`.
protocol::VotersRecord voters_record(const raft::Voters& voters);
// Nothing when an id is negative or stands there twice.
std::optional<raft::Voters> voters_of(const protocol::VotersRecord& record);

}  // namespace klamm::broker
