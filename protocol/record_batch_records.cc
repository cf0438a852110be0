#include "protocol/record_batch_records.h"

#include "protocol/record_batch_varint.h"

namespace klamm::protocol {
namespace {

// A planted bug, which record_batch_fuzz must find (-DKLAMM_MUTANT=RECORD_LENGTH_UNCHECKED).
#ifdef KLAMM_MUTANT_RECORD_LENGTH_UNCHECKED
constexpr bool kMutantRecordLengthUnchecked = true;
#else
constexpr bool kMutantRecordLengthUnchecked = false;
#endif

}  // namespace

VarintAt read_uvarint_slowly(const uint8_t* at, const uint8_t* end, int bytes_max) {
  uint64_t value = 0;
  for (int i = 0; i < bytes_max && at < end; ++i) {
    uint8_t byte = *at++;
    value |= static_cast<uint64_t>(byte & 0x7F) << (7 * i);
    if (byte < 0x80) return {at, value};
  }
  return {nullptr, 0};
}

int varlong_size(int64_t value) {
  uint64_t raw = static_cast<uint64_t>(value) << 1 ^ static_cast<uint64_t>(value >> 63);
  int size = 1;
  while (raw >>= 7) ++size;
  return size;
}

const Record* RecordCursor::next() {
  if (left_ == 0) return nullptr;
  RecordFields fields{at_, end_};
  int32_t size = fields.varint();
  const uint8_t* body = fields.at;
  // The attributes' byte is the least.
  if (!body || size < 1) return fail();
  if (size > end_ - body && !kMutantRecordLengthUnchecked) return fail();
  const uint8_t* body_end = body + size;
  fields.end = body_end;

  record_.attributes = static_cast<int8_t>(*fields.at++);
  record_.timestamp_delta = fields.varlong();
  record_.offset_delta = fields.varint();
  const uint8_t* key = fields.at;
  record_.key = fields.bytes();
  record_.value = fields.bytes();
  record_.header_count = fields.varint();
  const uint8_t* headers = fields.at;
  if (!headers) return fail();
  fields.skip_headers(record_.header_count);
  if (fields.at != body_end) return fail();

  record_.headers = {headers, body_end};
  record_.key_and_rest = {key, body_end};
  record_.bytes = {at_, body_end};
  at_ = body_end;
  if (--left_ == 0 && at_ != end_) return fail();
  return &record_;
}

std::optional<RecordHeader> HeaderCursor::next() {
  if (left_ == 0) return std::nullopt;
  --left_;
  RecordFields fields{at_, end_};
  auto key = fields.bytes();
  if (!key) return std::nullopt;
  auto value = fields.bytes();
  at_ = fields.at;
  return RecordHeader{as_text(*key), value};
}

Outcome<ByteView> DecompressedRecords::of(const BatchView& batch, Decompressor& decompressor,
                                          size_t size_max) {
  auto codec = batch.codec();
  if (!codec) return Error{ErrorCode::kCorruptMessage};
  if (*codec == Codec::kNone) return batch.records();
  plain_.clear();
  decompressor.start(*codec, batch.records(), size_max);
  for (ByteView piece = decompressor.next(); !piece.empty(); piece = decompressor.next()) {
    plain_.insert(plain_.end(), piece.begin(), piece.end());
  }
  switch (decompressor.state()) {
    case Decompressor::State::kEnd: return ByteView(plain_);
    case Decompressor::State::kTooLarge: return Error{ErrorCode::kMessageTooLarge};
    default: return Error{ErrorCode::kCorruptMessage};
  }
}

}  // namespace klamm::protocol
