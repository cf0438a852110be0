// What a partition remembers of each idempotent or transactional producer (KIP-98), so that a batch
// that was sent twice is stored once, and so that the last stable offset is known.
//
// It is a function of the log: replaying the log's batches gives the same state, but that a snapshot file
// only carries the last batch of each producer, as Kafka's.
#pragma once

#include <array>
#include <map>
#include <optional>
#include <variant>
#include <vector>

#include "base/types.h"
#include "protocol/errors.h"
#include "storage/batch_header.h"
#include "storage/disk.h"
#include "storage/log_position.h"

namespace klamm::storage {

struct ProducerBatch {
  int32_t last_sequence = -1;
  Offset last_offset = kNoOffset;
  int32_t offset_delta = 0;
  int64_t timestamp = -1;

  int32_t first_sequence() const { return sequence_before(last_sequence, offset_delta); }
  Offset base_offset() const { return last_offset - offset_delta; }
  friend bool operator==(const ProducerBatch&, const ProducerBatch&) = default;
};

struct ProducerEntry {
  static constexpr size_t kBatchesKept = 5;

  int16_t epoch = -1;
  int32_t coordinator_epoch = -1;
  int64_t last_timestamp = -1;
  Offset txn_first_offset = kNoOffset;              // of the open transaction
  std::array<ProducerBatch, kBatchesKept> batches;  // the oldest first
  uint8_t batch_count = 0;

  bool in_transaction() const { return txn_first_offset != kNoOffset; }
  // -1 where nothing is known.
  int32_t last_sequence() const { return batch_count == 0 ? -1 : batches[batch_count - 1].last_sequence; }
  const ProducerBatch* find(int32_t first_sequence, int32_t last_sequence) const;

  // What a batch of another epoch does: the batches of the old one no longer count.
  void begin_epoch(int16_t new_epoch);
  void add(const ProducerBatch& batch);
  void apply_batch(const BatchHeader& batch);
  void apply_marker(const BatchHeader& batch, const TxnMarker& marker);

  friend bool operator==(const ProducerEntry&, const ProducerEntry&) = default;
};

// Who appends: only clients are held to sequences; what a leader replicates is never refused.
enum class AppendOrigin { kClient, kCoordinator, kReplication };

// The verdict on one batch: to be appended, or already in the log, or refused.
struct FreshBatch {};
struct DuplicateBatch {
  Offset base_offset;
  Offset last_offset;
  int64_t timestamp = -1;
};
using ProducerVerdict = std::variant<FreshBatch, DuplicateBatch, protocol::ErrorCode>;

// A transaction whose first record is in the log and whose end is either not there, or not yet replicated.
struct UnstableTxn {
  LogPosition first;
  int64_t producer_id = -1;
  std::optional<Offset> marker;
  friend bool operator==(const UnstableTxn&, const UnstableTxn&) = default;
};

struct CompletedTxn {
  int64_t producer_id = -1;
  Offset first_offset;
  Offset last_offset;  // of the marker
  bool aborted = false;
  Offset last_stable_offset;  // of the log after this transaction, as the transaction index records it
};

class ProducerState {
 public:
  const std::map<int64_t, ProducerEntry>& producers() const { return producers_; }
  const ProducerEntry* find(int64_t producer_id) const;
  // Where the log ended that this state describes.
  Offset end() const { return end_; }
  void set_end(Offset end) { end_ = end; }

  // Takes a batch that is now in the log at `position`; `marker` for an end-of-transaction batch.
  std::optional<CompletedTxn> apply(const BatchHeader& batch, const std::optional<TxnMarker>& marker,
                                    const LogPosition& position);
  // Forgets completed transactions whose marker lies below the high watermark. False when there were none.
  bool on_high_watermark(Offset high_watermark);
  // In the order of their first offsets.
  const std::map<Offset, UnstableTxn>& unstable() const { return unstable_; }
  // Notes where in the log an open transaction that came from a snapshot begins.
  void locate(Offset first_offset, const LogPosition& position);
  void expire(int64_t now_ms, int64_t expiration_ms);

  // The content of a `.snapshot` file, byte for byte Kafka's but for the order of producers (ours is by id).
  Bytes to_snapshot() const;
  // Nothing when the bytes are damaged. Producers that are idle for longer than `expiration_ms` are left out.
  // The positions of open transactions are not in the file: they come back with only their offset.
  static std::optional<ProducerState> from_snapshot(ByteView bytes, Offset end, int64_t now_ms,
                                                    int64_t expiration_ms);

 private:
  // The first record of the oldest open transaction, or the end.
  Offset last_stable_offset() const;

  std::map<int64_t, ProducerEntry> producers_;
  std::map<Offset, UnstableTxn> unstable_;  // by first offset
  Offset end_{0};
};

// Judges the batches of one append, each in the light of those before it, without changing the state: what
// was judged fresh counts only when the log has taken it.
class ProducerCheck {
 public:
  // `state` outlives the check.
  explicit ProducerCheck(const ProducerState& state) : state_(state) {}

  // `batch` carries the offsets that it will have.
  ProducerVerdict check(const BatchHeader& batch, AppendOrigin origin);
  // `transaction_version` as in WriteTxnMarkers v2: it decides whether the marker's epoch must be above the
  // producer's (2) or may be equal to it (0, 1).
  ProducerVerdict check_marker(const BatchHeader& batch, const TxnMarker& marker, int transaction_version);

 private:
  ProducerEntry& staged(int64_t producer_id);

  const ProducerState& state_;
  std::map<int64_t, ProducerEntry> staged_;
};

}  // namespace klamm::storage
