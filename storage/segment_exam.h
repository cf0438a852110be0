// SegmentExam: whether a segment's batches are what was written, asked of each one before it is given out.
//
// Neither a clean start nor sendfile looks at batches, and a disk may have changed any bit since they were
// written. The checksum covers a batch from its attributes on. What stands before it is known from its
// neighbours: a length and a magic that are wrong lead to bytes that are no batch; offsets rise, and stay
// below the next segment's; epochs never go back, and none is above the log's latest. An epoch that has
// become another possible one is not found.
#pragma once

#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "storage/log_view.h"

namespace klamm::storage {

// From here on a log is not to be believed.
struct Damage {
  LogPosition where;  // where the first batch begins that is not whole, and the end of what lies below
  Offset next_base = kNoOffset;  // of the segment behind it, if there is one
  std::string what;              // names the file, the byte and the offset
};

class SegmentExam {
 public:
  struct Bounds {
    uint32_t end = 0;              // bytes that are examined; an append never changes them
    Offset next_base = kNoOffset;  // of the segment behind it
    Epoch latest_epoch = kNoEpoch;
  };

  SegmentExam(std::shared_ptr<Segment> segment, const Bounds& bounds);

  // Reads so many bytes more, and to the end of a batch. True when it is over: the end was reached, or
  // damage. A sector that cannot be read is damage. An error says nothing of the segment: it was replaced,
  // or there is no descriptor for it.
  DiskResult<bool> go_on(uint32_t bytes);
  // Where it is, in bytes of the file.
  uint32_t position() const { return reader_ ? reader_->position() : 0; }
  const std::optional<Damage>& damage() const { return damage_; }
  const Segment& segment() const { return *segment_; }
  const Bounds& bounds() const { return bounds_; }

 private:
  bool is_over() const { return damage_ || position() >= bounds_.end; }
  DiskResult<> examine(const BatchAt& batch);
  void condemn(const LogPosition& where, std::string_view why);
  // An error of a read at `where`.
  DiskResult<> unreadable(DiskError error, const LogPosition& where);

  std::shared_ptr<Segment> segment_;
  Bounds bounds_;
  std::shared_ptr<SegmentFile> file_;  // pinned: its bytes stay what they are
  std::optional<BatchReader> reader_;
  LogPosition end_;       // of what was found whole
  LogPosition previous_;  // where the last batch of that begins
  Epoch epoch_ = kNoEpoch;
  std::optional<Damage> damage_;
};

// Of a segment of the log, which ends at `end`; nothing when it has left the log, or nobody may read it yet.
std::optional<SegmentExam> exam_of(const LogView& log, const LogPosition& end, const SegmentFiles& segment);
// Of the segments that nobody has looked at, or of these and all that are sealed.
enum class ExamScope { kUnexamined, kAllSealed };
std::deque<SegmentExam> exams_of(const LogView& log, const LogPosition& end, ExamScope scope);

}  // namespace klamm::storage
