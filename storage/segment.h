// One segment of a log: batches in a row, from a base offset on, with the three indexes that find them.
//
// The writer appends to the last segment of a log; the others are sealed. Readers may use any segment at any
// time: they are told up to which byte they may look, and an append never changes what lies before it.
#pragma once

#include <atomic>
#include <memory>
#include <optional>
#include <span>
#include <vector>

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
  // What the files hold when a segment object is made.
  struct Content {
    uint32_t size = 0;
    uint32_t offset_entries = 0;
    uint32_t time_entries = 0;
    uint32_t txn_entries = 0;
  };

  Segment(std::shared_ptr<SegmentFiles> files, const Content& content, int64_t created_ms);
  // Makes the files of a segment that holds nothing yet; what a crash left under their names is emptied.
  static DiskResult<std::shared_ptr<Segment>> create(std::shared_ptr<SegmentFiles> files, int64_t now_ms);

  Offset base() const { return files_->base(); }
  uint32_t size() const { return size_.load(std::memory_order_acquire); }
  SegmentFiles& files() const { return *files_; }
  std::shared_ptr<SegmentFiles> shared_files() const { return files_; }
  const OffsetIndex& offset_index() const { return offset_index_; }
  const TimeIndex& time_index() const { return time_index_; }
  const TxnIndex& txn_index() const { return txn_index_; }

  // Readers, up to byte `end`. The batch that contains `from`, or the first one behind it. An offset index
  // that leads elsewhere, of which a load looks only at the ends, costs time and hides nothing.
  DiskResult<std::optional<BatchAt>> find(Offset from, uint32_t end) const;
  // Closes the files that no slice pins, and lets go of what was kept of them. Any thread.
  void close_idle_files() const;
  // The first batch that reaches offset `from` and timestamp `timestamp`.
  DiskResult<std::optional<BatchAt>> find_timestamp(int64_t timestamp, Offset from, uint32_t end) const;
  // The first batch that carries the largest timestamp, from the time index and the few batches behind it.
  DiskResult<TimestampAt> max_timestamp(uint32_t end) const;
  // The offset behind the last batch, or base() without one.
  DiskResult<Offset> next_offset(uint32_t end) const;
  // An offset that no record in [position, position + size) reaches, if the index knows one.
  DiskResult<std::optional<Offset>> offset_bound(uint32_t position, uint32_t size) const;

  // The writer's side; see log.h for who that is.
  struct RollRule {
    uint32_t segment_bytes;
    int64_t segment_ms;  // less the jitter
    uint32_t index_bytes;
  };
  // Batches that will go into this segment with the next write.
  struct Pending {
    uint32_t bytes = 0;
    uint32_t batches = 0;
    int64_t first_timestamp = -1;
  };
  // Whether a batch with this header belongs into a new segment: docs/format-log-segment.md.
  DiskResult<bool> must_roll(const BatchHeader& batch, const Pending& pending, const RollRule& rule,
                             int64_t now_ms);
  // Appends whole batches with one write. After a failure the segment is as before, unless is_broken().
  DiskResult<> append(std::span<const ByteView> batches, std::span<const BatchHeader> headers,
                      uint32_t index_interval_bytes);
  DiskResult<> append_aborted(const AbortedTxn& txn) { return txn_index_.append(*files_, txn); }
  // Recovery: counts a batch that is in the file behind what was counted so far, and indexes it.
  DiskResult<> adopt(const BatchHeader& batch, uint32_t index_interval_bytes);
  // Notes the largest timestamp in the time index and writes the indexes out: at roll and at close.
  DiskResult<> seal();
  DiskResult<> write_indexes();
  // The same segment, its indexes no longer in memory; only after seal().
  std::shared_ptr<Segment> sealed() const;
  // A cut at the batch boundary `position`, below which all offsets are below `offset`: what it needs room
  // for is written beside the files, which are retired. After a failure all is as it was.
  struct Cut {
    Content content;  // of the segment when it is cut
    std::shared_ptr<SegmentFile> log;
    bool is_copied = false;  // readers pin the log: they keep it, and a copy of what stays takes its place
  };
  DiskResult<Cut> prepare_cut(Offset offset, uint32_t position);
  // The segment after the cut. What readers of this object hold stays as it is. From a failure there is no
  // way back.
  DiskResult<std::shared_ptr<Segment>> truncated(const Cut& cut, int64_t now_ms);
  // For retention: the largest timestamp, or when this object was made where batches carry none.
  DiskResult<int64_t> age_timestamp();
  // The file holds bytes of a failed append that could not be taken back.
  bool is_broken() const { return broken_; }

 private:
  DiskResult<> load_writer_state();
  // The batch whose first byte this is; nothing where none begins.
  DiskResult<std::optional<BatchAt>> batch_at(uint32_t position, uint32_t end) const;
  void index_batch(const BatchHeader& batch, uint32_t position, uint32_t index_interval_bytes);
  int32_t relative(Offset offset) const { return static_cast<int32_t>(offset - base()); }

  const std::shared_ptr<SegmentFiles> files_;
  std::atomic<uint32_t> size_;
  OffsetIndex offset_index_;
  TimeIndex time_index_;
  TxnIndex txn_index_;
  mutable std::atomic<bool> index_doubted_{false};  // that was said in the log

  // The writer's.
  const int64_t created_ms_;
  std::optional<TimestampAt> max_timestamp_;      // empty: not read from the files yet
  std::optional<int64_t> first_batch_timestamp_;  // likewise, or no batch yet
  uint32_t bytes_since_index_entry_ = 0;
  bool has_writer_state_ = false;  // of what the files say
  bool broken_ = false;
};

using SegmentList = std::vector<std::shared_ptr<Segment>>;

}  // namespace klamm::storage
