// How a partition's replicas come together: what a leader gives to its followers and hears of them, and what
// a follower does with its log.
#include <algorithm>
#include <string>
#include <utility>

#include "base/logging.h"
#include "broker/replica/isr_lines.h"
#include "broker/replica/partition.h"
#include "protocol/record_batch.h"

namespace klamm::broker {
namespace {

constexpr int kStaleReadsMax = 8;

}  // namespace

// ---- The leader

ReadResult Partition::read_for_follower(const ReadRequest& request, FollowerFetch fetch) {
  ReadResult result{.error = ErrorCode::kOffsetNotAvailable};
  State read_in;
  for (int attempt = 0; attempt < kStaleReadsMax && result.error == ErrorCode::kOffsetNotAvailable;
       ++attempt) {
    {
      absl::ReaderMutexLock lock(&mutex_);
      ErrorCode refusal = check_leader_locked(request.current_leader_epoch);
      if (refusal == ErrorCode::kNone)
        refusal = term_->check_replica(fetch.replica, fetch.names_leader_epoch);
      if (refusal != ErrorCode::kNone) return {.error = refusal};
    }
    read_in = state();
    fetch.time_ms = uses_.clock.monotonic_ms();
    result = read_from(read_in, request, read_in.end);
  }
  if (result.error == ErrorCode::kOffsetNotAvailable) result.error = ErrorCode::kKafkaStorageError;
  if (result.error != ErrorCode::kNone || result.diverging || result.exams_seen) return result;
  hold_back(fetch.replica, result);
  fetch.given = result.size() > 0;
  fetch.leader_epoch = read_in.leader_epoch;
  fetch.leader_end = read_in.end.offset;
  fetch.position = result.begin;
  Completions completions;
  bool is_suspect = false;
  {
    absl::MutexLock lock(&mutex_);
    const ErrorCode refusal = check_leader_locked(request.current_leader_epoch);
    if (refusal != ErrorCode::kNone) return {.error = refusal};
    auto moves = term_->on_fetch(fetch);
    if (!moves) return {.error = moves.error()};
    is_suspect = term_->find(fetch.replica)->progress.asks_in_vain();
    take(*std::move(moves), completions);
    result.high_watermark = high_watermark_.offset;
  }
  completions.run();
  if (is_suspect) suspect(read_in, fetch.position.segment_base);
  return result;
}

ReadResult Partition::read_to_end(const ReadRequest& request, NodeId follower) const {
  if (ErrorCode refusal = check_leader(request.current_leader_epoch); refusal != ErrorCode::kNone) {
    return {.error = refusal};
  }
  for (int attempt = 0; attempt < kStaleReadsMax; ++attempt) {
    const State now = state();
    ReadResult result = read_from(now, request, now.end);
    if (result.error == ErrorCode::kOffsetNotAvailable) continue;
    hold_back(follower, result);
    return result;
  }
  return {.error = ErrorCode::kKafkaStorageError};
}

void Partition::throttle(bool as_leader, bool as_follower) {
  throttled_as_leader_ = as_leader;
  throttled_as_follower_ = as_follower;
}

void Partition::on_given(int64_t bytes) {
  if (throttled_as_leader_ && uses_.quotas != nullptr) uses_.quotas->leader.add(bytes);
}

int64_t Partition::fetch_delay_ms() const {
  return throttled_as_follower_ && uses_.quotas != nullptr ? uses_.quotas->follower.wait_ms() : 0;
}

// As if there were nothing to give: the follower's next fetch asks again in its turn. It is noted how far it
// has come.
void Partition::hold_back(NodeId follower, ReadResult& result) const {
  if (result.size() == 0 || !throttled_as_leader_ || uses_.quotas == nullptr) return;
  if (uses_.quotas->leader.wait_ms() == 0) return;
  {
    absl::ReaderMutexLock lock(&mutex_);
    const LeaderTerm::Follower* known = leads() ? term_->find(follower) : nullptr;
    if (known == nullptr || known->in_isr) return;
  }
  result.slice.reset();
  result.reach = {0, result.reach.limit_segment, result.reach.limit_segment, false};
}

std::vector<Partition::Reader> Partition::readers_at(Offset offset) const {
  std::vector<Reader> readers;
  absl::ReaderMutexLock lock(&mutex_);
  if (!leads()) return readers;
  const int64_t now_ms = uses_.clock.monotonic_ms();
  for (const LeaderTerm::Follower& follower : term_->followers()) {
    const FollowerProgress& progress = follower.progress;
    const bool has_offset = progress.end() >= offset && progress.log_start() <= offset;
    if (follower.in_isr && has_offset)
      readers.push_back({progress.id(), progress.end(), now_ms - progress.last_caught_up_ms()});
  }
  return readers;
}

Outcome<Offset> Partition::low_watermark_locked() const {
  if (const ErrorCode refusal = check_leader_locked(std::nullopt); refusal != ErrorCode::kNone)
    return Error{refusal};
  return term_->low_watermark(view_->start());
}

Outcome<Offset> Partition::low_watermark() const {
  absl::ReaderMutexLock lock(&mutex_);
  return low_watermark_locked();
}

void Partition::listen_for_deletion(Offset seen, std::weak_ptr<DataListener> listener) {
  std::shared_ptr<DataListener> now = listener.lock();
  if (now == nullptr) return;
  {
    absl::MutexLock lock(&mutex_);
    const auto low = low_watermark_locked();
    if (low && *low == seen) {
      deletions_listening_[now.get()] = std::move(listener);
      return;
    }
  }
  now->on_data();
}

void Partition::check_followers() {
  Completions completions;
  std::string line;
  {
    absl::MutexLock lock(&mutex_);
    // While it is damaged it may not become the only one in sync: the others have what it lacks.
    if (!leads() || damage_) return;
    const int64_t now_ms = uses_.clock.monotonic_ms();
    Moves moves = term_->tick(now_ms);
    if (moves.proposal) line = shrinking_line(*term_, *moves.proposal, now_ms);
    take(std::move(moves), completions);
  }
  tell_of_isr(line);
  completions.run();
}

void Partition::tell_of_isr(const std::string& line) const {
  if (line.empty()) return;
  LOG_INFO_LIMITED("[Partition {}-{} broker={}] {}", id_.topic, id_.partition, self_.value, line);
}

void Partition::on_isr_answer(const IsrProposal& proposal, const Outcome<CommittedIsr>& answer) {
  Completions completions;
  std::string line;
  {
    absl::MutexLock lock(&mutex_);
    if (!leads()) return;
    Moves moves = term_->on_answer(proposal, answer, uses_.clock.monotonic_ms());
    line = answer_line(*term_, proposal, answer, moves);
    take(std::move(moves), completions);
    assignment_.partition_epoch = std::max(assignment_.partition_epoch, term_->partition_epoch());
  }
  tell_of_isr(line);
  completions.run();
}

// ---- The follower

void Partition::follow(LogWork work, absl::AnyInvocable<void(const LogReport&)> done) {
  {
    absl::MutexLock lock(&mutex_);
    followed_.push_back({std::move(work), std::move(done)});
    if (writing_ || claims_ > 0) return;
    writing_ = true;
  }
  drain();
}

std::optional<Partition::Following> Partition::take_followed() {
  absl::MutexLock lock(&mutex_);
  if (followed_.empty() || claims_ > 0) return std::nullopt;
  std::optional<Following> next(std::move(followed_.front()));
  followed_.erase(followed_.begin());
  return next;
}

// With the token held; false when it was handed to the thread that flushes. Appends wait meanwhile, which are
// refused anyway while this replica follows.
bool Partition::do_followed() {
  while (auto next = take_followed()) {
    const LogOutcome outcome = do_work(next->work);
    const bool must_flush =
        outcome == LogOutcome::kDone && next->work.append && log_->unflushed_records() >= flush_records();
    if (must_flush) {
      // flush.messages: a leader counts as here what the next fetch begins behind.
      uses_.flushers.run([self = shared_from_this(), next = std::move(*next)]() mutable {
        const int64_t begun_us = self->uses_.clock.monotonic_us();
        const storage::DiskResult<> flushed = self->log_->flush();
        if (self->uses_.stats != nullptr)
          self->uses_.stats->flushes_us.add(self->uses_.clock.monotonic_us() - begun_us);
        LogOutcome ended = LogOutcome::kDone;
        if (!flushed) {
          self->withheld_ = true;
          self->fail(flushed.error());
          ended = self->log_->is_failed() ? LogOutcome::kFailed : LogOutcome::kFull;
        }
        self->end_followed(next, ended);
        self->drain();
      });
      return false;
    }
    end_followed(*next, outcome);
  }
  return true;
}

int64_t Partition::flush_records() const {
  absl::ReaderMutexLock lock(&mutex_);
  return config_->flush_ms == 0 ? 1 : config_->flush_messages;
}

void Partition::end_followed(Following& following, LogOutcome outcome) {
  Completions completions;
  bool has_unwritten_cut = false;
  {
    absl::MutexLock lock(&mutex_);
    if (outcome != LogOutcome::kOver) publish_followed(following.work, completions);
    has_unwritten_cut = cuts_ != cuts_written_;
  }
  completions.run();
  following.done({.partition = following.work.partition,
                  .ticket = following.work.ticket,
                  .outcome = outcome,
                  .log = followed(),
                  .has_unwritten_cut = has_unwritten_cut});
}

LogOutcome Partition::do_work(const LogWork& work) {
  {
    absl::ReaderMutexLock lock(&mutex_);
    if (failed_) return LogOutcome::kFailed;
    const bool is_over = stopped_ || leads() || damage_ || assignment_.leader_epoch != work.leader_epoch;
    if (is_over) return LogOutcome::kOver;
  }
  const storage::DiskResult<> flushed = withheld_ ? log_->flush() : storage::DiskResult<>();
  withheld_ = !flushed.ok();
  const Offset end = work.restart_at.value_or(log_->end().offset);
  if (flushed && work.append && work.append->base < end) return LogOutcome::kRefused;
  const storage::DiskResult<> applied = flushed ? apply(work) : flushed;
  if (applied) return LogOutcome::kDone;
  fail(applied.error());
  return log_->is_failed() ? LogOutcome::kFailed : LogOutcome::kFull;
}

storage::DiskResult<> Partition::apply(const LogWork& work) {
  const int64_t now_ms = uses_.clock.wall_ms();
  if (work.restart_at) {
    if (auto done = log_->truncate_fully_and_start_at(*work.restart_at, now_ms); !done) return done;
  }
  if (work.truncate_to) {
    if (auto done = log_->truncate_to(*work.truncate_to, now_ms); !done) return done;
  }
  if (work.append) {
    round_.batches.clear();
    protocol::BatchCursor batches(work.append->content.bytes);
    while (auto batch = batches.next()) round_.batches.push_back(batch->bytes());
    storage::AppendResult written = log_->append(round_.batches, now_ms);
    round_.batches.clear();
    round_.rolled |= written.rolled;
    if (written.failure) return Error{*written.failure};
    uses_.shortage.on_written();
    if (throttled_as_follower_ && uses_.quotas != nullptr)
      uses_.quotas->follower.add(static_cast<int64_t>(work.append->content.bytes.size()));
    if (uses_.stats != nullptr) {
      uses_.stats->topics.all().add(metrics::TopicCounter::kReplicationBytesIn,
                                    static_cast<int64_t>(work.append->content.bytes.size()));
    }
  }
  if (work.high_watermark && !log_->producers().unstable().empty())
    log_->on_high_watermark(std::min(*work.high_watermark, log_->end().offset));
  if (work.log_start) {
    auto moved = log_->advance_start(std::min(*work.log_start, log_->end().offset));
    if (!moved) return Error{moved.error()};
  }
  return {};
}

// What is committed is what the leader says, as far as it is here.
void Partition::publish_followed(const LogWork& work, Completions& completions) {
  rolled_ |= std::exchange(round_.rolled, false);
  view_ = log_->view();
  recovery_point_ = log_->recovery_point();
  if (work.restart_at || work.truncate_to) ++cuts_;
  forget_damage_that_left(completions);
  // What a flush has yet to succeed for does not count as here.
  if (!withheld_) end_ = log_->end();
  const Offset before = high_watermark_.offset;
  told_high_watermark_ = work.told_high_watermark.value_or(told_high_watermark_);
  Offset committed = work.high_watermark.value_or(before);
  if (work.restart_at) committed = std::max(committed, *work.restart_at);
  committed = std::max(std::min(committed, end_.offset), view_->start());
  if (committed == end_.offset) {
    high_watermark_ = end_;
  } else if (committed != before || work.restart_at || work.truncate_to) {
    high_watermark_ = {committed};  // where it lay may be gone
  }
  if (committed != before) completions.add(listeners_);
}

FollowedLog Partition::followed() const {
  absl::ReaderMutexLock lock(&mutex_);
  const auto latest = view_->epochs().latest();
  return {.start = view_->start(),
          .end = end_.offset,
          .high_watermark = high_watermark_.offset,
          .last_epoch = latest ? latest->epoch : kNoEpoch};
}

uint64_t Partition::cuts() const {
  absl::ReaderMutexLock lock(&mutex_);
  return cuts_;
}

void Partition::on_cuts_written(uint64_t cuts) {
  absl::MutexLock lock(&mutex_);
  cuts_written_ = std::max(cuts_written_, cuts);
}

storage::EpochEnd Partition::epoch_end(Epoch epoch) const {
  absl::ReaderMutexLock lock(&mutex_);
  return view_->epoch_end_offset(epoch, end_.offset);
}

}  // namespace klamm::broker
