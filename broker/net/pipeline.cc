#include "broker/net/pipeline.h"

#include <algorithm>
#include <utility>

#include "base/check.h"

namespace klamm::broker::net {

bool Pipeline::may_begin(bool may_overlap) const { return open_ == 0 || (may_overlap && exclusive_ == 0); }

uint64_t Pipeline::begin(bool may_overlap) {
  CHECK(may_begin(may_overlap));
  slots_.emplace_back().may_overlap = may_overlap;
  ++open_;
  ++exclusive_;
  return first_slot_ + slots_.size() - 1;
}

void Pipeline::allow_next(uint64_t slot) {
  if (slot < first_slot_) return;
  Slot& found = at(slot);
  if (found.is_answered || found.allows_next || !found.may_overlap) return;
  found.allows_next = true;
  --exclusive_;
}

metrics::ReplyMark* Pipeline::mark(uint64_t slot) {
  if (slot < first_slot_) return nullptr;
  Slot& found = at(slot);
  return found.is_answered ? nullptr : &found.response.mark;
}

// What the answer itself has to tell of its kind and its errors goes with what is known of its request.
void Pipeline::answer(uint64_t slot, Response response) {
  Slot& found = at(slot);
  CHECK(!found.is_answered && open_ > 0);
  --open_;
  if (!found.allows_next) --exclusive_;
  found.parked.reset();
  metrics::ReplyMark& mark = found.response.mark;
  mark.kind = response.mark.kind;
  mark.errors = response.mark.errors;
  mark.throttle_ms = response.throttle_ms;
  response.mark = mark;
  found.response = std::move(response);
  found.is_answered = true;
}

void Pipeline::park(uint64_t slot, std::weak_ptr<Parked> parked) {
  Slot& found = at(slot);
  CHECK(!found.is_answered);
  found.parked = std::move(parked);
}

std::vector<std::shared_ptr<Parked>> Pipeline::parked() const {
  std::vector<std::shared_ptr<Parked>> waiting;
  for (const Slot& slot : slots_) {
    if (auto parked = slot.parked.lock()) waiting.push_back(std::move(parked));
  }
  return waiting;
}

std::optional<Response> Pipeline::take_answer() {
  if (slots_.empty() || !slots_.front().is_answered) return std::nullopt;
  std::optional<Response> response = std::move(slots_.front().response);
  slots_.pop_front();
  ++first_slot_;
  taken_us_ = std::max(taken_us_, response->mark.answered_us);
  response->mark.queued_us = taken_us_;
  return response;
}

Pipeline::Slot& Pipeline::at(uint64_t slot) {
  CHECK(slot >= first_slot_ && slot - first_slot_ < slots_.size());
  return slots_[slot - first_slot_];
}

}  // namespace klamm::broker::net
