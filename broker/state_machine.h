// The one shape of everything that is replicated: decide, append, apply, answer when committed.
//
// A decide function is const: from the pending state and a request it gives a Decision. StateMachineHost
// appends the records, applies them to the pending state as soon as they are appended, so that the next
// decision sees them, and keeps the answer back until the log has committed them. The controller uses it over
// the metadata log, whose append ends before it returns; coordinators use it over a partition's log, where it
// may end later: until then nothing else may be decided. Only a lost leadership drops the pending state.
#pragma once

#include <absl/functional/any_invocable.h>

#include <algorithm>
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
#include "protocol/string_limit.h"

namespace klamm::broker {

// Strings that a response's views point into, for as long as the response is being encoded. What is too long
// for the wire is cut: messages quote what clients sent.
class Texts {
 public:
  std::string_view keep(std::string text) {
    text.resize(protocol::cut(text).size());
    return kept_.emplace_back(std::move(text));
  }

 private:
  std::deque<std::string> kept_;
};

template <class Record>
struct BasicDecision {
  // In order. They commit together or not at all when `atomic`.
  std::vector<Record> records;
  bool atomic = true;
};

// The log below a host: the metadata quorum, or a partition.
template <class Record>
class ReplicatedLog {
 public:
  // Given the offset behind the last record; or NOT_CONTROLLER or NOT_COORDINATOR when this node does not
  // lead, or another code, and nothing was appended then.
  using Appended = absl::AnyInvocable<void(protocol::Outcome<Offset>)>;

  virtual ~ReplicatedLog() = default;
  // Appends as the leader. `appended` is called once, before the call returns or later, where the host may be
  // called too; the records live until then.
  virtual void append(const std::vector<Record>& records, bool atomic, Appended appended) = 0;
};

// kNone: what was decided is committed. Otherwise it may or may not come to be, and the code says what to
// tell.
using Answer = absl::AnyInvocable<void(protocol::ErrorCode)>;

// State: a copyable value with `void apply(const Record&)` (for Bytes, `void apply(ByteView)` will do); or
// with `void apply(const Record&, Offset)`, where the log puts nothing between and behind the records of an
// append.
template <class State, class Record = Bytes>
class StateMachineHost {
 public:
  static constexpr int64_t kNoDeadline = INT64_MAX;

  explicit StateMachineHost(ReplicatedLog<Record>& log) : log_(log) {}

  bool leads() const { return pending_.has_value(); }
  const State& pending() const { return *pending_; }

  // This node leads, and `state` is all of the log up to the start of its epoch, which is committed.
  void lead(State state, Offset committed) { lead(std::move(state), committed, committed); }
  // The same, where what lies before the epoch is committed only up to an offset below its end.
  void lead(State state, Offset appended, Offset committed) {
    CHECK(!leads());
    CHECK(committed <= appended);
    pending_ = std::move(state);
    appended_ = appended;
    committed_ = logged_ = committed;
    ++term_;
  }

  // Leadership is lost: the pending state with it, and nobody knows what will become of what waits. An append
  // that is open is answered with the code when it ends.
  void resign(protocol::ErrorCode code) {
    pending_.reset();
    resigned_with_ = code;
    std::deque<Parked> early = std::exchange(parked_early_, {});
    std::deque<Parked> parked = std::exchange(parked_, {});
    for (Parked& waiting : early) waiting.answer(code);
    for (Parked& waiting : parked) waiting.answer(code);
  }

  // An append has not ended yet: nothing may be decided, for the pending state lacks what it will bring.
  bool is_appending() const { return appending_.has_value(); }

  // Only while leads(), and not while is_appending(). A decision without records is answered when everything
  // it may have seen is committed. An answer that has a deadline may be given by expire() instead; deadlines
  // never fall from call to call. `after` is what the records make of the pending state, where that is known:
  // they are not applied then.
  void perform(BasicDecision<Record> decision, Answer answer, int64_t deadline_ms = kNoDeadline,
               std::optional<State> after = std::nullopt) {
    perform(std::move(decision), std::move(answer), deadline_ms, std::move(after), false);
  }
  // The same for whoever need not find the consequences on this node: answered as soon as the log is
  // committed.
  void perform_early(BasicDecision<Record> decision, Answer answer,
                     std::optional<State> after = std::nullopt) {
    perform(std::move(decision), std::move(answer), kNoDeadline, std::move(after), true);
  }

  // The log is committed, and its consequences on this node are visible, up to `end`.
  void on_committed(Offset end) {
    if (end <= committed_) return;
    committed_ = end;
    on_logged(end);
    while (!parked_.empty() && parked_.front().offset <= end) answer_first(protocol::ErrorCode::kNone);
  }
  // The log is committed up to `end`, whatever this node has made of it yet.
  void on_logged(Offset end) {
    logged_ = std::max(logged_, end);
    while (!parked_early_.empty() && parked_early_.front().offset <= logged_) {
      Answer answer = std::move(parked_early_.front().answer);
      parked_early_.pop_front();
      answer(protocol::ErrorCode::kNone);
    }
  }

  // The deadline of the answer that has waited longest.
  int64_t next_deadline_ms() const { return parked_.empty() ? kNoDeadline : parked_.front().deadline_ms; }
  // Answers with the code what should have been committed by now. It may still come to be.
  void expire(int64_t now_ms, protocol::ErrorCode code) {
    while (next_deadline_ms() <= now_ms) answer_first(code);
  }

 private:
  struct Parked {
    Offset offset;  // answered when the log is committed up to here; never falls along the queue
    Answer answer;
    int64_t deadline_ms;
  };
  struct Appending {
    Appending(std::vector<Record> records, Answer answer, int64_t deadline_ms, std::optional<State> after,
              bool early, uint64_t term)
        : records(std::move(records)),
          answer(std::move(answer)),
          deadline_ms(deadline_ms),
          after(std::move(after)),
          early(early),
          term(term) {}
    std::vector<Record> records;
    Answer answer;
    int64_t deadline_ms;
    std::optional<State> after;
    bool early;
    uint64_t term;
  };

  void perform(BasicDecision<Record> decision, Answer answer, int64_t deadline_ms, std::optional<State> after,
               bool early) {
    CHECK(leads());
    CHECK(!is_appending());
    if (decision.records.empty()) return park(std::move(answer), deadline_ms, early);
    appending_.emplace(std::move(decision.records), std::move(answer), deadline_ms, std::move(after), early,
                       term_);
    log_.append(appending_->records, decision.atomic,
                [this](const protocol::Outcome<Offset>& end) { on_appended(end); });
  }
  void on_appended(const protocol::Outcome<Offset>& end) {
    Appending ended = std::move(*appending_);
    appending_.reset();
    if (!end) return ended.answer(end.error());
    // The log may have learned, while it appended, that this node no longer leads.
    if (!leads() || ended.term != term_) return ended.answer(resigned_with_);
    CHECK(*end > appended_);
    appended_ = *end;
    if (ended.after) {
      pending_ = std::move(ended.after);
    } else {
      apply(ended.records);
    }
    park(std::move(ended.answer), ended.deadline_ms, ended.early);
  }
  void apply(const std::vector<Record>& records) {
    Offset offset = appended_ - static_cast<int64_t>(records.size());
    for (const Record& record : records) {
      if constexpr (requires { pending_->apply(record, offset); }) {
        pending_->apply(record, offset);
        offset = offset + 1;
      } else {
        pending_->apply(record);
      }
    }
  }
  void park(Answer answer, int64_t deadline_ms, bool early) {
    if (appended_ <= (early ? logged_ : committed_)) return answer(protocol::ErrorCode::kNone);
    (early ? parked_early_ : parked_).push_back({appended_, std::move(answer), deadline_ms});
  }
  void answer_first(protocol::ErrorCode code) {
    Answer answer = std::move(parked_.front().answer);
    parked_.pop_front();
    answer(code);
  }

  ReplicatedLog<Record>& log_;
  std::optional<State> pending_;
  protocol::ErrorCode resigned_with_ = protocol::ErrorCode::kNone;
  uint64_t term_ = 0;  // how often this host has led
  Offset appended_;
  Offset committed_;
  Offset logged_;  // not below committed_
  std::optional<Appending> appending_;
  std::deque<Parked> parked_;
  std::deque<Parked> parked_early_;
};

}  // namespace klamm::broker
