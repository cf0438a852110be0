// The fields of a record batch's header that storage needs. What is in the records is not
// storage's business, but for the type of an end-of-transaction marker.
#pragma once

#include <cstdint>
#include <optional>

#include "base/bytes.h"
#include "base/types.h"

namespace klamm::storage {

struct BatchHeader {
  static constexpr uint32_t kSize = 61;        // of a version 2 header
  static constexpr uint32_t kPrefixSize = 17;  // enough to know size and magic

  Offset base_offset;
  uint32_t size = 0;  // of the whole batch, header included
  Epoch leader_epoch = kNoEpoch;
  int8_t magic = 0;
  uint32_t crc = 0;
  int16_t attributes = 0;
  int32_t last_offset_delta = 0;
  int64_t base_timestamp = -1;
  int64_t max_timestamp = -1;
  int64_t producer_id = -1;
  int16_t producer_epoch = -1;
  int32_t base_sequence = -1;
  int32_t count = 0;

  Offset last_offset() const { return base_offset + last_offset_delta; }
  Offset next_offset() const { return base_offset + last_offset_delta + 1; }
  bool has_producer() const { return producer_id >= 0; }
  bool is_transactional() const { return (attributes & 0x10) != 0; }
  bool is_control() const { return (attributes & 0x20) != 0; }
  int32_t last_sequence() const;

  // Which bytes the checksum covers (from here to the end), and the checksum of some of them.
  uint32_t crc_begin() const;
  uint32_t crc_of(ByteView bytes, uint32_t previous) const;

  // Nothing unless `bytes` begins with a whole header whose fields are possible. The body need not be there.
  // Magic 0 and 1, which Kafka still reads from old segments, have no producer, no epoch, and no base offset
  // of their own: base_offset is that of the last record.
  static std::optional<BatchHeader> decode(ByteView bytes);
};

// Sequence numbers run from 0 to 2^31 - 1 and begin again at 0.
int32_t sequence_after(int32_t sequence, int32_t steps);
int32_t sequence_before(int32_t sequence, int32_t steps);

bool crc_is_valid(const BatchHeader& header, ByteView batch);

// What an end-of-transaction marker says (control types 0 and 1).
struct TxnMarker {
  bool aborted = false;
  int32_t coordinator_epoch = -1;
};
// The marker in a whole control batch; nothing when it is a control batch of another type.
std::optional<TxnMarker> decode_txn_marker(ByteView batch);

}  // namespace klamm::storage
