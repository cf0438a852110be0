// Pipeline: the open requests of one connection. It says when the next may begin, and brings the answers,
// which come in any order, into the order of the requests.
//
// Requests run one after the other, except that one may begin while all open ones before it have called
// allow_next() and it and they are of a kind that may overlap (the API table says which: Produce).
#pragma once

#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <vector>

#include "broker/request.h"

namespace klamm::broker::net {

class Pipeline {
 public:
  bool may_begin(bool may_overlap) const;
  // Gives the slot of the new request.
  uint64_t begin(bool may_overlap);
  // What is remembered of the request in a slot, for its answer to take along; nullptr once it is answered.
  metrics::ReplyMark* mark(uint64_t slot);
  // Says nothing any more when the answer has overtaken it, which it may: the two can come from two threads.
  void allow_next(uint64_t slot);
  void answer(uint64_t slot, Response response);
  // Who waits to give the answer to an open request; forgotten with the answer.
  void park(uint64_t slot, std::weak_ptr<Parked> parked);
  std::vector<std::shared_ptr<Parked>> parked() const;
  // The next answer in the order of the requests, if it is there.
  std::optional<Response> take_answer();

  // Requests that have begun and whose answer was not taken.
  size_t waiting() const { return slots_.size(); }
  // Requests that have begun and were not answered.
  size_t open() const { return open_; }

 private:
  struct Slot {
    bool may_overlap = false;
    bool allows_next = false;
    bool is_answered = false;
    std::weak_ptr<Parked> parked;
    Response response;  // until it is answered, its mark alone
  };

  Slot& at(uint64_t slot);

  std::deque<Slot> slots_;
  uint64_t first_slot_ = 0;
  size_t open_ = 0;
  int64_t taken_us_ = 0;  // when the last answer could be taken
  // Open requests that have not allowed the next one, or may not overlap.
  size_t exclusive_ = 0;
};

}  // namespace klamm::broker::net
