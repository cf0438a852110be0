#include "broker/net/tls_records.h"

#include <algorithm>

namespace klamm::broker::net {
namespace {

// RFC 8446 section 5: change_cipher_spec (20) to application_data (23), and heartbeat (24) of RFC 6520.
constexpr uint8_t kTypeFirst = 20;
constexpr uint8_t kTypeLast = 24;
constexpr uint8_t kMajorVersion = 3;
// 2^14 bytes, and what the ciphers of TLS 1.2 may add.
constexpr size_t kRecordMax = (16 << 10) + 2048;

}  // namespace

bool TlsRecords::feed(ByteView bytes) {
  bool whole = foreign_;
  while (!bytes.empty() && !foreign_) {
    if (left_ == 0) {
      whole |= feed_header(bytes.front());
      bytes = bytes.subspan(1);
      continue;
    }
    size_t step = std::min(left_, bytes.size());
    left_ -= step;
    whole |= left_ == 0;
    bytes = bytes.subspan(step);
  }
  return whole;
}

bool TlsRecords::feed_header(uint8_t byte) {
  header_[header_filled_++] = byte;
  if (header_filled_ == 1) foreign_ = byte < kTypeFirst || byte > kTypeLast;
  if (header_filled_ == 2) foreign_ = byte != kMajorVersion;
  if (header_filled_ < header_.size()) return foreign_;
  header_filled_ = 0;
  left_ = size_t{header_[3]} << 8 | header_[4];
  foreign_ = left_ > kRecordMax;
  return foreign_ || left_ == 0;
}

}  // namespace klamm::broker::net
