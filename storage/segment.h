// One segment of a log: batches in a row, from a base offset on, with the three indexes that find them.
//
// The writer appends to the last segment of a log; the others are sealed. Readers may use any segment at any
// time: they are told up to which byte they may look, and an append never changes what lies before it.
#pragma once

#include <atomic>
#include <memory>
#include <optional>
#include <span>

#include "storage/batch_reader.h"
#include "storage/offset_index.h"
#include "storage/segment_file.h"
#include "storage/time_index.h"
#include "storage/txn_index.h"

namespace klamm::storage {

// A timestamp, and the last offset of the batch that carries it.
struct TimestampAt {
  int64_t timestamp = -1;
  Offset offset;
};

class Segment {
 public:
  // What is known of the files when a segment object is made.
  struct Content {
    uint32_t size = 0;
    uint32_t offset_entries = 0;
    uint32_t time_entries = 0;
    uint32_t txn_entries = 0;
  };

  Segment(std::shared_ptr<SegmentFiles> files, const Content& content, int64_t now_ms);

  Offset base() const { return files_->base(); }
  uint32_t size() const { return size_.load(std::memory_order_acquire); }
  SegmentFiles& files() const { return *files_; }
  std::shared_ptr<SegmentFiles> shared_files() const { return files_; }

  // Readers, up to byte `end`. The batch that contains `from`, or the first one behind it.
  DiskResult<std::optional<BatchAt>> find(Offset from, uint32_t end) const;
  // The first batch with a record that may be as young as `timestamp`, at or behind offset `from`.
  DiskResult<std::optional<BatchAt>> find_timestamp(int64_t timestamp, Offset from, uint32_t end) const;
  // The largest timestamp of all batches, from the index and the few batches behind its last entry.
  DiskResult<TimestampAt> max_timestamp(uint32_t end) const;
  // The offset behind the last batch, or base() without one.
  DiskResult<Offset> next_offset(uint32_t end) const;
  // An upper bound of the offsets in the `size` bytes at `position`, if the index knows one.
  DiskResult<std::optional<Offset>> offset_bound(uint32_t position, uint32_t size) const;
  const OffsetIndex& offset_index() const { return offset_index_; }
  const TimeIndex& time_index() const { return time_index_; }
  const TxnIndex& txn_index() const { return txn_index_; }

  // The writer's side; see log.h for who that is.
  struct RollRule {
    uint32_t segment_bytes;
    int64_t segment_ms;  // less the jitter
    uint32_t index_bytes;
  };
  // Whether a batch with this header belongs into a new segment.
  DiskResult<bool> must_roll(const BatchHeader& batch, const RollRule& rule, int64_t now_ms);
  // Appends whole batches with one write. After a failure the segment is as before, unless is_broken().
  DiskResult<> append(std::span<const ByteView> batches, std::span<const BatchHeader> headers,
                      uint32_t index_interval_bytes);
  DiskResult<> append_aborted(const AbortedTxn& txn) { return txn_index_.append(*files_, txn); }
  // The index entries of a batch that lies at `position`; append() does it itself, recovery asks for it.
  DiskResult<> index_batch(const BatchHeader& batch, uint32_t position, uint32_t index_interval_bytes);
  // Notes the largest timestamp in the time index and writes the indexes out: at roll and at close.
  DiskResult<> seal();
  DiskResult<> write_indexes();
  // For retention: the largest timestamp, or when this object was made where batches carry none.
  DiskResult<int64_t> age_timestamp();
  // The file holds bytes of a failed append that could not be taken back.
  bool is_broken() const { return broken_; }

 private:
  struct Timestamps;
  DiskResult<> load_timestamps();

  const std::shared_ptr<SegmentFiles> files_;
  std::atomic<uint32_t> size_;
  OffsetIndex offset_index_;
  TimeIndex time_index_;
  TxnIndex txn_index_;

  // The writer's.
  const int64_t created_ms_;
  std::optional<TimestampAt> max_timestamp_;        // not read yet when empty
  std::optional<int64_t> first_batch_timestamp_;    // likewise; -1 counts as none
  uint32_t bytes_since_index_entry_ = 0;
  bool broken_ = false;
};

using SegmentList = std::vector<std::shared_ptr<Segment>>;

}  // namespace klamm::storage
