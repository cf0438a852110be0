// Opening a log: what is in its directory, in which state a crash left it, and the repair.
//
// Segments below the recovery point were synced and are believed. From the segment of the recovery point on,
// everything is read batch by batch, and the log ends before the first one that is damaged, does not continue
// where the one before it ended, or (in a log that is compacted, where offsets may be missing) goes back.
// Indexes, producers and epochs of what was read are made anew. After a clean shutdown nothing is read but
// the ends of files. Whether what lies behind the end may be cut off is for OpenHints::OnDamage to say.
#pragma once

#include <optional>
#include <set>
#include <string>
#include <vector>

#include "storage/log.h"

namespace klamm::storage {

class LogLoader {
 public:
  LogLoader(Log& log, const OpenHints& hints, int64_t now_ms) : log_(log), hints_(hints), now_ms_(now_ms) {}

  DiskResult<> load();

 private:
  // A segment as it was found, before it is believed or read.
  struct Candidate {
    std::shared_ptr<SegmentFiles> files;
    Segment::Content content;
    bool indexes_are_sane = false;

    Offset base() const { return files->base(); }
  };

  DiskResult<> prepare_directory();
  DiskResult<> finish_interrupted_swaps();
  DiskResult<> remove_file(const std::string& name);
  DiskResult<> list_segments();
  DiskResult<> inspect(Candidate& candidate);
  bool is_cancelled() const { return hints_.is_cancelled && hints_.is_cancelled(); }
  // The index of the first candidate that has to be read; candidates_.size() when none.
  size_t first_to_read() const;
  // Whether the last segment's indexes lead to batches, and speak of offsets that are in it. What is appended
  // goes behind them.
  DiskResult<bool> clean_end_fits();
  DiskResult<> load_epochs();
  DiskResult<> read_segments(size_t first);
  // Reads a segment and adds it to the log. False when it ends before its file does.
  DiskResult<bool> read_segment(const Candidate& candidate);
  void note_epoch(const BatchHeader& batch);
  DiskResult<bool> accept(Segment& segment, BatchReader& reader, const BatchAt& batch);
  // The log ends at byte `valid` of a candidate, before its file does, or in front of a candidate that does
  // not continue it: reports what is lost, or is an error where that may not be.
  DiskResult<> judge_damage(size_t index, std::optional<uint32_t> valid);
  DiskResult<> drop_candidates_from(size_t index);
  DiskResult<> settle();
  // Whether the log is as a close would leave it.
  bool is_as_closed() const;
  DiskResult<> settle_epochs();
  DiskResult<> read_epochs(Offset from, std::optional<EpochStart> known, LeaderEpochs& found);
  DiskResult<> settle_producers();

  Log& log_;
  const OpenHints hints_;
  const int64_t now_ms_;
  std::set<std::string> names_;
  std::vector<Candidate> candidates_;
  bool has_read_ = false;
  bool has_removed_ = false;  // a file, whose absence has to be durable
  Offset first_read_;
};

}  // namespace klamm::storage
