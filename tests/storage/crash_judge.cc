// What must hold of a log after a power cut.
#include <fmt/format.h>

#include <algorithm>

#include "tests/storage/crash_run.h"

namespace klamm::storage {
namespace {

ProducerState replay(const auto& history, Offset origin) {
  ProducerState state;
  state.set_end(origin);
  for (const auto& batch : history) {
    const auto marker = batch.header.is_control() ? decode_txn_marker(batch.bytes) : std::nullopt;
    state.apply(batch.header, marker, {batch.header.base_offset});
  }
  return state;
}

std::string text_of(const std::vector<AbortedTxn>& txns) {
  std::string text;
  for (const AbortedTxn& txn : txns) {
    text += fmt::format("{}:{}-{}<{} ", txn.producer_id, txn.first_offset.value, txn.last_offset.value,
                        txn.last_stable_offset.value);
  }
  return text;
}

}  // namespace

std::optional<std::string> CrashRun::judge() {
  const Offset end = log_->end().offset;
  if (may_be_anything_) {
    // Cut short in the middle of starting anew: what is left of the old log, or the new one, or nothing.
    may_be_anything_ = false;
    promised_ = Offset{0};
    live_start_ = std::max(live_start_, end);
    if (end == restart_target_ && log_->start() == end) {
      history_.clear();
      origin_ = end;
    }
  }
  // A start that was ahead of what was flushed outlives the records below it: the log begins there, knowing
  // nobody.
  const bool is_empty = log_->view()->size_bytes() == 0 && log_->view()->local_start() == end;
  if (is_empty && end == hints_.log_start && end > promised_ && log_->producers().producers().empty()) {
    history_.clear();
    origin_ = end;
  }
  if (end < promised_) return fmt::format("ends at {}, but was synced up to {}", end.value, promised_.value);
  if (end > model_end())
    return fmt::format("ends at {}, behind all that was written ({})", end.value, model_end().value);
  if (log_->start() > std::max(live_start_, hints_.log_start))
    return fmt::format("starts at {}, but started at {} before", log_->start().value, live_start_.value);
  forget_from(end);
  if (model_end() != end && !history_.empty()) return fmt::format("ends at {}, inside a batch", end.value);
  promised_ = std::min(promised_, end);
  live_start_ = log_->start();
  for (auto check : {&CrashRun::judge_content, &CrashRun::judge_indexes, &CrashRun::judge_producers,
                     &CrashRun::judge_epochs, &CrashRun::judge_pins}) {
    if (auto wrong = (this->*check)()) return wrong;
  }
  return std::nullopt;
}

std::optional<std::string> CrashRun::judge_content() {
  const auto view = log_->view();
  const LogPosition limit = log_->end();
  const Offset first = view->segments().front()->base();
  if (first > log_->start()) return "the start of the log is not in it";
  auto expected = std::ranges::lower_bound(history_, first, {},
                                           [](const Stored& batch) { return batch.header.base_offset; });
  Offset next = first;
  while (next < limit.offset) {
    auto got = view->read(next, limit, 700, true);
    if (!got.ok()) return "cannot be read: " + got.error().what;
    Bytes bytes(got->slice.size);
    if (bytes.empty()) return fmt::format("has nothing at {}", next.value);
    if (!got->slice.file->file().read_at(got->slice.position, bytes).ok())
      return "has a slice that cannot be read";
    for (ByteView rest = bytes; expected != history_.end() && rest.size() >= expected->bytes.size();
         ++expected) {
      if (!same_bytes(rest.first(expected->bytes.size()), expected->bytes))
        return fmt::format("differs at offset {}", next.value);
      rest = rest.subspan(expected->bytes.size());
      next = expected->header.next_offset();
    }
    if (expected == history_.end() && next < limit.offset)
      return fmt::format("goes on behind {}", next.value);
  }
  return std::nullopt;
}

std::optional<std::string> CrashRun::judge_producers() {
  const ProducerState expected = replay(history_, origin_);
  if (expected.to_snapshot() != log_->producers().to_snapshot())
    return fmt::format("at {} its producers are not those that the log tells of", log_->end().offset.value);
  std::vector<AbortedTxn> aborted;
  ProducerState state;
  const Offset first = log_->view()->segments().front()->base();
  for (const Stored& batch : history_) {
    const auto marker = batch.header.is_control() ? decode_txn_marker(batch.bytes) : std::nullopt;
    auto completed = state.apply(batch.header, marker, {batch.header.base_offset});
    if (completed && completed->aborted && completed->last_offset >= first) {
      aborted.push_back({completed->producer_id, completed->first_offset, completed->last_offset,
                         completed->last_stable_offset});
    }
  }
  auto found = log_->view()->aborted_transactions(first, log_->end().offset);
  if (!found.ok()) return "its transaction index cannot be read: " + found.error().what;
  if (*found == aborted) return std::nullopt;
  return "its aborted transactions are " + text_of(*found) + "not " + text_of(aborted);
}

std::optional<std::string> CrashRun::judge_epochs() {
  // Of an empty log nothing need be known: its last epoch ends where it begins.
  if (log_->end().offset == log_->start()) return std::nullopt;
  LeaderEpochs expected;
  for (const Stored& batch : history_) {
    const auto latest = expected.latest();
    if (!latest || batch.header.leader_epoch > latest->epoch)
      expected.assign(batch.header.leader_epoch, batch.header.base_offset);
  }
  expected.truncate_from_start(log_->start());
  if (expected.entries() == log_->epochs().entries()) return std::nullopt;
  return "its epochs are\n" + log_->epochs().to_text() + "not\n" + expected.to_text();
}

std::optional<std::string> CrashRun::judge_indexes() {
  for (const auto& segment : log_->view()->segments()) {
    for (uint32_t i = 0; i < segment->offset_index().count(); ++i) {
      auto entry = segment->offset_index().at(i);
      if (!entry.ok()) return "an index cannot be read: " + entry.error().what;
      auto batch = segment->find(segment->base() + entry->relative_offset, segment->size());
      if (!batch.ok() || !*batch || (*batch)->position != entry->position)
        return fmt::format("an entry of the offset index of {} is wrong", segment->base().value);
    }
    int64_t youngest = -1;
    for (const Stored& stored : history_) {
      const bool is_inside = stored.header.base_offset >= segment->base() &&
                             stored.header.base_offset < segment->next_offset(segment->size()).value();
      if (is_inside) youngest = std::max(youngest, stored.header.max_timestamp);
    }
    auto found = segment->max_timestamp(segment->size());
    if (!found.ok() || found->timestamp != youngest)
      return fmt::format("the time index of {} is wrong", segment->base().value);
  }
  return std::nullopt;
}

std::optional<std::string> CrashRun::judge_pins() {
  for (const Pinned& pinned : pins_) {
    Bytes bytes(pinned.expected.size());
    auto got = pinned.slice.file->file().read_at(pinned.slice.position, bytes);
    if (got.ok() && bytes != pinned.expected) return "bytes that a reader held have changed";
  }
  return std::nullopt;
}

}  // namespace klamm::storage
