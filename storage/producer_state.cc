#include "storage/producer_state.h"

#include <algorithm>

#include "base/check.h"
#include "base/crc32c.h"
#include "base/mutants.h"
#include "protocol/wire.h"

namespace klamm::storage {

using protocol::ErrorCode;

namespace {

constexpr int16_t kSnapshotVersion = 1;
constexpr size_t kSnapshotCrcAt = 2;
constexpr size_t kSnapshotCovered = 6;  // the checksum is over everything from here on
constexpr size_t kSnapshotEntrySize = 46;

bool follows(int32_t last_sequence, int32_t next_sequence) {
  return last_sequence == -1 ? next_sequence == 0 : next_sequence == sequence_after(last_sequence, 1);
}

}  // namespace

const ProducerBatch* ProducerEntry::find(int32_t first_sequence, int32_t last_sequence) const {
  for (uint8_t i = 0; i < batch_count; ++i)
    if (batches[i].first_sequence() == first_sequence && batches[i].last_sequence == last_sequence)
      return &batches[i];
  return nullptr;
}

void ProducerEntry::begin_epoch(int16_t new_epoch) {
  if (epoch == new_epoch) return;
  epoch = new_epoch;
  batches = {};
  batch_count = 0;
}

void ProducerEntry::add(const ProducerBatch& batch) {
  if (batch_count == kBatchesKept) {
    std::shift_left(batches.begin(), batches.end(), 1);
    --batch_count;
  }
  batches[batch_count++] = batch;
}

void ProducerEntry::apply_batch(const BatchHeader& batch) {
  begin_epoch(batch.producer_epoch);
  add({batch.last_sequence(), batch.last_offset(), batch.last_offset_delta, batch.max_timestamp});
  last_timestamp = batch.max_timestamp;
  if (batch.is_transactional() && !in_transaction()) txn_first_offset = batch.base_offset;
}

void ProducerEntry::apply_marker(const BatchHeader& batch, const TxnMarker& marker) {
  begin_epoch(batch.producer_epoch);
  coordinator_epoch = marker.coordinator_epoch;
  last_timestamp = batch.max_timestamp;
  txn_first_offset = kNoOffset;
}

const ProducerEntry* ProducerState::find(int64_t producer_id) const {
  auto found = producers_.find(producer_id);
  return found == producers_.end() ? nullptr : &found->second;
}

std::optional<CompletedTxn> ProducerState::apply(const BatchHeader& batch,
                                                 const std::optional<TxnMarker>& marker,
                                                 const LogPosition& position) {
  end_ = batch.next_offset();
  if (!batch.has_producer() || (batch.is_control() && !marker)) return std::nullopt;
  ProducerEntry& entry = producers_[batch.producer_id];
  if (!marker) {
    const bool was_open = entry.in_transaction();
    entry.apply_batch(batch);
    if (entry.in_transaction() && !was_open)
      unstable_.insert_or_assign(batch.base_offset, UnstableTxn{position, batch.producer_id, std::nullopt});
    return std::nullopt;
  }
  const Offset first = entry.txn_first_offset;
  entry.apply_marker(batch, *marker);
  if (first == kNoOffset) return std::nullopt;
  // Nothing when a snapshot and a batch across its offset have told of two transactions that begin together.
  if (auto open = unstable_.find(first); open != unstable_.end()) open->second.marker = batch.base_offset;
  return CompletedTxn{batch.producer_id, first, batch.base_offset, marker->aborted, last_stable_offset()};
}

Offset ProducerState::last_stable_offset() const {
  for (const auto& [first, txn] : unstable_)
    if (!txn.marker) return first;
  return end_;
}

bool ProducerState::on_high_watermark(Offset high_watermark) {
  return std::erase_if(unstable_, [&](const auto& txn) {
           return txn.second.marker && *txn.second.marker < high_watermark;
         }) > 0;
}

void ProducerState::locate(Offset first_offset, const LogPosition& position) {
  unstable_.at(first_offset).first = position;
}

void ProducerState::expire(int64_t now_ms, int64_t expiration_ms) {
  std::erase_if(producers_, [&](const auto& producer) {
    // A timestamp may be any number.
    return !producer.second.in_transaction() && producer.second.last_timestamp <= now_ms - expiration_ms;
  });
}

Bytes ProducerState::to_snapshot() const {
  Bytes bytes;
  protocol::Writer writer(bytes);
  writer.i16(kSnapshotVersion);
  writer.u32(0);
  writer.i32(static_cast<int32_t>(producers_.size()));
  for (const auto& [id, entry] : producers_) {
    const ProducerBatch last =
        entry.batch_count == 0 ? ProducerBatch{} : entry.batches[entry.batch_count - 1];
    writer.i64(id);
    writer.i16(entry.epoch);
    writer.i32(last.last_sequence);
    writer.i64(last.last_offset.value);
    writer.i32(last.offset_delta);
    writer.i64(entry.last_timestamp);
    writer.i32(entry.coordinator_epoch);
    writer.i64(entry.txn_first_offset.value);
  }
  store_be32(bytes.data() + kSnapshotCrcAt, crc32c(ByteView(bytes).subspan(kSnapshotCovered)));
  return bytes;
}

std::optional<ProducerState> ProducerState::from_snapshot(ByteView bytes, Offset end, int64_t now_ms,
                                                          int64_t expiration_ms) {
  protocol::Reader reader(bytes);
  const int16_t version = reader.i16();
  const uint32_t crc = reader.u32();
  const int32_t count = reader.i32();
  if (!reader.ok() || version != kSnapshotVersion || crc != crc32c(bytes.subspan(kSnapshotCovered)))
    return std::nullopt;
  if (count < 0 || reader.remaining() != static_cast<size_t>(count) * kSnapshotEntrySize) return std::nullopt;

  ProducerState state;
  state.end_ = end;
  for (int32_t i = 0; i < count; ++i) {
    const int64_t id = reader.i64();
    ProducerEntry entry;
    entry.epoch = reader.i16();
    ProducerBatch last;
    last.last_sequence = reader.i32();
    last.last_offset = {reader.i64()};
    last.offset_delta = reader.i32();
    entry.last_timestamp = last.timestamp = reader.i64();
    entry.coordinator_epoch = reader.i32();
    const Offset txn_first{reader.i64()};
    if (txn_first.value >= 0) entry.txn_first_offset = txn_first;
    if (last.last_offset.value >= 0) entry.add(last);
    // A checksum that is right says nothing of who wrote it: transactions are open since different places.
    const UnstableTxn txn{LogPosition{txn_first}, id, std::nullopt};
    const bool is_possible =
        !entry.in_transaction() || (txn_first < end && state.unstable_.emplace(txn_first, txn).second);
    if (!is_possible || !state.producers_.emplace(id, entry).second) return std::nullopt;
  }
  state.expire(now_ms, expiration_ms);
  return state;
}

ProducerEntry& ProducerCheck::staged(int64_t producer_id) {
  auto [at, is_new] = staged_.try_emplace(producer_id);
  const ProducerEntry* known = is_new ? state_.find(producer_id) : nullptr;
  if (known) at->second = *known;
  return at->second;
}

ProducerVerdict ProducerCheck::check(const BatchHeader& batch, AppendOrigin origin) {
  if (!batch.has_producer()) return FreshBatch{};
  ProducerEntry& entry = staged(batch.producer_id);
  if (origin == AppendOrigin::kReplication) {
    entry.apply_batch(batch);
    return FreshBatch{};
  }
  const bool is_client = origin == AppendOrigin::kClient && !mutant::kSequencesNotChecked;
  if (is_client && batch.producer_epoch == entry.epoch) {
    const ProducerBatch* same = entry.find(batch.base_sequence, batch.last_sequence());
    if (same) return DuplicateBatch{same->base_offset(), same->last_offset, same->timestamp};
  }
  if (batch.producer_epoch < entry.epoch) return ErrorCode::kInvalidProducerEpoch;
  if (is_client) {
    const bool is_new_epoch = batch.producer_epoch != entry.epoch;
    const bool in_order = is_new_epoch ? entry.epoch == -1 || batch.base_sequence == 0
                                       : follows(entry.last_sequence(), batch.base_sequence);
    if (!in_order) return ErrorCode::kOutOfOrderSequenceNumber;
  }
  if (entry.in_transaction() && !batch.is_transactional()) return ErrorCode::kInvalidTxnState;
  entry.apply_batch(batch);
  return FreshBatch{};
}

ProducerVerdict ProducerCheck::check_marker(const BatchHeader& batch, const TxnMarker& marker,
                                            int transaction_version) {
  ProducerEntry& entry = staged(batch.producer_id);
  // With transaction version 2 each transaction has an epoch of its own, so that the marker's is above those
  // of its records; the same epoch again is the coordinator's repetition, harmless once the transaction is
  // closed (KAFKA-19999), or an epoch that cannot grow.
  const bool may_be_equal =
      transaction_version < 2 || !entry.in_transaction() || batch.producer_epoch == INT16_MAX;
  if (batch.producer_epoch < entry.epoch) return ErrorCode::kInvalidProducerEpoch;
  if (batch.producer_epoch == entry.epoch && !may_be_equal) return ErrorCode::kInvalidProducerEpoch;
  if (marker.coordinator_epoch < entry.coordinator_epoch) return ErrorCode::kTransactionCoordinatorFenced;
  entry.apply_marker(batch, marker);
  return FreshBatch{};
}

}  // namespace klamm::storage
