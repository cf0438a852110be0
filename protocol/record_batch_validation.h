// What a leader checks and changes in the batch of a Produce request, in two steps.
//
// Here is the first, which knows nothing of the log and runs outside of any lock: framing, CRC, counts, every
// record, timestamps; and where the topic's compression.type asks for it, the batch is written anew. The
// second, under the partition's writer token, is patch_base_offset and patch_leader_epoch.
//
// The rules, their order and their error codes are those of Apache Kafka 4.3 for client appends
// (ProduceRequest.validateRecords, UnifiedLog.analyzeAndValidateRecords, LogValidator);
// docs/format-record-batch.md has them in a table, with the few differences. Compressed bodies are walked
// through the decompressor's scratch, never held whole unless they must be rewritten.
#pragma once

#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <vector>

#include "base/bytes.h"
#include "base/result.h"
#include "protocol/compression.h"
#include "protocol/errors.h"
#include "protocol/record_batch.h"

namespace klamm::protocol {

// What the topic's configuration and the request say.
struct AppendRules {
  TimestampType timestamp_type = TimestampType::kCreateTime;
  int64_t timestamp_before_max_ms = std::numeric_limits<int64_t>::max();
  int64_t timestamp_after_max_ms = 3'600'000;
  bool is_compacted = false;
  size_t max_message_bytes = 1'048'588;
  // compression.type; nullopt for "producer", which leaves each batch as it is.
  std::optional<Compression> compression;
  int16_t produce_version = 13;
  int64_t now_ms = 0;
};

// The batch as it goes to the log, but for base offset and leader epoch. Its last_offset_delta is
// record_count - 1, so that the offsets are known once the base is.
struct AcceptedBatch {
  // In the buffer that was given, or in `rewritten`. Bytes after it in the buffer are dropped.
  MutableBatch batch;
  // Owns the batch where it had to be made anew, else empty. To be moved with `batch`, never copied.
  Bytes rewritten;
  int32_t record_count;
  int64_t max_timestamp;
  // Which record, counted from 0, is the first with that timestamp.
  int32_t max_timestamp_index;
};

// One entry of record_errors in a Produce response.
struct RecordError {
  int32_t batch_index;  // the record's place in the batch
  std::string message;
};

// A response names at most this many records of a batch, so that a small batch cannot make a large response.
// (Apache Kafka names all.)
inline constexpr size_t kRecordErrorsMax = 1000;

struct RefusedBatch {
  ErrorCode code;
  // For the log; Kafka puts it into the response only together with record errors.
  std::string message;
  std::vector<RecordError> record_errors;
  // Its offsets contradict each other, or it has a producer and no sequence number: Kafka counts such ones.
  bool has_wrong_numbers = false;
};

// One whole batch, of a magic and a codec that its version of Produce may carry. Only check_framing makes
// one.
class FramedBatch {
 public:
  MutableBatch bytes() const { return bytes_; }

 private:
  friend Result<FramedBatch, RefusedBatch> check_framing(std::span<uint8_t> records, int16_t produce_version);
  explicit FramedBatch(MutableBatch bytes) : bytes_(bytes) {}

  MutableBatch bytes_;
};

// What is looked at before anything else, wherever the records are to go (ProduceRequest.validateRecords).
// `records` is the value of one partition's `records` field; it is only read.
Result<FramedBatch, RefusedBatch> check_framing(std::span<uint8_t> records, int16_t produce_version);

// All the rest; of the rules, produce_version has had its say. What must change in place is changed there,
// but only in a batch that is accepted.
Result<AcceptedBatch, RefusedBatch> validate_for_append(FramedBatch framed, const AppendRules& rules,
                                                        Codecs& codecs);
// Both in one.
Result<AcceptedBatch, RefusedBatch> validate_for_append(std::span<uint8_t> records, const AppendRules& rules,
                                                        Codecs& codecs);

// The most that the body of a compressed batch may come to. Apache Kafka has no such limit and walks any
// body, so ours is generous: 1040 times the compressed size (a gzip stream cannot exceed 1032), but 16 MiB at
// least, and 64 times max.message.bytes (or 1 MiB, if that is more) at most. It bounds the time that one
// batch can cost. What exceeds it is refused with MESSAGE_TOO_LARGE, upon which a Java producer splits its
// batch.
size_t plain_size_max(size_t compressed_size, size_t max_message_bytes);

}  // namespace klamm::protocol
