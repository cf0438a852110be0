// The one shape of everything that is replicated: decide, append, apply, answer when committed.
//
// A decide function is const: from the pending state and a request it gives a Decision. StateMachineHost
// appends the records, applies them to the pending state at once, so that the next decision sees them, and
// keeps the answer back until the log has committed them. The controller uses it over the metadata log;
// coordinators use it over a partition's log. Only a lost leadership drops the pending state.
#pragma once

#include <absl/functional/any_invocable.h>

#include <deque>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/bytes.h"
#include "base/check.h"
#include "base/types.h"
#include "protocol/errors.h"

namespace klamm::broker {

// Strings that a response's views point into, for as long as the response is being encoded.
class Texts {
 public:
  std::string_view keep(std::string text) { return kept_.emplace_back(std::move(text)); }

 private:
  std::deque<std::string> kept_;
};

struct Decision {
  // Encoded record values, in order. They commit together or not at all when `atomic`.
  std::vector<Bytes> records;
  bool atomic = true;
};

// The log below a host: the metadata quorum, or a partition.
class ReplicatedLog {
 public:
  virtual ~ReplicatedLog() = default;
  // Appends as the leader, and returns the offset behind the last record. NOT_CONTROLLER or NOT_COORDINATOR
  // when this node does not lead; nothing was appended then.
  virtual protocol::Outcome<Offset> append(const std::vector<Bytes>& records, bool atomic) = 0;
};

// kNone: what was decided is committed. Otherwise it may or may not come to be, and the code says what to
// tell.
using Answer = absl::AnyInvocable<void(protocol::ErrorCode)>;

// State: a copyable value with `void apply(ByteView record)`.
template <class State>
class StateMachineHost {
 public:
  explicit StateMachineHost(ReplicatedLog& log) : log_(log) {}

  bool leads() const { return pending_.has_value(); }
  const State& pending() const { return *pending_; }

  // This node leads, and `state` is all of the log up to the start of its epoch, which is committed.
  void lead(State state, Offset committed) {
    CHECK(!leads());
    pending_ = std::move(state);
    appended_ = committed_ = committed;
  }

  // Leadership is lost: the pending state with it, and nobody knows what will become of what waits.
  void resign(protocol::ErrorCode code) {
    pending_.reset();
    resigned_with_ = code;
    std::deque<Parked> parked = std::exchange(parked_, {});
    for (Parked& waiting : parked) waiting.answer(code);
  }

  // Only while leads(). A decision without records is answered when everything it may have seen is committed.
  void perform(const Decision& decision, Answer answer) {
    CHECK(leads());
    if (!decision.records.empty()) {
      protocol::Outcome<Offset> end = log_.append(decision.records, decision.atomic);
      if (!end) return answer(end.error());
      // The log may have learned, while it appended, that this node no longer leads.
      if (!leads()) return answer(resigned_with_);
      CHECK(*end > appended_);
      appended_ = *end;
      for (const Bytes& record : decision.records) pending_->apply(record);
    }
    if (appended_ <= committed_) return answer(protocol::ErrorCode::kNone);
    parked_.push_back({appended_, std::move(answer)});
  }

  // The log is committed, and its consequences on this node are visible, up to `end`.
  void on_committed(Offset end) {
    if (end <= committed_) return;
    committed_ = end;
    while (!parked_.empty() && parked_.front().offset <= end) {
      Answer answer = std::move(parked_.front().answer);
      parked_.pop_front();
      answer(protocol::ErrorCode::kNone);
    }
  }

 private:
  struct Parked {
    Offset offset;  // answered when the log is committed up to here; never falls along the queue
    Answer answer;
  };

  ReplicatedLog& log_;
  std::optional<State> pending_;
  protocol::ErrorCode resigned_with_ = protocol::ErrorCode::kNone;
  Offset appended_;
  Offset committed_;
  std::deque<Parked> parked_;
};

}  // namespace klamm::broker
