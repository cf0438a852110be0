// RecordBatchBuilder makes one batch: for the metadata log, coordinators' logs, compaction and tests. Control
// batches are made by record_batch_control.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

#include "base/bytes.h"
#include "base/types.h"
#include "protocol/compression.h"
#include "protocol/record_batch.h"

namespace klamm::protocol {

// What the header of a batch says beside what follows from its records.
struct BatchFields {
  Offset base_offset{0};
  Epoch leader_epoch = kNoEpoch;
  Compression compression;
  // With a time, the batch's type is LogAppendTime and every record has this one.
  std::optional<int64_t> log_append_time_ms;
  bool is_transactional = false;
  bool is_control = false;
  int64_t producer_id = kNoProducerId;
  int16_t producer_epoch = kNoProducerEpoch;
  int32_t base_sequence = kNoSequence;
  // KIP-534; takes the place of the base timestamp.
  std::optional<int64_t> delete_horizon_ms;
};

struct NewHeader {
  std::string_view key;
  std::optional<ByteView> value;
};

// What the header says of the record section.
struct SectionFields {
  int32_t record_count;
  int32_t last_offset_delta;
  int64_t base_timestamp;
  int64_t max_timestamp;
};

// A batch around a plain record section that is there already.
Bytes build_batch(const BatchFields& fields, const SectionFields& section_fields, ByteView section,
                  Compressor& compressor);

class RecordBatchBuilder {
 public:
  explicit RecordBatchBuilder(const BatchFields& fields);

  // The record gets the offset after the last one.
  void append(int64_t timestamp, std::optional<ByteView> key, std::optional<ByteView> value,
              std::span<const NewHeader> headers = {});
  // Compaction leaves gaps: the record gets this offset, above the last one and less than 2^31 from the base.
  void append_at(Offset offset, int64_t timestamp, std::optional<ByteView> key, std::optional<ByteView> value,
                 std::span<const NewHeader> headers = {});
  // As append_at, with all from the key's length on (key, value, headers) already in a record's form.
  void append_encoded(Offset offset, int64_t timestamp, ByteView key_and_rest);
  // The batch covers offsets up to this one, although its last records may be gone. For a batch without any
  // records, which keeps a producer's sequence, it is required, and so is a max timestamp.
  void set_last_offset(Offset offset);
  void set_max_timestamp(int64_t timestamp) { max_timestamp_ = timestamp; }

  int32_t record_count() const { return record_count_; }
  Offset next_offset() const { return fields_.base_offset + last_offset_delta_ + 1; }
  // The size that build() would give without compression.
  size_t plain_size() const { return batch_layout::kRecords + records_.size(); }

  // The whole batch. The builder is not used afterwards.
  Bytes build(Compressor& compressor);
  // For batches that are not compressed.
  Bytes build();

 private:
  void begin_record(Offset offset, int64_t timestamp, size_t rest_size);
  SectionFields section_fields() const;

  BatchFields fields_;
  Bytes records_;
  int32_t record_count_ = 0;
  int32_t last_offset_delta_ = -1;
  std::optional<int64_t> base_timestamp_;
  int64_t max_timestamp_ = kNoTimestamp;
};

}  // namespace klamm::protocol
