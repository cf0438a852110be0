// What a producer may send as one partition's records: never a crash, never unbounded memory, and what is
// accepted is a batch that holds what it says.
//
// The first byte says how the rest is meant, so that the fuzzer need not guess CRCs: as the bytes of a
// request as they are, as a batch whose length and CRC are put right, as a compressed body to put a header
// before, or as a plain record section to compress first.
#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>

#include "base/check.h"
#include "protocol/record_batch_builder.h"
#include "protocol/record_batch_records.h"
#include "protocol/record_batch_validation.h"
#include "tests/fuzz/memory_bound.h"

using namespace klamm;
using namespace klamm::protocol;

namespace {

constexpr int64_t kNow = 1'700'000'000'000;
constexpr size_t kInputMax = 64 * 1024;

// What validation may hold: the decoders' scratch, of which lz4's largest blocks are the most, and a
// compressor per level; where the codec is zstd, the window that a frame asks for, up to 128 MiB, of which
// only what comes out is touched; and where the batch is written anew, what comes out (which has its
// documented cap) in a buffer that doubles, and what it is compressed to.
constexpr size_t kMemoryPerByte = 8;
constexpr size_t kScratchMax = 24 << 20;
constexpr size_t kZstdWindowMax = (128 << 20) + (1 << 20);
constexpr size_t kCopiesWhenRewritten = 6;

// Memory whose last byte is followed by a page that nothing may touch: ISA-L and snappy have hand-written
// code that AddressSanitizer does not see.
class GuardedBuffer {
 public:
  GuardedBuffer() {
    size_t page = static_cast<size_t>(getpagesize());
    void* memory = mmap(nullptr, kRoom + page, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    CHECK(memory != MAP_FAILED);
    end_ = static_cast<uint8_t*>(memory) + kRoom;
    CHECK(mprotect(end_, page, PROT_NONE) == 0);
  }

  std::span<uint8_t> hold(ByteView bytes) {
    CHECK(bytes.size() <= kRoom);
    uint8_t* at = end_ - bytes.size();
    std::copy(bytes.begin(), bytes.end(), at);
    return {at, bytes.size()};
  }

 private:
  static constexpr size_t kRoom = 8 * kInputMax;
  uint8_t* end_;
};

struct Choices {
  explicit Choices(uint8_t how, uint8_t rules)
      : form(how & 3), codec(static_cast<Codec>((how >> 2 & 7) % kCodecs)), bits(rules) {}

  AppendRules rules() const {
    AppendRules rules;
    rules.now_ms = kNow;
    rules.max_message_bytes = 2 * kInputMax;
    rules.is_compacted = bits & 1;
    if (bits & 2) rules.timestamp_type = TimestampType::kLogAppendTime;
    if (bits & 4) rules.timestamp_before_max_ms = 1000;
    if (bits & 8) rules.compression = Compression::by_default(static_cast<Codec>((bits >> 4) % kCodecs));
    if ((bits & 0xF0) == 0xF0) rules.produce_version = 6;
    return rules;
  }

  int form;
  Codec codec;
  uint8_t bits;
};

Bytes with_header(Codec codec, int32_t count, ByteView body) {
  BatchFields fields;
  RecordBatchBuilder builder(fields);
  builder.set_last_offset(Offset{std::max(count - 1, 0)});
  Bytes batch = builder.build();
  batch.insert(batch.end(), body.begin(), body.end());
  store_be32(&batch[batch_layout::kLength], static_cast<uint32_t>(batch.size() - 12));
  store_be16(&batch[batch_layout::kAttributes], static_cast<uint16_t>(codec));
  store_be64(&batch[batch_layout::kBaseTimestamp], kNow);
  store_be32(&batch[batch_layout::kRecordCount], static_cast<uint32_t>(count));
  refresh_crc(batch);
  return batch;
}

Bytes request_from(const Choices& choices, ByteView input, Codecs& codecs) {
  if (choices.form == 0 || input.empty()) return Bytes(input.begin(), input.end());
  if (choices.form == 1) {
    Bytes batch(input.begin(), input.end());
    if (batch.size() < batch_layout::kRecords) return batch;
    store_be32(&batch[batch_layout::kLength], static_cast<uint32_t>(batch.size() - 12));
    batch[batch_layout::kMagic] = 2;
    refresh_crc(batch);
    return batch;
  }
  int32_t count = static_cast<int8_t>(input[0]);
  ByteView body = input.subspan(1);
  if (choices.form == 2) return with_header(choices.codec, count, body);
  Bytes compressed;
  codecs.compressor.compress(Compression::by_default(choices.codec), body, compressed);
  return with_header(choices.codec, count, compressed);
}

// Every accessor and cursor, over bytes that nobody has checked.
void read_all(ByteView bytes, Codecs& codecs) {
  BatchCursor batches(bytes);
  DecompressedRecords plain;
  while (auto batch = batches.next()) {
    (void)batch->last_sequence();
    (void)batch->delete_horizon_ms();
    auto section = plain.of(*batch, codecs.decompressor, 1 << 20);
    if (!section.ok()) continue;
    RecordCursor records(*section, batch->record_count());
    while (const Record* record = records.next()) {
      HeaderCursor headers(*record);
      int32_t count = 0;
      while (headers.next()) ++count;
      CHECK(count == record->header_count);
    }
  }
  CHECK(batches.end() != BatchCursor::End::kNotYet);
  CHECK(batches.position() <= bytes.size());
}

// Whether every record of the batch is what it says, by the stricter of our two readers.
bool is_readable(const BatchView& batch, Codecs& codecs) {
  DecompressedRecords plain;
  auto section = plain.of(batch, codecs.decompressor, 64 << 20);
  if (!section.ok()) return false;
  RecordCursor records(*section, batch.record_count());
  while (records.next()) {
  }
  return records.ok();
}

bool has_sound_producer(const BatchView& batch) {
  if (batch.producer_id() == kNoProducerId) return !batch.is_transactional();
  return batch.producer_epoch() != kNoProducerEpoch && batch.base_sequence() >= 0;
}

void check_accepted(const AcceptedBatch& accepted, const AppendRules& rules, Codecs& codecs) {
  BatchView batch(accepted.batch);
  CHECK(peek_batch(accepted.batch).state == BatchFrame::State::kWhole && batch.crc_matches());
  CHECK(batch.record_count() == accepted.record_count && batch.record_count() > 0);
  CHECK(batch.max_timestamp() == accepted.max_timestamp);
  CHECK(batch.timestamp_type() == rules.timestamp_type);
  CHECK(accepted.max_timestamp_index >= 0 && accepted.max_timestamp_index < accepted.record_count);
  CHECK(!rules.compression || batch.codec() == rules.compression->codec);
  CHECK(accepted.rewritten.empty() || is_readable(batch, codecs));
}

// What Kafka fails to write anew with the code of undecodable records.
bool has_odd_producer(const BatchView& batch) {
  if (batch.producer_id() == kNoProducerId) return batch.is_transactional();
  return batch.producer_epoch() == kNoProducerEpoch || batch.base_sequence() < 0;
}

void validate(std::span<uint8_t> request, const AppendRules& rules, Codecs& codecs) {
  // What the strict reader can read, the walk must not call malformed.
  BatchFrame frame = peek_batch(request);
  bool readable = frame.state == BatchFrame::State::kWhole &&
                  BatchView(request.first(frame.size)).crc_matches() &&
                  !has_odd_producer(BatchView(request.first(frame.size))) &&
                  is_readable(BatchView(request.first(frame.size)), codecs);
  MemoryBound bound(kMemoryPerByte * request.size() + kScratchMax);
  if (frame.state == BatchFrame::State::kWhole && frame.size <= request.size()) {
    BatchView batch(request.first(frame.size));
    if (batch.codec() == Codec::kZstd) bound.allow(kZstdWindowMax);
    if (batch.is_compressed())
      bound.allow(kCopiesWhenRewritten * plain_size_max(batch.records().size(), rules.max_message_bytes));
  }
  auto result = validate_for_append(request, rules, codecs);
  if (result.ok()) {
    check_accepted(*result, rules, codecs);
    CHECK(readable || has_odd_producer(BatchView(result->batch)) || BatchView(result->batch).is_compressed());
    return;
  }
  CHECK(result.error().code != ErrorCode::kNone && !result.error().message.empty());
  CHECK(result.error().record_errors.size() <= kRecordErrorsMax);
  // The code has another reason: a producer's fields that disagree, where the batch is written anew.
  bool undecodable =
      result.error().code == ErrorCode::kUnknownServerError &&
      (frame.state != BatchFrame::State::kWhole || has_sound_producer(BatchView(request.first(frame.size))));
  CHECK(!readable || !undecodable);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  static Codecs codecs;
  static GuardedBuffer guarded;
  if (size < 2 || size > kInputMax) return 0;
  Choices choices(data[0], data[1]);
  Bytes request = request_from(choices, {data + 2, size - 2}, codecs);
  std::span<uint8_t> held = guarded.hold(request);
  read_all(held, codecs);
  validate(held, choices.rules(), codecs);
  return 0;
}
