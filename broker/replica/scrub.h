// Scrub: goes through all sealed segments of all logs, slowly, so that what a disk has changed is found while
// other replicas have it. The first round, soon after the start, is of what nobody has looked at since; the
// others come every interval and examine everything sealed, whether or not it was found whole before.
//
// What it reads comes from the page cache where it is there: a sector that went bad under a cached page is
// found in a later round.
//
// The metadata log is read whole at each start. Damage in it ends the process: a voter may neither vote nor
// lead on what it does not have any more.
#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <string>

#include "broker/loop.h"
#include "broker/replica/partitions.h"

namespace klamm::broker {

class Scrub {
 public:
  struct Terms {
    int64_t bytes_per_second = 16 << 20;  // klamm.log.scrub.bytes.per.second; 0: there is no scrub
    int64_t interval_ms = 604'800'000;    // klamm.log.scrub.interval.ms
    int64_t first_ms = 5'000;             // from start() on
  };
  static constexpr uint32_t kPieceBytes = 1 << 20;

  // All of it outlives the loop's tasks, and the workers'.
  struct Uses {
    Loop& loop;
    Workers& workers;
    const Partitions& partitions;
    // Of the metadata log; on the loop.
    std::function<std::deque<storage::SegmentExam>(storage::ExamScope)> metadata_exams{};
    std::function<void(const std::string&)> fatal{};
  };

  Scrub(Uses uses, const Terms& terms);

  // From any thread.
  void start();
  void stop();

 private:
  // A round under way: a worker's while it reads a piece, and then the loop's.
  struct Round {
    storage::ExamScope scope;
    std::deque<storage::SegmentExam> metadata;
    std::deque<std::shared_ptr<Partition>> partitions;
    std::deque<storage::SegmentExam> exams;  // of the first of the partitions
    uint64_t bytes = 0;
    size_t segments = 0;
    size_t damages = 0;
    bool is_over() const { return metadata.empty() && partitions.empty(); }
  };

  void begin_round(storage::ExamScope scope);
  void next_piece(std::shared_ptr<Round> round);
  void piece_done(std::shared_ptr<Round> round, uint64_t bytes);
  uint64_t read_piece(Round& round);
  uint64_t examine_metadata(Round& round);
  uint64_t examine(Round& round, uint32_t bytes);
  void call_in(int64_t ms, Task task);

  const Uses uses_;
  const Terms terms_;
  bool stopped_ = false;
};

}  // namespace klamm::broker
