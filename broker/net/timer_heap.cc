#include "broker/net/timer_heap.h"

#include <utility>

#include "base/check.h"

namespace klamm::broker::net {

TimerId TimerHeap::add(int64_t deadline_ms, Task task) {
  uint32_t slot;
  if (free_slots_.empty()) {
    slot = static_cast<uint32_t>(slots_.size());
    slots_.emplace_back();
  } else {
    slot = free_slots_.back();
    free_slots_.pop_back();
  }
  CHECK(!slots_[slot].used);
  slots_[slot].used = true;
  slots_[slot].task = std::move(task);

  uint32_t index = static_cast<uint32_t>(heap_.size());
  heap_.push_back({});
  place(index, {deadline_ms, next_sequence_++, slot});
  sift_up(index);
  return id_of(slot, slots_[slot].generation);
}

Task TimerHeap::remove(TimerId timer) {
  uint32_t slot = static_cast<uint32_t>(static_cast<uint64_t>(timer));
  uint32_t generation = static_cast<uint32_t>(static_cast<uint64_t>(timer) >> 32);
  if (slot >= slots_.size() || !slots_[slot].used || slots_[slot].generation != generation) return {};
  return take_at(slots_[slot].heap_index);
}

std::optional<int64_t> TimerHeap::next_deadline() const {
  if (heap_.empty()) return std::nullopt;
  return heap_.front().deadline_ms;
}

Task TimerHeap::take_due(int64_t now_ms) {
  if (heap_.empty() || heap_.front().deadline_ms > now_ms) return {};
  return take_at(0);
}

void TimerHeap::place(uint32_t index, Entry entry) {
  heap_[index] = entry;
  slots_[entry.slot].heap_index = index;
}

void TimerHeap::sift_up(uint32_t index) {
  Entry entry = heap_[index];
  while (index > 0) {
    uint32_t parent = (index - 1) / 2;
    if (!entry.before(heap_[parent])) break;
    place(index, heap_[parent]);
    index = parent;
  }
  place(index, entry);
}

void TimerHeap::sift_down(uint32_t index) {
  Entry entry = heap_[index];
  while (true) {
    uint32_t child = 2 * index + 1;
    if (child >= heap_.size()) break;
    if (child + 1 < heap_.size() && heap_[child + 1].before(heap_[child])) ++child;
    if (!heap_[child].before(entry)) break;
    place(index, heap_[child]);
    index = child;
  }
  place(index, entry);
}

Task TimerHeap::take_at(uint32_t index) {
  CHECK(index < heap_.size());
  uint32_t slot = heap_[index].slot;
  Entry last = heap_.back();
  heap_.pop_back();
  if (index < heap_.size()) {
    place(index, last);
    sift_down(index);
    sift_up(slots_[last.slot].heap_index);
  }
  Slot& taken = slots_[slot];
  taken.used = false;
  ++taken.generation;
  free_slots_.push_back(slot);
  return std::move(taken.task);
}

}  // namespace klamm::broker::net
