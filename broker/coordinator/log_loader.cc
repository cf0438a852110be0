#include "broker/coordinator/log_loader.h"

#include <fmt/core.h>

#include <algorithm>
#include <utility>

#include "base/logging.h"
#include "base/mutants.h"
#include "broker/coordinator/partition_log.h"
#include "protocol/record_batch_control.h"

namespace klamm::broker {
namespace {

using protocol::BatchView;
using protocol::ControlType;

// How often in a row a piece is read again because the log's files were replaced under it. Compaction and
// retention replace a segment at a time, and far between.
constexpr int kStaleReadsMax = 100;
constexpr int64_t kRetryMs = 1'000;

// What the file says stands at `offset`.
std::string at(const BatchView& batch, Offset offset) {
  return fmt::format("the record at offset {} (in the batch at offset {})", offset.value,
                     batch.base_offset().value);
}

}  // namespace

LogLoader::LogLoader(const Uses& uses, std::shared_ptr<Partition> partition, int32_t buffer_size,
                     CoordinatorShard& shard, Done done)
    : uses_(uses),
      partition_(std::move(partition)),
      buffer_size_(static_cast<uint32_t>(std::max(buffer_size, 1))),
      shard_(shard),
      done_(std::move(done)),
      started_ms_(uses.clock.monotonic_ms()) {}

void LogLoader::start() {
  uses_.workers.run([self = shared_from_this()] { self->next_piece(); });
}

// One piece, and then the workers are asked again, as Lane does it.
void LogLoader::next_piece() {
  const Next next = load_piece();
  if (next == Next::kMore) return uses_.workers.go_on([self = shared_from_this()] { self->next_piece(); });
  if (next == Next::kLater) return next_piece_later();
  loaded_.took_ms = uses_.clock.monotonic_ms() - started_ms_;
  loaded_.end = next_;
  done_(loaded_);
}

void LogLoader::next_piece_later() {
  uses_.loop.post([self = shared_from_this()] {
    Loop& loop = self->uses_.loop;
    loop.call_at(loop.now_ms() + kRetryMs, [self] { self->start(); });
  });
}

LogLoader::Next LogLoader::load_piece() {
  Partition::State state = partition_->state();
  if (cancelled_ || !state.leads) return cancelled();
  if constexpr (mutant::kHazel) {
    if (auto at = state.view->locate(state.high_watermark.offset, state.end)) state.end = *at;
  }
  next_ = std::max(next_, state.view->start());
  if (next_ >= state.end.offset) return Next::kEnd;
  auto read = state.view->read(next_, state.end, buffer_size_, true);
  const bool is_stale = !read && storage::is_stale(read.error());
  if (is_stale && ++stale_reads_ < kStaleReadsMax) {
    // Whoever replaces files publishes the new view before the token is free again.
    partition_->as_writer([](storage::Log&) { return storage::DiskResult<>(); });
    return Next::kMore;
  }
  if (!read && is_full(read.error())) return lacks_files(read.error());
  if (!read) return unreadable(read.error().what);
  stale_reads_ = 0;
  if (read->slice.size == 0) {
    // Compaction has left nothing from here to the end.
    next_ = state.end.offset;
    return Next::kEnd;
  }
  // Not zeroed, and given back between the pieces: there may be as many loads as partitions.
  auto buffer = std::make_unique_for_overwrite<uint8_t[]>(read->slice.size);
  auto got = read->slice.file->file().read_at(read->slice.position, {buffer.get(), read->slice.size});
  if (!got) return unreadable(got.error().what);
  return load_batches({buffer.get(), *got});
}

// Whole batches; one that is cut off is the beginning of the next piece.
LogLoader::Next LogLoader::load_batches(ByteView bytes) {
  const Offset from = next_;
  const Now now = this->now();
  protocol::BatchCursor batches(bytes);
  while (auto batch = batches.next()) {
    if (cancelled_) return cancelled();
    if (batch->is_legacy()) {
      return unreadable(fmt::format(
          "the batch at offset {} has the format of before Apache Kafka 0.11, which is not read here",
          batch->base_offset().value));
    }
    if (!batch->crc_matches()) {
      return unreadable(fmt::format("the batch at offset {} is damaged", batch->base_offset().value));
    }
    // The checksum does not cover the offset.
    if (batch->next_offset() <= next_) {
      return unreadable(fmt::format("a batch with offset {} stands where offset {} should",
                                    batch->base_offset().value, next_.value));
    }
    const bool read = batch->is_control() ? load_markers(*batch) : load_batch(*batch, now);
    if (!read) return Next::kEnd;
    next_ = batch->next_offset();
    loaded_.bytes += batch->size();
  }
  const bool is_cut = batches.end() == protocol::BatchCursor::End::kTruncated;
  if (batches.end() == protocol::BatchCursor::End::kCorrupt || (is_cut && next_ == from)) {
    return unreadable(fmt::format("what stands at offset {} is no batch", next_.value));
  }
  return Next::kMore;
}

bool LogLoader::load_batch(const BatchView& batch, Now now) {
  auto section = plain_.of(batch, decompressor_, kPlainSizeMax);
  if (!section) {
    unreadable(fmt::format("the batch at offset {} cannot be decompressed", batch.base_offset().value));
    return false;
  }
  protocol::RecordCursor records(*section, batch.record_count());
  while (const protocol::Record* record = records.next()) {
    ++loaded_.records;
    const Offset offset = protocol::offset_of(batch, *record);
    const bool read = record->key && shard_.load({.key = *record->key,
                                                  .value = record->value,
                                                  .producer_id = batch.producer_id(),
                                                  .offset = offset},
                                                 now);
    if (!read) {
      unreadable(at(batch, offset) + " is of a kind that is known, and is not what it should be");
      return false;
    }
  }
  if (records.ok()) return true;
  unreadable(fmt::format("the batch at offset {} does not hold the records that it should",
                         batch.base_offset().value));
  return false;
}

// What a coordinator of transactions wrote; other control records are none of ours.
bool LogLoader::load_markers(const BatchView& batch) {
  protocol::RecordCursor records(batch.records(), batch.record_count());
  while (const protocol::Record* record = records.next()) {
    ++loaded_.records;
    auto type = protocol::control_type_of(record->key);
    if (!type) continue;
    const bool commit = *type == static_cast<int16_t>(ControlType::kCommit);
    const bool abort = *type == static_cast<int16_t>(ControlType::kAbort);
    if (commit || abort) shard_.end_transaction(batch.producer_id(), commit);
  }
  if (records.ok()) return true;
  unreadable(fmt::format("the control batch at offset {} cannot be read", batch.base_offset().value));
  return false;
}

LogLoader::Next LogLoader::lacks_files(const storage::DiskError& error) {
  if (!std::exchange(lacks_files_, true)) {
    LOG_WARN("{}-{} is not loaded yet, and tried again: {}", partition_->id().topic,
             partition_->id().partition, error.what);
  }
  return Next::kLater;
}

LogLoader::Next LogLoader::cancelled() {
  loaded_.state = Loaded::State::kCancelled;
  return Next::kEnd;
}

LogLoader::Next LogLoader::unreadable(std::string why) {
  loaded_.state = Loaded::State::kUnreadable;
  loaded_.failure = std::move(why);
  return Next::kEnd;
}

}  // namespace klamm::broker
