// The format of a snapshot of the metadata log, which bootstrap.checkpoint has as well: a control batch with
// the header (and the quorum's voters), data batches, a control batch with the footer. Offsets count from 0
// and have nothing to do with the log's; without its footer a file is not whole. docs/format-metadata-log.md.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "base/bytes.h"
#include "base/result.h"
#include "base/types.h"
#include "broker/metadata/metadata_batch.h"
#include "protocol/record_batch_builder.h"
#include "raft/voters.h"

namespace klamm::broker {

// What a snapshot says beside its records.
struct SnapshotControl {
  int64_t last_contained_timestamp_ms = 0;  // the append time of the last batch that it covers
  int16_t kraft_version = 0;
  raft::Voters voters;  // only with kraft_version 1

  friend bool operator==(const SnapshotControl&, const SnapshotControl&) = default;
};

// Makes the file piece by piece. Each batch carries `epoch`, the snapshot's, and the time it was written.
class SnapshotEncoder {
 public:
  SnapshotEncoder(Epoch epoch, int64_t now_ms, const SnapshotControl& control);

  void append(const protocol::MetadataRecord& record, int16_t version);
  // The footer; nothing is appended after it.
  void finish();

  // The whole batches since the last call; empty when there is none yet.
  Bytes take() { return std::exchange(done_, Bytes()); }

 private:
  void begin_batch();
  void end_batch();

  Epoch epoch_;
  int64_t now_ms_;
  Offset next_offset_{0};
  std::optional<protocol::RecordBatchBuilder> batch_;
  Bytes value_;
  Bytes done_;
};

// Checks a file batch by batch, in order; each is given whole. The reader is strict: CRC, contiguous offsets,
// header first, footer last and nothing behind it.
class SnapshotDecoder {
 public:
  // The records of the next batch, none for a control batch: views into it, or into this object until the
  // next call.
  Result<std::vector<protocol::MetadataRecord>, Failure> next(const protocol::BatchView& batch);

  // After the last batch: whether the footer has come.
  bool complete() const { return state_ == State::kComplete; }
  const SnapshotControl& control() const { return control_; }

 private:
  enum class State { kHeader, kRecords, kComplete };

  Result<void, Failure> on_control_batch(const protocol::BatchView& batch);
  Result<void, Failure> on_control_record(int16_t type, ByteView value, bool first);

  State state_ = State::kHeader;
  Offset next_offset_{0};
  SnapshotControl control_;
  MetadataBatchReader reader_;
};

}  // namespace klamm::broker
