#include "broker/replica/partition.h"

#include <algorithm>
#include <utility>

#include "base/logging.h"
#include "base/mutants.h"
#include "broker/metadata/topics_image.h"

namespace klamm::broker {
namespace {

PartitionAssignment assignment_of(const PartitionImage& partition) {
  return {partition.leader, partition.leader_epoch, partition.partition_epoch};
}

// How often a read starts over because the writer replaced a file under it.
constexpr int kStaleReadsMax = 8;

}  // namespace

void Partition::Completions::run(Untold* untold) {
  for (auto& call : calls) call();
  for (auto& [address, weak] : listeners) {
    if (untold != nullptr) {
      untold->add(std::move(weak));
    } else if (auto listener = weak.lock()) {
      listener->on_data();
    }
  }
}

void Partition::Completions::add(Listeners& told) {
  if (listeners.empty()) return listeners.swap(told);
  listeners.merge(told);
  told.clear();
}

Partition::Partition(const Uses& uses, TopicPartitionId id, NodeId self, std::unique_ptr<storage::Log> log,
                     const TopicConfig& config, Offset high_watermark)
    : uses_(uses),
      id_(std::move(id)),
      self_(self),
      log_(std::move(log)),
      config_(std::make_shared<const TopicConfig>(config)),
      view_(log_->view()),
      end_(log_->end()),
      recovery_point_(log_->recovery_point()) {
  high_watermark_ = {std::clamp(high_watermark, log_->start(), end_.offset)};
}

void Partition::assign(const PartitionImage& partition, const BrokersImage& brokers) {
  Completions completions;
  {
    absl::MutexLock lock(&mutex_);
    if (partition.partition_epoch < assignment_.partition_epoch) return;
    const bool same_term = leads() && term_->leader_epoch() == partition.leader_epoch;
    if (partition.leader != self_ || same_term) {
      assignment_ = assignment_of(partition);
      if (partition.leader == self_) {
        take(term_->assign(partition, brokers, uses_.clock.monotonic_ms()), completions);
      } else {
        // It cannot say any more what is committed.
        term_.reset();
        release(completions);
      }
    }
  }
  completions.run();
  if (partition.leader == self_) begin_term(partition, brokers);
}

// The epoch is in the log's table before the first record of the term can be, as in Kafka, but costs the
// disk nothing. The term begins while the writer token is still held, so that nothing is written with the old
// epoch behind the new one's start.
void Partition::begin_term(const PartitionImage& partition, const BrokersImage& brokers) {
  {
    absl::ReaderMutexLock lock(&mutex_);
    if (leads() && term_->leader_epoch() >= partition.leader_epoch) return;
  }
  if (end_following(partition) && uses_.write_cuts) uses_.write_cuts();
  Completions completions;
  as_writer([&](storage::Log& log) {
    log.assign_epoch(partition.leader_epoch, log.end().offset);
    absl::MutexLock lock(&mutex_);
    assignment_ = assignment_of(partition);
    LeaderStart start{.self = self_,
                      .lag_time_max_ms = uses_.lag_time_max_ms,
                      .isr_min = static_cast<uint32_t>(config_->insync_replicas_min),
                      .end = withheld_ ? end_ : log.end(),
                      .epoch_start = log.end().offset,
                      .high_watermark = high_watermark_,
                      .now_ms = uses_.clock.monotonic_ms()};
    if (start.high_watermark.offset > start.end.offset) start.high_watermark = start.end;
    end_ = start.end;
    term_.emplace(start, partition, brokers);
    // What an earlier term of this replica still owes: who waits from before, and what is committed by now.
    take({.high_watermark = term_->high_watermark().offset != high_watermark_.offset}, completions);
    return storage::DiskResult<>();
  });
  completions.run();
}

// What an earlier leader's epoch asked for is done, or will not be. Whether the log was cut since the
// checkpoints were written.
bool Partition::end_following(const PartitionImage& partition) {
  {
    absl::MutexLock lock(&mutex_);
    if (leads()) return false;
    assignment_ = assignment_of(partition);
  }
  as_writer([](storage::Log&) { return storage::DiskResult<>(); });
  absl::ReaderMutexLock lock(&mutex_);
  return cuts_ != cuts_written_;
}

void Partition::follow_brokers(const BrokersImage& brokers) {
  Completions completions;
  {
    absl::MutexLock lock(&mutex_);
    if (leads()) take(term_->follow(brokers, uses_.clock.monotonic_ms()), completions);
  }
  completions.run();
}

void Partition::configure(const TopicConfig& config) {
  auto shared = std::make_shared<const TopicConfig>(config);
  Completions completions;
  {
    absl::MutexLock lock(&mutex_);
    config_ = std::move(shared);
    const auto isr_min = static_cast<uint32_t>(config_->insync_replicas_min);
    if (leads()) take(term_->set_isr_min(isr_min, uses_.clock.monotonic_ms()), completions);
  }
  completions.run();
}

// Nobody may wait for a commit that this replica will never see.
void Partition::release(Completions& completions) {
  for (Waiting& waiting : waiting_) {
    completions.calls.push_back(
        [done = std::move(waiting.done)]() mutable { done(ErrorCode::kNotLeaderOrFollower); });
  }
  waiting_.clear();
  completions.add(listeners_);
  completions.add(followers_listening_);
  completions.add(deletions_listening_);
  completions.add(exams_listening_);
}

void Partition::stop() {
  Completions completions;
  {
    absl::MutexLock lock(&mutex_);
    stopped_ = true;
    release(completions);
  }
  completions.run();
}

// What the log's owner wrote becomes what readers see. The view may be ahead of the end: nobody looks behind
// the end, or the high watermark, in it.
void Partition::publish(Completions& completions) {
  view_ = log_->view();
  recovery_point_ = log_->recovery_point();
  forget_damage_that_left(completions);
  withheld_ = withheld_ && log_->unflushed_records() > 0;
  if (withheld_) return;
  if (end_ != log_->end()) completions.add(followers_listening_);
  end_ = log_->end();
  if (leads()) take(term_->on_end(end_, uses_.clock.monotonic_ms()), completions);
}

// What a step of the term has moved.
void Partition::take(Moves moves, Completions& completions) {
  if (stopped_) return;
  count(moves.isr);
  high_watermark_ = term_->high_watermark();
  if (moves.proposal && uses_.propose) {
    completions.calls.push_back([this, self = shared_from_this(), proposal = *std::move(moves.proposal)] {
      uses_.propose({id_.topic_id, id_.partition}, proposal);
    });
  }
  if (moves.low_watermark) completions.add(deletions_listening_);
  if (!moves.high_watermark) return;
  auto reached = std::partition(waiting_.begin(), waiting_.end(), [&](const Waiting& waiting) {
    return !term_->acknowledgement(waiting.end).has_value();
  });
  for (auto it = reached; it != waiting_.end(); ++it) {
    completions.calls.push_back(
        [done = std::move(it->done), code = *term_->acknowledgement(it->end)]() mutable { done(code); });
  }
  waiting_.erase(reached, waiting_.end());
  completions.add(listeners_);
}

ErrorCode Partition::check_leader_locked(std::optional<Epoch> epoch) const {
  if (failed_) return ErrorCode::kKafkaStorageError;
  if (epoch && *epoch < assignment_.leader_epoch) return ErrorCode::kFencedLeaderEpoch;
  if (epoch && *epoch > assignment_.leader_epoch) return ErrorCode::kUnknownLeaderEpoch;
  return leads() && !stopped_ ? ErrorCode::kNone : ErrorCode::kNotLeaderOrFollower;
}

// The same of one that may also follow.
ErrorCode Partition::check_replica(std::optional<Epoch> current_leader_epoch) const {
  absl::ReaderMutexLock lock(&mutex_);
  const ErrorCode code = check_leader_locked(current_leader_epoch);
  const bool follows = !leads() && !stopped_ && assignment_.leader != kNoNode;
  return code == ErrorCode::kNotLeaderOrFollower && follows ? ErrorCode::kNone : code;
}

ErrorCode Partition::check_leader(std::optional<Epoch> current_leader_epoch) const {
  absl::ReaderMutexLock lock(&mutex_);
  return check_leader_locked(current_leader_epoch);
}

Partition::State Partition::state() const {
  absl::ReaderMutexLock lock(&mutex_);
  auto unstable = view_->first_unstable(high_watermark_.offset);
  return {view_,
          end_,
          high_watermark_,
          unstable.value_or(high_watermark_),
          assignment_.leader_epoch,
          leads() && !stopped_,
          damage_,
          exams_};
}

void Partition::count(Moves::Isr change) const {
  using metrics::NodeCounter;
  if (uses_.stats == nullptr) return;
  switch (change) {
    case Moves::Isr::kNothing:
      return;
    case Moves::Isr::kExpanded:
      return uses_.stats->counters.add(NodeCounter::kIsrExpands);
    case Moves::Isr::kShrunk:
      return uses_.stats->counters.add(NodeCounter::kIsrShrinks);
    case Moves::Isr::kFailed:
      return uses_.stats->counters.add(NodeCounter::kFailedIsrUpdates);
  }
}

PartitionSample Partition::sample() const {
  absl::ReaderMutexLock lock(&mutex_);
  const auto unstable = view_->first_unstable(high_watermark_.offset);
  PartitionSample sample{.view = view_,
                         .end = end_.offset,
                         .high_watermark = high_watermark_.offset,
                         .last_stable = unstable.value_or(high_watermark_).offset};
  sample.is_offline = failed_ || damage_ != nullptr;
  sample.leads = leads() && !stopped_;
  if (sample.leads) {
    sample.in_sync = term_->isr().size();
    sample.replicas = term_->replication_factor();
    sample.under_replicated = term_->is_under_replicated();
    sample.under_min_isr = term_->is_under_min_isr();
    sample.at_min_isr = term_->is_at_min_isr();
    sample.is_reassigning = term_->is_reassigning();
  } else if (assignment_.leader != kNoNode && assignment_.leader != self_) {
    sample.lag = std::max<int64_t>(told_high_watermark_ - end_.offset, 0);
  }
  return sample;
}

std::shared_ptr<const TopicConfig> Partition::config() const {
  absl::ReaderMutexLock lock(&mutex_);
  return config_;
}

Partition::Admission Partition::admit(bool all_replicas) const {
  absl::ReaderMutexLock lock(&mutex_);
  ErrorCode refusal = check_leader_locked(std::nullopt);
  if (refusal == ErrorCode::kNone && all_replicas) refusal = term_->check_append();
  return {refusal, config_};
}

ReadResult Partition::read(const ReadRequest& request) const {
  const ErrorCode refusal = request.any_replica ? check_replica(request.current_leader_epoch)
                                                : check_leader(request.current_leader_epoch);
  if (refusal != ErrorCode::kNone) return {.error = refusal};
  for (int attempt = 0; attempt < kStaleReadsMax; ++attempt) {
    const State now = state();
    const storage::LogPosition& committed = request.committed_only ? now.last_stable : now.high_watermark;
    ReadResult result = read_from(now, request, mutant::kReadPastHighWatermark ? now.end : committed);
    if (result.error != ErrorCode::kOffsetNotAvailable) return result;
  }
  return {.error = ErrorCode::kKafkaStorageError};
}

// OFFSET_NOT_AVAILABLE stands for a view that has been replaced, or a segment that was examined meanwhile:
// read again.
ReadResult Partition::read_from(const State& state, const ReadRequest& request,
                                const storage::LogPosition& known_limit) const {
  ReadResult result{.high_watermark = state.high_watermark.offset,
                    .last_stable_offset = state.last_stable.offset,
                    .log_start_offset = state.view->start(),
                    .end = state.end.offset};
  if (!mutant::kDivergenceNotTold && request.last_fetched_epoch) {
    storage::EpochEnd end = state.view->epoch_end_offset(*request.last_fetched_epoch, state.end.offset);
    if (end.end == kNoOffset) {
      result.error = ErrorCode::kOffsetOutOfRange;
      return result;
    }
    // Below the log's start nothing can be compared: that is out of range, as below.
    const bool diverges = end.epoch < *request.last_fetched_epoch || end.end < request.offset;
    if (diverges && request.offset >= state.view->start()) {
      result.diverging = end;
      return result;
    }
  }
  if (request.offset < state.view->start() || request.offset > state.end.offset) {
    result.error = ErrorCode::kOffsetOutOfRange;
    return result;
  }
  if (state.damage && request.offset >= state.damage->where.offset) {
    result.error = damage_error();
    return result;
  }
  const bool is_cut_short = state.damage && state.damage->where.offset < known_limit.offset;
  const storage::LogPosition& limit = is_cut_short ? state.damage->where : known_limit;
  if (request.committed_only) result.aborted.emplace();
  result.reach = {0, limit.segment_base, limit.segment_base, request.offset > limit.offset};
  result.begin = limit;
  if (request.offset >= limit.offset) return result;
  if (!limit.is_located()) {
    // Told by a leader, or left from an earlier term: only its offset is known.
    auto located = state.view->locate(limit.offset, state.end);
    if (located) return read_from(state, request, *located);
    result.error =
        storage::is_stale(located.error()) ? ErrorCode::kOffsetNotAvailable : ErrorCode::kKafkaStorageError;
    return result;
  }
  auto read = state.view->read(request.offset, limit, request.size_max, request.at_least_one);
  if (!read) {
    result.error =
        storage::is_stale(read.error()) ? ErrorCode::kOffsetNotAvailable : ErrorCode::kKafkaStorageError;
    if (!storage::is_stale(read.error())) report(read.error());
    return result;
  }
  // Below damage that is known, its segment was found whole by the exam that found it.
  const bool is_examined =
      !read->unexamined || (state.damage && read->unexamined->base() == state.damage->where.segment_base);
  if (!is_examined && uses_.examine) {
    ask_exam(state, *read->unexamined);
    result.exams_seen = state.exams;
    if (this->state().exams != state.exams) result.error = ErrorCode::kOffsetNotAvailable;
    return result;
  }
  result.begin = read->start;
  result.reach.bytes = read->readable;
  result.reach.segment = read->start.segment_base;
  // A part of a batch behind whole ones is the next fetch's beginning. With nothing before it, it would be
  // taken for a batch too large to be read at all: as in Kafka, nothing is given then.
  if (read->slice.size == 0 || read->slice.size < read->first_batch_size) return result;
  if (request.committed_only) {
    auto aborted = state.view->aborted_transactions(request.offset, *read, limit);
    if (!aborted) {
      result.error = ErrorCode::kKafkaStorageError;
      return result;
    }
    result.aborted = std::move(*aborted);
  }
  result.slice = std::move(read->slice);
  return result;
}

void Partition::when_committed(Offset end, Epoch leader_epoch, absl::AnyInvocable<void(ErrorCode)> done) {
  ErrorCode code;
  {
    absl::MutexLock lock(&mutex_);
    code = check_leader_locked(std::nullopt);
    if (code == ErrorCode::kNone && term_->leader_epoch() != leader_epoch) {
      code = ErrorCode::kNotLeaderOrFollower;
    } else if (code == ErrorCode::kNone) {
      const std::optional<ErrorCode> acknowledged = term_->acknowledgement(end);
      if (!acknowledged) {
        waiting_.push_back({end, std::move(done)});
        return;
      }
      code = *acknowledged;
    }
  }
  done(code);
}

void Partition::listen(Offset seen, std::weak_ptr<DataListener> listener) {
  std::shared_ptr<DataListener> now = listener.lock();
  if (now == nullptr) return;
  {
    absl::MutexLock lock(&mutex_);
    if (!stopped_ && high_watermark_.offset == seen) {
      listeners_[now.get()] = std::move(listener);
      return;
    }
  }
  now->on_data();
}

void Partition::listen_for_end(Offset seen, std::weak_ptr<DataListener> listener) {
  std::shared_ptr<DataListener> now = listener.lock();
  if (now == nullptr) return;
  {
    absl::MutexLock lock(&mutex_);
    if (!stopped_ && leads() && end_.offset == seen) {
      followers_listening_[now.get()] = std::move(listener);
      return;
    }
  }
  now->on_data();
}

void Partition::stop_listening(const DataListener* listener) {
  absl::MutexLock lock(&mutex_);
  listeners_.erase(listener);
  followers_listening_.erase(listener);
  deletions_listening_.erase(listener);
  exams_listening_.erase(listener);
}

void Partition::as_writer(absl::AnyInvocable<storage::DiskResult<>(storage::Log&)> work) {
  // A log that was given up may not be asked for anything.
  if (claim_token()) {
    if (storage::DiskResult<> done = work(*log_); !done) fail(done.error());
  }
  give_token_back();
}

Offset Partition::recovery_point() const {
  absl::ReaderMutexLock lock(&mutex_);
  return recovery_point_;
}

bool Partition::claim_token() {
  absl::MutexLock lock(&mutex_);
  ++claims_;
  auto free = [this]() ABSL_SHARED_LOCKS_REQUIRED(mutex_) { return !writing_; };
  mutex_.Await(absl::Condition(&free));
  --claims_;
  writing_ = true;
  return !failed_;
}

void Partition::give_token_back() {
  Completions completions;
  {
    absl::MutexLock lock(&mutex_);
    publish(completions);
  }
  completions.run();
  drain();
}

bool Partition::take_rolled() {
  absl::MutexLock lock(&mutex_);
  return std::exchange(rolled_, false);
}

std::map<int64_t, storage::ProducerEntry> Partition::producers() {
  std::map<int64_t, storage::ProducerEntry> copy;
  as_writer([&](storage::Log& log) {
    copy = log.producers().producers();
    return storage::DiskResult<>();
  });
  return copy;
}

Outcome<Offset> Partition::delete_records_before(Offset offset) {
  State now = state();
  if (!now.leads) return Error{ErrorCode::kNotLeaderOrFollower};
  Offset start = offset == kNoOffset ? now.high_watermark.offset : offset;
  if (start < Offset{0} || start > now.high_watermark.offset) return Error{ErrorCode::kOffsetOutOfRange};
  bool is_over = false;
  as_writer([&](storage::Log& log) -> storage::DiskResult<> {
    {
      // Much may have happened while others wrote.
      absl::ReaderMutexLock lock(&mutex_);
      is_over = stopped_ || !leads() || term_->leader_epoch() != now.leader_epoch;
      if (is_over) return {};
    }
    auto moved = log.advance_start(start);
    if (!moved) return Error{moved.error()};
    return {};
  });
  if (is_over) return Error{ErrorCode::kNotLeaderOrFollower};
  absl::ReaderMutexLock lock(&mutex_);
  if (failed_) return Error{ErrorCode::kKafkaStorageError};
  return view_->start();
}

// With the token held. A disk that is only full has refused something, and is not broken.
void Partition::fail(const storage::DiskError& error) {
  report(error);
  if (!log_->is_failed()) return;
  {
    absl::MutexLock lock(&mutex_);
    failed_ = true;
  }
  uses_.on_disk_error(error);
}

// Clients try again what there was no room for, and as fast as they can.
void Partition::report(const storage::DiskError& error) const {
  if (is_full(error)) return uses_.shortage.on_refused(error);
  LOG_ERROR("{}-{}: {}", id_.topic, id_.partition, error.what);
}

}  // namespace klamm::broker
