// Opening a log: what is in its directory, in which state a crash left it, and the repair (kafka-facts 4.3).
//
// Segments below the recovery point were synced and are believed. From the segment of the recovery point on,
// everything is read batch by batch, and the log ends before the first one that is damaged, does not continue
// where the one before it ended, or (in a log that is compacted, where offsets may be missing) goes back.
// Indexes, producers and epochs of what was read are made anew. After a clean shutdown nothing is read but
// the ends of files.
#pragma once

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
  // The index of the first candidate that has to be read; candidates_.size() when none.
  size_t first_to_read() const;
  // Whether the last segment's indexes speak of offsets that are in it. What is appended goes behind them.
  DiskResult<bool> clean_end_fits();
  DiskResult<> load_epochs();
  DiskResult<> read_segments(size_t first);
  // Reads a segment and adds it to the log. False when it ends before its file does.
  DiskResult<bool> read_segment(const Candidate& candidate);
  DiskResult<bool> accept(Segment& segment, BatchReader& reader, const BatchAt& batch);
  DiskResult<> drop_candidates_from(size_t index);
  DiskResult<> settle();
  DiskResult<> settle_epochs();
  DiskResult<> read_epochs(Offset from, std::optional<EpochStart> known, LeaderEpochs& found);
  DiskResult<> settle_producers();

  Log& log_;
  const OpenHints hints_;
  const int64_t now_ms_;
  std::set<std::string> names_;
  std::vector<Candidate> candidates_;
  std::string epochs_on_disk_;
  bool has_read_ = false;
  Offset first_read_;
};

}  // namespace klamm::storage
