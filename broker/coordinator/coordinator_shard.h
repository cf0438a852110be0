// CoordinatorShard: what one partition of a coordinator's topic holds, as its host sees it: a state machine
// without I/O whose state is the replay of the partition's log, and soft state beside it that a restart
// forgets. Steps run one after the other; what they want written they leave in the Journal that the shard was
// made with.
#pragma once

#include "broker/coordinator_journal.h"

namespace klamm::broker {

class CoordinatorShard {
 public:
  virtual ~CoordinatorShard() = default;

  // What the log holds, while it is loaded, in its order. Records of kinds that are not known are skipped, as
  // on a downgrade. False for a record that cannot be read: a log with such a record is not served.
  virtual bool load(const CoordinatorRecordView& record, Now now) = 0;
  // A transaction marker in the log.
  virtual void end_transaction(int64_t producer_id, bool committed) = 0;
  // All of the log has been loaded: the steps begin.
  virtual void on_loaded(Now now) = 0;

  // What a step of this shard wrote, when it is appended.
  virtual void apply(const CoordinatorRecordView& record) = 0;

  // Called once the deadline has passed; it may have moved later meanwhile.
  virtual void tick(Now now) = 0;
  virtual int64_t next_deadline_ms() const = 0;  // INT64_MAX when there is none

  // This node leads the partition no longer: whoever waits is told so. The shard is not used afterwards.
  virtual void resign() = 0;
};

}  // namespace klamm::broker
