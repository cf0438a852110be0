// The records of a Fetch response of the metadata quorum, taken apart into batches for Raft.
#pragma once

#include <vector>

#include "base/result.h"
#include "raft/batch.h"

namespace klamm::broker {

// Every whole batch in `records`, in order; each shares the owner. The last one may be cut off, as a Fetch
// may cut it, and is left out; where not even one is whole, nothing was fetched, and that is an error: a
// leader sends at least one. So is anything that is no batch of magic 2, has a wrong checksum, or has no
// place in a log. Whether the batches continue this node's log is Raft's to say.
Result<std::vector<raft::Batch>, Failure> fetched_batches(const raft::Payload& records);

}  // namespace klamm::broker
