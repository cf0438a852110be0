// PartitionLog: a coordinator's way into the log of its partition, for one term of the partition's leader.
// What is decided together is one batch.
#pragma once

#include <absl/functional/any_invocable.h>

#include <memory>
#include <vector>

#include "base/clock.h"
#include "broker/coordinator_record.h"
#include "broker/replica/partition.h"
#include "protocol/compression.h"
#include "protocol/record_batch.h"

namespace klamm::broker {

// What a client of a coordinator is told when the log answers a write so.
ErrorCode coordinator_error(ErrorCode of_log);

// Of a coordinator's batch without its compression. What is written is bounded by it as well as what is
// loaded: however well it compresses, a larger batch would keep the partition from being loaded ever again.
inline constexpr size_t kPlainSizeMax = 512 << 20;

class PartitionLog {
 public:
  // `compression` is what the node asks for; the topic's own compression.type goes before it.
  PartitionLog(const Clock& clock, std::shared_ptr<Partition> partition, Epoch leader_epoch,
               protocol::Compression compression)
      : clock_(clock),
        partition_(std::move(partition)),
        leader_epoch_(leader_epoch),
        compression_(compression) {}

  struct Appended {
    ErrorCode error = ErrorCode::kNone;  // as clients of the coordinator are told
    Offset end = kNoOffset;              // behind the last record
    bool committed = false;              // up to `end`
  };
  // The records become one batch, in the term of this log alone. `done` is called once: before the call
  // returns, or later on any thread, when somebody else writes to the log, or a flush is waited for.
  void append(const std::vector<CoordinatorRecord>& records, absl::AnyInvocable<void(const Appended&)> done);

  // The leader's epoch has moved, and the leader is the same.
  void continue_in(Epoch leader_epoch) { leader_epoch_ = leader_epoch; }

  // The largest batch that the topic takes, as compressed.
  size_t batch_size_max() const;
  // What a record adds to a batch without compression, at most; and what a batch begins with.
  static size_t size_of(const CoordinatorRecord& record);
  static constexpr size_t kBatchOverhead = protocol::batch_layout::kRecords;

  Partition& partition() const { return *partition_; }

 private:
  protocol::Compression compression_by(const TopicConfig& topic) const;

  const Clock& clock_;
  const std::shared_ptr<Partition> partition_;
  Epoch leader_epoch_;
  const protocol::Compression compression_;
  protocol::Compressor compressor_;
};

}  // namespace klamm::broker
