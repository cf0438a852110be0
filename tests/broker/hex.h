// Bytes as hexadecimal text and back, for golden files in tests.
#pragma once

#include <string>
#include <string_view>

#include "base/bytes.h"
#include "protocol/record_batch.h"

namespace klamm::broker::testing {

inline std::string hex(ByteView bytes) {
  static constexpr char kDigits[] = "0123456789abcdef";
  std::string text;
  for (uint8_t byte : bytes) {
    text += kDigits[byte >> 4];
    text += kDigits[byte & 15];
  }
  return text;
}

// Blanks do not count.
inline Bytes bytes_of_hex(std::string_view text) {
  Bytes bytes;
  std::string digits;
  for (char c : text) {
    if (c != ' ') digits += c;
  }
  for (size_t at = 0; at + 1 < digits.size(); at += 2) {
    bytes.push_back(static_cast<uint8_t>(std::stoi(digits.substr(at, 2), nullptr, 16)));
  }
  return bytes;
}

// A file of batches, all of which say the time 0. The checksums that were there must have been right.
inline Bytes with_times_zeroed(Bytes file) {
  for (size_t at = 0; at < file.size();) {
    const std::span<uint8_t> rest(file.data() + at, file.size() - at);
    const size_t size = protocol::batch_size(rest).value();
    const std::span<uint8_t> batch = rest.first(size);
    REQUIRE(protocol::BatchView(batch).crc_matches());
    store_be64(&batch[protocol::batch_layout::kBaseTimestamp], 0);
    store_be64(&batch[protocol::batch_layout::kMaxTimestamp], 0);
    protocol::refresh_crc(batch);
    at += size;
  }
  return file;
}

}  // namespace klamm::broker::testing
