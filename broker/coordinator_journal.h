// Journal: where the steps of a coordinator's shard leave what they want written.
#pragma once

#include <absl/functional/any_invocable.h>

#include <vector>

#include "broker/coordinator_record.h"
#include "protocol/errors.h"

namespace klamm::broker {

// What time it is: deadlines are monotonic, what is stored in records is wall time.
struct Now {
  int64_t monotonic_ms = 0;
  int64_t wall_ms = 0;
};

class Journal {
 public:
  virtual ~Journal() = default;

  // kNone: committed. Anything else: not written, or not known to be (COORDINATOR_NOT_AVAILABLE when the
  // replicas were not there in time), and the code is what to tell a client (NOT_COORDINATOR,
  // COORDINATOR_NOT_AVAILABLE, ...). In the shard's turn, never during the call of write().
  using Then = absl::AnyInvocable<void(protocol::ErrorCode, Now)>;

  // The records are appended together or not at all, in the order of the calls, once the step is over. Those
  // that are appended are given to the shard's apply() before the next step begins; `then` runs when they are
  // committed. No records: `then` runs when all that this step may have seen is committed.
  virtual void write(std::vector<CoordinatorRecord> records, Then then) = 0;
};

}  // namespace klamm::broker
