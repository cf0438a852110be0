#include "protocol/record_batch_stream.h"

#include "protocol/record_batch_varint.h"

namespace klamm::protocol {

RecordStream::Head RecordStream::next() {
  Head head;
  varint();  // the record's length
  skip(1);   // its attributes
  head.timestamp_delta = zigzag64(uvarint(kVarlongSizeMax));
  head.offset_delta = varint();
  int32_t key_size = varint();
  head.has_key = key_size >= 0;
  skip(key_size);
  skip(varint());
  skip_headers();
  return head;
}

bool RecordStream::ends_here() {
  return at_ == end_ && !refill() && decompressor_.state() == Decompressor::State::kEnd;
}

bool RecordStream::refill() {
  if (ran_out_) return false;
  ByteView piece = decompressor_.next();
  ran_out_ = piece.empty();
  at_ = piece.data();
  end_ = piece.data() + piece.size();
  return !ran_out_;
}

uint64_t RecordStream::long_uvarint(int bytes_max) {
  if (end_ - at_ < kVarlongSizeMax) return uvarint_across_pieces(bytes_max);
  VarintAt read = read_uvarint(at_, end_, bytes_max);
  if (!read.next) {
    failed_ = true;
    return 0;
  }
  at_ = read.next;
  return read.value;
}

uint64_t RecordStream::uvarint_across_pieces(int bytes_max) {
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
  if (size >= 0 && size < end_ - at_) {
    at_ += size;
    return;
  }
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
