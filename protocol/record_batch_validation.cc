#include "protocol/record_batch_validation.h"

#include <algorithm>

#include "protocol/record_batch_builder.h"
#include "protocol/record_batch_records.h"
#include "protocol/record_batch_stream.h"

namespace klamm::protocol {
namespace {

constexpr int16_t kFirstVersionWithZstd = 7;

RefusedBatch refuse(ErrorCode code, std::string message) { return {code, std::move(message), {}}; }

RefusedBatch invalid_record(std::string message) {
  return refuse(ErrorCode::kInvalidRecord, std::move(message));
}

RefusedBatch wrong_numbers(std::string message) {
  RefusedBatch refused = invalid_record(std::move(message));
  refused.has_wrong_numbers = true;
  return refused;
}

// Kafka has no error of its own for a codec that it does not know, or a body that its codec does not
// understand: its exceptions have no code.
RefusedBatch undecodable() {
  return refuse(ErrorCode::kUnknownServerError, "The batch cannot be decompressed");
}

RefusedBatch unknown_codec() {
  return refuse(ErrorCode::kUnknownServerError, "The batch's compression codec is unknown");
}

RefusedBatch refusal_of(Decompressor::State state) {
  if (state == Decompressor::State::kTooLarge) {
    return refuse(ErrorCode::kMessageTooLarge,
                  "The records of the batch are too large when decompressed: no batch of this size may "
                  "come to as many bytes");
  }
  return undecodable();
}

// The records are checked one by one, and all of them, since a response names each bad one. The batch's
// largest timestamp is found on the way.
class RecordChecks {
 public:
  RecordChecks(const BatchView& batch, const AppendRules& rules)
      : rules_(rules),
        needs_key_(rules.is_compacted),
        is_create_time_(rules.timestamp_type == TimestampType::kCreateTime),
        claims_append_time_(batch.timestamp_type() == TimestampType::kLogAppendTime),
        base_timestamp_(batch.base_timestamp()),
        claimed_append_time_(batch.max_timestamp()) {}

  void check(int64_t timestamp_delta, int32_t offset_delta, bool has_key) {
    int64_t timestamp =
        claims_append_time_ ? claimed_append_time_ : wrapping_sum(base_timestamp_, timestamp_delta);
    if (needs_key_ && !has_key) [[unlikely]] {
      refuse_key();
    } else if (is_create_time_ && timestamp != kNoTimestamp) {
      if (!is_in_range(timestamp)) [[unlikely]]
        refuse_timestamp(timestamp);
    } else if (claims_append_time_) [[unlikely]] {
      refuse_claim();
    }
    if (timestamp > max_timestamp_) {
      max_timestamp_ = timestamp;
      max_timestamp_index_ = count_;
    }
    consecutive_ &= offset_delta == count_;
    ++count_;
  }

  bool passed() const { return error_count_ == 0; }
  RefusedBatch take_refusal() {
    std::string message = any_timestamp_
                              ? "One or more records have been rejected due to an invalid timestamp"
                              : std::to_string(error_count_) + " records have been rejected";
    return {any_timestamp_ ? ErrorCode::kInvalidTimestamp : ErrorCode::kInvalidRecord, std::move(message),
            std::move(errors_)};
  }

  int64_t max_timestamp() const { return max_timestamp_; }
  int32_t max_timestamp_index() const { return max_timestamp_index_; }
  // Whether the offset deltas are 0, 1, 2 and so on.
  bool are_offsets_consecutive() const { return consecutive_; }

 private:
  static int64_t wrapping_sum(int64_t a, int64_t b) {
    return static_cast<int64_t>(static_cast<uint64_t>(a) + static_cast<uint64_t>(b));
  }

  // Kafka's arithmetic, which wraps for times at the ends of what 64 bits hold.
  bool is_in_range(int64_t timestamp) const {
    uint64_t age = static_cast<uint64_t>(rules_.now_ms) - static_cast<uint64_t>(timestamp);
    return static_cast<int64_t>(age) <= rules_.timestamp_before_max_ms &&
           static_cast<int64_t>(0 - age) <= rules_.timestamp_after_max_ms;
  }

  void refuse_key() {
    if (!count_error(ErrorCode::kInvalidRecord)) return;
    errors_.push_back({count_, "A compacted topic cannot accept a record without a key"});
  }

  void refuse_claim() {
    if (!count_error(ErrorCode::kInvalidTimestamp)) return;
    errors_.push_back({count_, "A producer must not set the timestamp type to LogAppendTime"});
  }

  void refuse_timestamp(int64_t timestamp) {
    if (!count_error(ErrorCode::kInvalidTimestamp)) return;
    errors_.push_back({count_, "Timestamp " + std::to_string(timestamp) +
                                   " is further from the broker's clock, " + std::to_string(rules_.now_ms) +
                                   ", than message.timestamp.before.max.ms (" +
                                   std::to_string(rules_.timestamp_before_max_ms) +
                                   ") or message.timestamp.after.max.ms (" +
                                   std::to_string(rules_.timestamp_after_max_ms) + ") allow"});
  }

  // Whether the record is to be named.
  bool count_error(ErrorCode code) {
    any_timestamp_ |= code == ErrorCode::kInvalidTimestamp;
    ++error_count_;
    return errors_.size() < kRecordErrorsMax;
  }

  const AppendRules& rules_;
  const bool needs_key_;
  const bool is_create_time_;
  const bool claims_append_time_;
  const int64_t base_timestamp_;
  const int64_t claimed_append_time_;

  int32_t count_ = 0;
  bool consecutive_ = true;
  int64_t max_timestamp_ = kNoTimestamp;
  int32_t max_timestamp_index_ = 0;
  bool any_timestamp_ = false;
  size_t error_count_ = 0;
  std::vector<RecordError> errors_;
};

using Refusal = std::optional<RefusedBatch>;

Refusal check_header(const BatchView& batch, const AppendRules& rules) {
  if (batch.base_offset() != Offset{0}) return invalid_record("The base offset is not 0");
  if (batch.size() > rules.max_message_bytes) {
    return refuse(ErrorCode::kMessageTooLarge, "The batch of " + std::to_string(batch.size()) +
                                                   " bytes exceeds max.message.bytes, " +
                                                   std::to_string(rules.max_message_bytes));
  }
  if (!batch.crc_matches()) return refuse(ErrorCode::kCorruptMessage, "The batch's CRC does not match");
  if (!batch.codec())
    return refuse(ErrorCode::kUnknownServerError, "The batch's compression codec is unknown");
  int64_t offsets = int64_t{batch.last_offset_delta()} + 1;
  if (offsets <= 0) return wrong_numbers("The batch's last offset is before its first");
  if (batch.record_count() <= 0) return wrong_numbers("The batch has no records");
  if (offsets != batch.record_count())
    return wrong_numbers("The batch's record count contradicts its offsets");
  if (batch.is_control()) return wrong_numbers("Clients must not write control records");
  if (batch.has_producer_id() && batch.base_sequence() < 0) {
    return wrong_numbers("The batch has a producer id but no sequence number");
  }
  return std::nullopt;
}

Refusal walk_plain(ByteView section, int32_t count, RecordChecks& checks) {
  RecordCursor records(section, count);
  while (const Record* record = records.next()) {
    checks.check(record->timestamp_delta, record->offset_delta, record->key.has_value());
  }
  if (!records.ok())
    return invalid_record("A record is not what its length says, or there are too few or too many");
  return std::nullopt;
}

Refusal walk_compressed(Decompressor& decompressor, int32_t count, RecordChecks& checks) {
  RecordStream records(decompressor);
  for (int32_t i = 0; i < count; ++i) {
    RecordStream::Head head = records.next();
    if (!records.ok()) break;
    checks.check(head.timestamp_delta, head.offset_delta, head.has_key);
  }
  if (records.ok() && records.ends_here()) return std::nullopt;
  if (records.ran_out() && decompressor.state() != Decompressor::State::kEnd)
    return refusal_of(decompressor.state());
  return invalid_record("A record is malformed, or there are too few or too many");
}

// Kafka asks this only of batches that it writes itself, and has no code for the failure.
bool has_sound_producer(const BatchView& batch) {
  if (batch.producer_id() == kNoProducerId) return !batch.is_transactional();
  return batch.producer_epoch() != kNoProducerEpoch && batch.base_sequence() >= 0;
}

// The batch with its records as `target` writes them. Where the offset deltas are in order and the batch does
// not claim an append time, the section says already what a new one would; otherwise each record is written
// again, with the offset and the timestamp that it is to have. Apache Kafka means to do the same with a
// compressed batch whose deltas are out of order, but fails (UNKNOWN_SERVER_ERROR), since it has not kept the
// keys.
Result<Bytes, RefusedBatch> rewrite(const BatchView& batch, ByteView section, const RecordChecks& checks,
                                    const AppendRules& rules, Compression target, Compressor& compressor) {
  if (!has_sound_producer(batch)) {
    return Error{
        refuse(ErrorCode::kUnknownServerError, "The batch's producer id, epoch and sequence disagree")};
  }
  BatchFields fields;
  fields.compression = target;
  if (rules.timestamp_type == TimestampType::kLogAppendTime) fields.log_append_time_ms = rules.now_ms;
  fields.is_transactional = batch.is_transactional();
  fields.producer_id = batch.producer_id();
  fields.producer_epoch = batch.producer_epoch();
  fields.base_sequence = batch.base_sequence();
  Bytes rewritten;
  if (checks.are_offsets_consecutive() && batch.timestamp_type() == TimestampType::kCreateTime) {
    SectionFields section_fields{batch.record_count(), batch.last_offset_delta(), batch.base_timestamp(),
                                 checks.max_timestamp()};
    rewritten = build_batch(fields, section_fields, section, compressor);
  } else {
    RecordBatchBuilder builder(fields);
    RecordCursor records(section, batch.record_count());
    while (const Record* record = records.next()) {
      builder.append_encoded(builder.next_offset(), timestamp_of(batch, *record), record->key_and_rest);
    }
    if (!records.ok()) return Error{invalid_record("A record is not what its length says")};
    rewritten = builder.build(compressor);
  }
  if (rewritten.size() > rules.max_message_bytes) {
    return Error{refuse(
        ErrorCode::kMessageTooLarge,
        "The batch, compressed anew, exceeds max.message.bytes, " + std::to_string(rules.max_message_bytes))};
  }
  return rewritten;
}

// Validation of one batch whose header has been checked.
class BatchValidation {
 public:
  BatchValidation(MutableBatch batch, const AppendRules& rules, Codecs& codecs)
      : batch_(batch),
        view_(batch),
        rules_(rules),
        codecs_(codecs),
        source_(*view_.codec()),
        target_(rules.compression.value_or(Compression::by_default(source_))),
        plain_size_max_(plain_size_max(view_.records().size(), rules.max_message_bytes)),
        checks_(view_, rules) {}

  Result<AcceptedBatch, RefusedBatch> run() {
    if (Refusal refusal = walk()) return Error{std::move(*refusal)};
    if (!checks_.passed()) return Error{checks_.take_refusal()};
    bool in_order = source_ == Codec::kNone || checks_.are_offsets_consecutive();
    bool in_place = source_ == target_.codec && in_order;
    return in_place ? accept_in_place() : accept_rewritten();
  }

 private:
  Refusal walk() {
    if (source_ == Codec::kNone || source_ != target_.codec) {
      if (Refusal refusal = find_section()) return refusal;
      return walk_plain(section_, view_.record_count(), checks_);
    }
    codecs_.decompressor.start(source_, view_.records(), plain_size_max_);
    return walk_compressed(codecs_.decompressor, view_.record_count(), checks_);
  }

  // The record section, plain.
  Refusal find_section() {
    auto section = plain_.of(view_, codecs_.decompressor, plain_size_max_);
    if (section.ok()) {
      section_ = *section;
      return std::nullopt;
    }
    return refusal_of(codecs_.decompressor.state());
  }

  bool is_log_append_time() const { return rules_.timestamp_type == TimestampType::kLogAppendTime; }
  int64_t max_timestamp() const { return is_log_append_time() ? rules_.now_ms : checks_.max_timestamp(); }
  int32_t max_timestamp_index() const { return is_log_append_time() ? 0 : checks_.max_timestamp_index(); }

  AcceptedBatch accept_in_place() {
    patch_max_timestamp_and_type(batch_, max_timestamp(), rules_.timestamp_type);
    return {batch_, {}, view_.record_count(), max_timestamp(), max_timestamp_index()};
  }

  Result<AcceptedBatch, RefusedBatch> accept_rewritten() {
    if (section_.empty()) {
      if (Refusal refusal = find_section()) return Error{std::move(*refusal)};
    }
    auto rewritten = rewrite(view_, section_, checks_, rules_, target_, codecs_.compressor);
    if (!rewritten.ok()) return Error{std::move(rewritten).error()};
    AcceptedBatch accepted{
        {}, std::move(*rewritten), view_.record_count(), max_timestamp(), max_timestamp_index()};
    accepted.batch = accepted.rewritten;
    return accepted;
  }

  const MutableBatch batch_;
  const BatchView view_;
  const AppendRules& rules_;
  Codecs& codecs_;
  const Codec source_;
  const Compression target_;
  const size_t plain_size_max_;
  RecordChecks checks_;
  DecompressedRecords plain_;  // of a batch that is compressed and must be rewritten
  ByteView section_;
};

}  // namespace

// What follows the batch and is not whole is tolerated, and dropped.
Result<FramedBatch, RefusedBatch> check_framing(std::span<uint8_t> records, int16_t produce_version) {
  BatchFrame frame = peek_batch(records);
  if (frame.state == BatchFrame::State::kCorrupt) {
    return Error{refuse(ErrorCode::kCorruptMessage, "The records do not begin with a batch")};
  }
  if (frame.state == BatchFrame::State::kTruncated) {
    return Error{invalid_record("There is no whole record batch")};
  }
  FramedBatch framed(records.first(frame.size));
  BatchView batch(framed.bytes());
  if (batch.magic() != 2) return Error{invalid_record("The batch's magic is below 2")};
  if (produce_version < kFirstVersionWithZstd) {
    auto codec = batch.codec();
    if (!codec) return Error{unknown_codec()};
    if (codec == Codec::kZstd) {
      return Error{refuse(ErrorCode::kUnsupportedCompressionType, "Produce below version 7 cannot use zstd")};
    }
  }
  switch (peek_batch(records.subspan(frame.size)).state) {
    case BatchFrame::State::kWhole:
      return Error{invalid_record("There is more than one record batch")};
    case BatchFrame::State::kCorrupt:
      return Error{refuse(ErrorCode::kCorruptMessage, "What follows the batch is not one")};
    case BatchFrame::State::kTruncated:
      break;
  }
  return framed;
}

size_t plain_size_max(size_t compressed_size, size_t max_message_bytes) {
  constexpr size_t kRatioMax = 1040;
  constexpr size_t kAtLeast = 16 << 20;
  constexpr size_t kBatchesMax = 64;
  constexpr size_t kSmallestBatchMax = 1 << 20;
  size_t by_ratio = std::max(compressed_size * kRatioMax, kAtLeast);
  return std::min(by_ratio, kBatchesMax * std::max(max_message_bytes, kSmallestBatchMax));
}

Result<AcceptedBatch, RefusedBatch> validate_for_append(FramedBatch framed, const AppendRules& rules,
                                                        Codecs& codecs) {
  if (Refusal refusal = check_header(BatchView(framed.bytes()), rules)) return Error{std::move(*refusal)};
  return BatchValidation(framed.bytes(), rules, codecs).run();
}

Result<AcceptedBatch, RefusedBatch> validate_for_append(std::span<uint8_t> records, const AppendRules& rules,
                                                        Codecs& codecs) {
  auto framed = check_framing(records, rules.produce_version);
  if (!framed.ok()) return Error{std::move(framed).error()};
  return validate_for_append(*framed, rules, codecs);
}

}  // namespace klamm::protocol
