#include "protocol/record_batch_stream.h"

#include "protocol/record_batch_varint.h"

namespace klamm::protocol {
namespace {

RecordStream::Head read_head(RecordFields& fields) {
  RecordStream::Head head;
  fields.varint();  // the record's length
  fields.skip(1);   // its attributes
  head.timestamp_delta = fields.varlong();
  head.offset_delta = fields.varint();
  int32_t key_size = fields.varint();
  head.has_key = key_size >= 0;
  fields.skip(key_size);
  fields.skip(fields.varint());
  fields.skip_headers(fields.varint());
  return head;
}

}  // namespace

// Most records lie in one piece and are read there. Any other, and any that is malformed, is read byte by
// byte.
RecordStream::Head RecordStream::next() {
  RecordFields fields{at_, end_};
  Head head = read_head(fields);
  if (!fields.at) return next_across_pieces();
  at_ = fields.at;
  return head;
}

bool RecordStream::ends_here() {
  return at_ == end_ && !refill() && decompressor_.state() == Decompressor::State::kEnd;
}

RecordStream::Head RecordStream::next_across_pieces() {
  Head head;
  varint();
  skip(1);
  head.timestamp_delta = zigzag64(uvarint(kVarlongSizeMax));
  head.offset_delta = varint();
  int32_t key_size = varint();
  head.has_key = key_size >= 0;
  skip(key_size);
  skip(varint());
  skip_headers();
  return head;
}

bool RecordStream::refill() {
  if (ran_out_) return false;
  ByteView piece = decompressor_.next();
  ran_out_ = piece.empty();
  at_ = piece.data();
  end_ = piece.data() + piece.size();
  return !ran_out_;
}

uint64_t RecordStream::uvarint(int bytes_max) {
  uint64_t value = 0;
  for (int i = 0; i < bytes_max && !failed_; ++i) {
    if (at_ == end_ && !refill()) break;
    uint8_t byte = *at_++;
    value |= static_cast<uint64_t>(byte & 0x7F) << (7 * i);
    if (byte < 0x80) return value;
  }
  failed_ = true;
  return 0;
}

int32_t RecordStream::varint() { return zigzag32(uvarint(kVarintSizeMax)); }

// A size below zero is that of something null.
void RecordStream::skip(int32_t size) {
  if (failed_) return;
  int64_t left = size;
  while (left > end_ - at_) {
    left -= end_ - at_;
    if (!refill()) {
      failed_ = true;
      return;
    }
  }
  if (left > 0) at_ += left;
}

void RecordStream::skip_headers() {
  int32_t count = varint();
  if (count < 0) failed_ = true;
  for (int32_t i = 0; i < count && !failed_; ++i) {
    int32_t key_size = varint();
    if (key_size < 0) failed_ = true;
    skip(key_size);
    skip(varint());
  }
}

}  // namespace klamm::protocol
