// How records get into a partition: the append queue, the writer token, and what acknowledgements wait for.
#include <utility>
#include <variant>

#include "base/check.h"
#include "base/logging.h"
#include "broker/replica/partition.h"

namespace klamm::broker {
namespace {

// Where the leader's two fields stand in a batch (docs/format-record-batch.md).
constexpr size_t kBaseOffsetAt = 0;
constexpr size_t kLeaderEpochAt = 12;

}  // namespace

void Partition::append(PendingAppend append, Untold* untold) {
  {
    absl::MutexLock lock(&mutex_);
    queue_.push_back(std::move(append));
    if (writing_ || claims_ > 0) return;
    writing_ = true;
  }
  drain(untold);
}

// With the token held; gives it back, or hands it to the thread that flushes.
void Partition::drain(Untold* untold) {
  bool has_finished = false;
  for (;;) {
    if (!do_followed()) return;
    {
      absl::MutexLock lock(&mutex_);
      if (!followed_.empty() && claims_ == 0) continue;
      if (queue_.empty() || claims_ > 0) {
        writing_ = false;
        return;
      }
      round_.appends.swap(queue_);
      round_.terms = terms();
    }
    // Others may append for as long as they like: what is written by now is not told behind that.
    if (has_finished && untold != nullptr) untold->tell();
    write();
    if (must_flush()) {
      if (!log_->is_failed()) return flush_elsewhere();
      withhold();
    }
    finish(untold);
    has_finished = true;
  }
}

Partition::Terms Partition::terms() const {
  if (failed_) return {.refusal = ErrorCode::kKafkaStorageError};
  if (stopped_ || !leads()) return {.refusal = ErrorCode::kNotLeaderOrFollower};
  // What stands behind damage is given to nobody: it could be acknowledged, and never read.
  if (damage_) return {.refusal = ErrorCode::kKafkaStorageError};
  return {.epoch = assignment_.leader_epoch,
          .enough_in_sync = term_->check_append() == ErrorCode::kNone,
          .high_watermark = high_watermark_.offset,
          .flush_records = config_->flush_ms == 0 ? 1 : config_->flush_messages};
}

// One write for all of the round that is fresh.
void Partition::write() {
  round_.results.assign(round_.appends.size(), {});
  round_.batches.clear();
  round_.wrote = false;
  storage::ProducerCheck producers(log_->producers());
  Offset next = log_->end().offset;
  for (size_t i = 0; i < round_.appends.size(); ++i) {
    AppendResult& result = round_.results[i];
    result = judge(round_.appends[i], round_.terms, producers, next);
    if (result.error != ErrorCode::kNone || result.base_offset != next) continue;
    next = result.end_offset;
    round_.batches.push_back(round_.appends[i].bytes);
  }
  if (round_.batches.empty()) return;
  // Transactions that are complete and committed hold back the last stable offset no longer.
  if (!log_->producers().unstable().empty()) log_->on_high_watermark(round_.terms.high_watermark);
  storage::AppendResult written = log_->append(round_.batches, uses_.clock.wall_ms());
  round_.rolled |= written.rolled;
  round_.wrote = !written.failure;
  if (!written.failure) return;
  // What did not get there is refused, and so are the duplicates of it in this round.
  for (AppendResult& result : round_.results) {
    bool lost = result.error == ErrorCode::kNone && result.end_offset > log_->end().offset;
    if (lost) result = {.error = ErrorCode::kKafkaStorageError};
  }
  fail(*written.failure);
}

// Also when the terms have changed meanwhile: what was withheld is published by nothing but a flush.
bool Partition::must_flush() const {
  if (round_.terms.refusal != ErrorCode::kNone) return false;
  return withheld_ || log_->unflushed_records() >= round_.terms.flush_records;
}

// The round was to be on the disk, and may not be. Its batches are in the log all the same, so that the retry
// of one is a duplicate: that is not acknowledged either before a flush has succeeded, with which this and
// every later round tries again. Readers may not see them, for a power cut would give their offsets to
// others.
void Partition::withhold() {
  withheld_ = true;
  round_.wrote = false;
  for (AppendResult& result : round_.results) {
    if (result.error == ErrorCode::kNone) result = {.error = ErrorCode::kKafkaStorageError};
  }
}

// flush.messages: nothing of the round is acknowledged, or seen by a consumer, before it is on the disk. What
// comes meanwhile queues up, and shares the next sync.
void Partition::flush_elsewhere() {
  uses_.flushers.run([self = shared_from_this()] {
    self->flush();
    self->finish();
    self->drain();
  });
}

void Partition::flush() {
  auto job = log_->prepare_flush();
  storage::DiskResult<> outcome;
  if (job) {
    const int64_t begun_us = uses_.clock.monotonic_us();
    const storage::DiskResult<> ran = job->run(uses_.disk);
    if (uses_.stats != nullptr) uses_.stats->flushes_us.add(uses_.clock.monotonic_us() - begun_us);
    outcome = log_->complete_flush(*job, ran);
  } else {
    outcome = Error{job.error()};
  }
  if (outcome) return;
  withhold();
  fail(outcome.error());
}

// What was appended, duplicates included, as in Kafka. Of a round at once, so that it costs a record nothing.
void Partition::count_round() const {
  using metrics::TopicCounter;
  if (uses_.topic_stats == nullptr) return;
  int64_t records = 0, bytes = 0;
  for (size_t i = 0; i < round_.appends.size(); ++i) {
    if (round_.results[i].error != ErrorCode::kNone) continue;
    records += round_.results[i].end_offset - round_.results[i].base_offset;
    const PendingAppend& append = round_.appends[i];
    bytes += static_cast<int64_t>(append.received_size > 0 ? append.received_size : append.bytes.size());
  }
  if (bytes == 0) return;
  uses_.topic_stats->add(TopicCounter::kMessagesIn, records);
  uses_.topic_stats->add(TopicCounter::kBytesIn, bytes);
}

// Readers see what was written, unless it is withheld, and the round is answered.
void Partition::finish(Untold* untold) {
  Completions completions;
  {
    absl::MutexLock lock(&mutex_);
    rolled_ |= std::exchange(round_.rolled, false);
    publish(completions);
    for (AppendResult& result : round_.results) {
      result.log_start_offset = view_->start();
      result.leader_epoch = round_.terms.epoch;
      result.committed = result.error == ErrorCode::kNone && leads() &&
                         term_->acknowledgement(result.end_offset) == ErrorCode::kNone;
    }
  }
  count_round();
  for (size_t i = 0; i < round_.appends.size(); ++i) round_.appends[i].done(round_.results[i]);
  round_.appends.clear();
  completions.run(untold);
  if (round_.wrote) uses_.shortage.on_written();
}

// Where the batch goes, or went if it is a duplicate, or why it is refused. A fresh one is patched.
AppendResult Partition::judge(PendingAppend& append, const Terms& terms, storage::ProducerCheck& producers,
                              Offset next) {
  if (terms.refusal != ErrorCode::kNone) return {.error = terms.refusal};
  if (append.leader_epoch && *append.leader_epoch != terms.epoch) {
    return {.error = ErrorCode::kNotLeaderOrFollower};
  }
  if (append.all_replicas && !terms.enough_in_sync) return {.error = ErrorCode::kNotEnoughReplicas};
  store_be64(append.bytes.data() + kBaseOffsetAt, static_cast<uint64_t>(next.value));
  store_be32(append.bytes.data() + kLeaderEpochAt, static_cast<uint32_t>(terms.epoch.value));
  auto header = storage::BatchHeader::decode(append.bytes);
  CHECK(header && header->size == append.bytes.size());
  if (header->has_producer()) {
    storage::ProducerVerdict verdict = producers.check(*header, storage::AppendOrigin::kClient);
    if (auto* code = std::get_if<ErrorCode>(&verdict)) return {.error = *code};
    if (auto* original = std::get_if<storage::DuplicateBatch>(&verdict)) {
      // As Kafka, whether or not the topic stamps records on arrival.
      return {.base_offset = original->base_offset,
              .end_offset = original->last_offset + 1,
              .log_append_time_ms = original->timestamp};
    }
  }
  return {.base_offset = next,
          .end_offset = header->next_offset(),
          .log_append_time_ms = append.log_append_time_ms};
}

}  // namespace klamm::broker
