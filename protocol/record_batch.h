// The record batch, version 2: what a Produce request carries, a segment file holds and a Fetch response
// gives back, byte for byte the same (docs/format-record-batch.md). Here are views over batches that are
// never copied, the cursor over a run of them, and the changes that a leader makes in place.
//
// Entries of magic 0 and 1, which old segments may still hold, are stepped over and say their offset and
// timestamp; no more is done with them (KIP-724).
#pragma once

#include <cstdint>
#include <optional>
#include <span>

#include "base/bytes.h"
#include "base/check.h"
#include "base/types.h"
#include "protocol/compression.h"

namespace klamm::protocol {

using MutableBatch = std::span<uint8_t>;

enum class TimestampType : uint8_t { kCreateTime = 0, kLogAppendTime = 1 };

inline constexpr int64_t kNoTimestamp = -1;
inline constexpr int64_t kNoProducerId = -1;
inline constexpr int16_t kNoProducerEpoch = -1;
inline constexpr int32_t kNoSequence = -1;

// Where the fields of a batch begin.
namespace batch_layout {
inline constexpr size_t kBaseOffset = 0;
inline constexpr size_t kLength = 8;
inline constexpr size_t kLeaderEpoch = 12;
inline constexpr size_t kMagic = 16;
inline constexpr size_t kCrc = 17;
inline constexpr size_t kAttributes = 21;  // from here on the CRC counts
inline constexpr size_t kLastOffsetDelta = 23;
inline constexpr size_t kBaseTimestamp = 27;
inline constexpr size_t kMaxTimestamp = 35;
inline constexpr size_t kProducerId = 43;
inline constexpr size_t kProducerEpoch = 51;
inline constexpr size_t kBaseSequence = 53;
inline constexpr size_t kRecordCount = 57;
inline constexpr size_t kRecords = 61;

inline constexpr size_t kBeforeLengthCounts = 12;  // the length field counts the bytes after itself
inline constexpr size_t kUpToMagic = 17;
inline constexpr size_t kLegacySizeMin = 26;

inline constexpr uint16_t kCodecMask = 0x07;
inline constexpr uint16_t kLogAppendTime = 0x08;
inline constexpr uint16_t kTransactional = 0x10;
inline constexpr uint16_t kControl = 0x20;
inline constexpr uint16_t kDeleteHorizon = 0x40;
inline constexpr uint16_t kMeaningful = 0x7F;  // the other bits are not looked at, and dropped when rewritten
}  // namespace batch_layout

// How a run of bytes begins: with a whole batch of `size` bytes, with the start of one, or with something
// else. `size` is set for kWhole, and for kTruncated where enough is there to tell (0 otherwise).
struct BatchFrame {
  enum class State { kWhole, kTruncated, kCorrupt };
  State state;
  size_t size;
};
BatchFrame peek_batch(ByteView bytes);

// The size of the batch that begins here, the whole of which need not be there; nullopt when fewer than 17
// bytes are, or when no batch begins so.
std::optional<size_t> batch_size(ByteView bytes);

// `records` further on, in bytes that nobody has checked: behind the largest offset comes the smallest, as in
// Java.
inline Offset offset_after(Offset offset, int64_t records) {
  return {static_cast<int64_t>(static_cast<uint64_t>(offset.value) + static_cast<uint64_t>(records))};
}

// One whole batch. The accessors do not check the CRC; what they say of a magic below 2 is what such an entry
// has, and "none" otherwise.
class BatchView {
 public:
  // `bytes` is exactly one whole batch, as peek_batch and BatchCursor find it.
  explicit BatchView(ByteView bytes) : bytes_(bytes) { CHECK(bytes.size() >= batch_layout::kLegacySizeMin); }

  ByteView bytes() const { return bytes_; }
  size_t size() const { return bytes_.size(); }

  int8_t magic() const { return static_cast<int8_t>(bytes_[batch_layout::kMagic]); }
  bool is_legacy() const { return magic() < 2; }

  // A compressed entry of magic 0 or 1 gives the offset of its last record here, and its first is not known
  // without decompressing.
  Offset base_offset() const { return {i64(batch_layout::kBaseOffset)}; }
  Offset last_offset() const { return offset_after(base_offset(), last_offset_delta()); }
  Offset next_offset() const { return offset_after(last_offset(), 1); }
  int32_t last_offset_delta() const { return is_legacy() ? 0 : i32(batch_layout::kLastOffsetDelta); }
  Epoch leader_epoch() const { return is_legacy() ? kNoEpoch : Epoch{i32(batch_layout::kLeaderEpoch)}; }

  uint16_t attributes() const;
  // nullopt for the numbers that mean no codec.
  std::optional<Codec> codec() const { return codec_of(attributes() & batch_layout::kCodecMask); }
  bool is_compressed() const { return attributes() & batch_layout::kCodecMask; }
  TimestampType timestamp_type() const {
    return attributes() & batch_layout::kLogAppendTime ? TimestampType::kLogAppendTime
                                                       : TimestampType::kCreateTime;
  }
  bool is_transactional() const { return attributes() & batch_layout::kTransactional; }
  bool is_control() const { return attributes() & batch_layout::kControl; }
  // The time from which compaction may drop the batch's tombstones and markers (KIP-534).
  std::optional<int64_t> delete_horizon_ms() const;

  int64_t base_timestamp() const { return is_legacy() ? max_timestamp() : i64(batch_layout::kBaseTimestamp); }
  int64_t max_timestamp() const;

  int64_t producer_id() const { return is_legacy() ? kNoProducerId : i64(batch_layout::kProducerId); }
  bool has_producer_id() const { return producer_id() > kNoProducerId; }
  int16_t producer_epoch() const;
  int32_t base_sequence() const { return is_legacy() ? kNoSequence : i32(batch_layout::kBaseSequence); }
  // The sequence number of the last record; they wrap from 2^31-1 to 0.
  int32_t last_sequence() const;

  // The records that are there, which after compaction may be fewer than the offsets; 1 for a legacy entry.
  int32_t record_count() const { return is_legacy() ? 1 : i32(batch_layout::kRecordCount); }
  // The record section, compressed or not; empty for a legacy entry.
  ByteView records() const { return is_legacy() ? ByteView{} : bytes_.subspan(batch_layout::kRecords); }

  uint32_t stored_crc() const { return is_legacy() ? 0 : load_be32(&bytes_[batch_layout::kCrc]); }
  uint32_t computed_crc() const;
  // True for legacy entries, whose checksum is of another kind and is not looked at.
  bool crc_matches() const { return is_legacy() || stored_crc() == computed_crc(); }

 private:
  int64_t i64(size_t at) const { return static_cast<int64_t>(load_be64(&bytes_[at])); }
  int32_t i32(size_t at) const { return static_cast<int32_t>(load_be32(&bytes_[at])); }

  ByteView bytes_;
};

// Steps over a run of batches: a segment, a Produce or a Fetch payload. Framing is checked, contents are not.
class BatchCursor {
 public:
  // Why next() gave nothing. A Fetch payload and a torn segment may well end truncated.
  enum class End { kNotYet, kClean, kTruncated, kCorrupt };

  explicit BatchCursor(ByteView run) : run_(run) {}

  std::optional<BatchView> next();
  End end() const { return end_; }
  // How many bytes the batches given so far have taken.
  size_t position() const { return position_; }

 private:
  ByteView run_;
  size_t position_ = 0;
  End end_ = End::kNotYet;
};

// The sequence number `count` records after `sequence`.
inline int32_t sequence_after(int32_t sequence, int32_t count) {
  return static_cast<int32_t>((static_cast<uint32_t>(sequence) + static_cast<uint32_t>(count)) & 0x7FFFFFFF);
}

// Changes in place, to one whole batch of magic 2. Offset and epoch are outside of what the CRC covers.
void patch_base_offset(MutableBatch batch, Offset offset);
void patch_leader_epoch(MutableBatch batch, Epoch epoch);
// Does nothing when both are as they should be; otherwise the CRC is computed anew.
void patch_max_timestamp_and_type(MutableBatch batch, int64_t max_timestamp, TimestampType type);
void refresh_crc(MutableBatch batch);

}  // namespace klamm::protocol
