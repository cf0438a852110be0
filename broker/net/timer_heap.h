// The timers of one loop: a binary heap that knows where each entry stands, so that cancelling is exact and a
// parked request that was answered early leaves nothing behind. Not thread-safe.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "broker/loop.h"

namespace klamm::broker::net {

class TimerHeap {
 public:
  TimerId add(int64_t deadline_ms, Task task);
  // The task, which will not run; or an empty one when the timer has run or was cancelled.
  Task remove(TimerId timer);
  // The earliest deadline.
  std::optional<int64_t> next_deadline() const;
  // Takes the earliest task whose deadline has come; empty when there is none. Equal deadlines come out in
  // the order in which they went in.
  Task take_due(int64_t now_ms);

  size_t size() const { return heap_.size(); }

 private:
  struct Entry {
    int64_t deadline_ms;
    uint64_t sequence;
    uint32_t slot;

    bool before(const Entry& other) const {
      return deadline_ms != other.deadline_ms ? deadline_ms < other.deadline_ms : sequence < other.sequence;
    }
  };
  // A TimerId is a slot and the generation in which it was used, so that an old id never hits a new timer.
  struct Slot {
    Task task;
    uint32_t heap_index = 0;
    uint32_t generation = 1;
    bool used = false;
  };

  static TimerId id_of(uint32_t slot, uint32_t generation) {
    return static_cast<TimerId>(uint64_t{generation} << 32 | slot);
  }
  void place(uint32_t index, Entry entry);
  void sift_up(uint32_t index);
  void sift_down(uint32_t index);
  Task take_at(uint32_t index);

  std::vector<Entry> heap_;
  std::vector<Slot> slots_;
  std::vector<uint32_t> free_slots_;
  uint64_t next_sequence_ = 0;
};

}  // namespace klamm::broker::net
