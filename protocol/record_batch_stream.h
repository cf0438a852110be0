// RecordStream: walks the records of a compressed batch while it is being decompressed, seeing only what
// validation asks about. What it checks and what it passes over is what Kafka's own partial reader does
// (DefaultRecord.readPartiallyFrom): the number of headers and the sizes of their keys must not be negative,
// and every field must be there; a record's own length is read but not compared with what its fields take.
#pragma once

#include <cstdint>

#include "base/bytes.h"
#include "protocol/compression.h"

namespace klamm::protocol {

class RecordStream {
 public:
  struct Head {
    int64_t timestamp_delta = 0;
    int32_t offset_delta = 0;
    bool has_key = false;
  };

  // `decompressor` has been started.
  explicit RecordStream(Decompressor& decompressor) : decompressor_(decompressor) {}

  // The next record. After a failure, which is sticky, the values mean nothing.
  Head next();
  bool ok() const { return !failed_; }
  // Whether the decompressor has no more; its state() says why.
  bool ran_out() const { return ran_out_; }
  // Whether the stream ends where the last record did. To be asked once.
  bool ends_here();

 private:
  bool refill();
  // Nearly all numbers in a record are one byte.
  uint64_t uvarint(int bytes_max) { return at_ != end_ && *at_ < 0x80 ? *at_++ : long_uvarint(bytes_max); }
  uint64_t long_uvarint(int bytes_max);
  uint64_t uvarint_across_pieces(int bytes_max);
  int32_t varint();
  void skip(int32_t size);
  void skip_headers();

  Decompressor& decompressor_;
  const uint8_t* at_ = nullptr;
  const uint8_t* end_ = nullptr;
  bool failed_ = false;
  bool ran_out_ = false;
};

}  // namespace klamm::protocol
