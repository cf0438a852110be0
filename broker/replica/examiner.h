// Examiner: has segments examined that somebody waits for, on the disk workers: few at a time, and each in
// pieces, so that neither cold reads nor images wait behind gigabytes of them.
#pragma once

#include <absl/base/thread_annotations.h>
#include <absl/synchronization/mutex.h>

#include <deque>
#include <memory>
#include <set>

#include "broker/loop.h"
#include "broker/replica/partition.h"

namespace klamm::broker {

class Examiner {
 public:
  static constexpr int kAtOnceMax = 2;
  static constexpr uint32_t kPieceBytes = 4 << 20;

  // `workers` outlives the exams.
  explicit Examiner(Workers& workers) : state_(std::make_shared<State>(workers)) {}

  // From any thread, unlocked. What is being examined, or is about to be, is not examined twice for that.
  void examine(std::shared_ptr<Partition> partition, storage::SegmentExam exam);

 private:
  struct Wanted {
    std::shared_ptr<Partition> partition;
    storage::SegmentExam exam;
  };
  struct State {
    explicit State(Workers& workers) : workers(workers) {}
    Workers& workers;
    absl::Mutex mutex;
    std::deque<std::unique_ptr<Wanted>> waiting ABSL_GUARDED_BY(mutex);
    std::set<const storage::SegmentFiles*> asked ABSL_GUARDED_BY(mutex);
    int running ABSL_GUARDED_BY(mutex) = 0;
  };
  static void begin_next(const std::shared_ptr<State>& state);
  static void go_on(const std::shared_ptr<State>& state, std::unique_ptr<Wanted> wanted);

  const std::shared_ptr<State> state_;
};

}  // namespace klamm::broker
