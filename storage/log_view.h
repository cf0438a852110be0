// What readers see of a log: an immutable picture of its segments, epochs and open transactions, which the
// writer replaces and the partition publishes, under its mutex and together with the end of the log.
//
// Every function here may run on any thread while the writer appends. What it may look at of the last segment
// is bounded by a `limit` that was published together with, or after, this view. A DiskError for which
// is_stale() holds means that the writer has replaced a file meanwhile: take the partition's new view and ask
// again.
#pragma once

#include <memory>
#include <optional>
#include <vector>

#include "storage/leader_epochs.h"
#include "storage/log_position.h"
#include "storage/producer_state.h"
#include "storage/segment.h"

namespace klamm::storage {

struct ReadResult {
  FileSlice slice;    // of size 0, and without a file, when there is nothing to read before the limit
  LogPosition start;  // of the first batch, which contains the offset asked for; else the limit
  uint32_t first_batch_size = 0;
  uint32_t readable = 0;  // bytes from `start` to the limit, or to the end of that segment
  // A sealed segment on the way there that nobody has examined: what was found is not to be believed before.
  std::shared_ptr<Segment> unexamined{};
};

// A batch that was looked for: its records decide which offset is the answer.
struct FoundBatch {
  BatchHeader header;
  LogPosition position;
  FileSlice bytes;
};

class LogView {
 public:
  // Where the log starts, and where what is on this disk starts: they differ once segments are tiered.
  Offset start() const { return start_; }
  Offset local_start() const { return local_start_; }
  const LeaderEpochs& epochs() const { return *epochs_; }
  const SegmentList& segments() const { return *segments_; }
  uint64_t size_bytes() const;

  // Bytes from the batch that contains `from` (or the first behind it, where compaction left a gap), up to
  // `max_bytes`, the limit, or the end of that segment. `from` is not below local_start() and not above the
  // log's end: the caller has answered OFFSET_OUT_OF_RANGE. The last batch may be cut; with `at_least_one`
  // the first one is whole.
  DiskResult<ReadResult> read(Offset from, const LogPosition& limit, uint32_t max_bytes,
                              bool at_least_one) const;
  // Where the batch that contains `offset` begins (or the first behind it); the limit when there is none.
  DiskResult<LogPosition> locate(Offset offset, const LogPosition& limit) const;
  // The first batch that reaches start(), and `from`, and has a record at least as young as `timestamp`.
  DiskResult<std::optional<FoundBatch>> find_timestamp(int64_t timestamp, const LogPosition& limit,
                                                       Offset from = {}) const;
  // The first batch that carries the largest timestamp of those that reach start() and `from`; nothing when
  // there are none.
  DiskResult<std::optional<FoundBatch>> find_max_timestamp(const LogPosition& limit, Offset from = {}) const;
  EpochEnd epoch_end_offset(Epoch epoch, Offset log_end) const { return epochs_->end_of(epoch, log_end); }
  // The aborted transactions that a read_committed reader of these bytes, from `from` on, has to know.
  DiskResult<std::vector<AbortedTxn>> aborted_transactions(Offset from, const ReadResult& read,
                                                           const LogPosition& limit) const;
  // Aborted transactions that touch [from, to).
  DiskResult<std::vector<AbortedTxn>> aborted_transactions(Offset from, Offset to) const;
  // The first record that a read_committed reader must not see yet, if it lies below the high watermark.
  std::optional<LogPosition> first_unstable(Offset high_watermark) const;

 private:
  friend class Log;  // which makes views
  struct Found {
    const Segment* segment;
    BatchAt batch;
    uint32_t end;  // of what may be read of that segment
  };
  // The batch that contains `from`, or the first behind it; nothing at the limit.
  DiskResult<std::optional<Found>> find(Offset from, const LogPosition& limit) const;
  // The first that a read of `from` has relied on.
  std::shared_ptr<Segment> unexamined(Offset from, const std::optional<Found>& found) const;
  DiskResult<std::optional<FoundBatch>> pin(const Segment& segment, const BatchAt& batch) const;
  // The offsets in the slice lie below this one.
  DiskResult<Offset> offset_bound(const ReadResult& read, const LogPosition& limit) const;
  static DiskResult<std::optional<BatchAt>> youngest_batch(const Segment& segment, Offset from, uint32_t end);
  // The last segment whose base is not above `offset`, or the first.
  size_t floor_segment(Offset offset) const;
  static uint32_t readable_end(const Segment& segment, const LogPosition& limit);

  Offset start_;
  Offset local_start_;
  std::shared_ptr<const SegmentList> segments_;
  std::shared_ptr<const LeaderEpochs> epochs_;
  std::shared_ptr<const std::vector<UnstableTxn>> unstable_;  // null: none
};

}  // namespace klamm::storage
