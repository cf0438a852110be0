// The value of a `records` field of a message.
#pragma once

#include <cstdint>
#include <optional>

#include "base/bytes.h"

namespace klamm::protocol {

// On the way in it is a view. On the way out it is either bytes, which are
// copied, or only their number: then the Writer leaves a splice where they belong, and whoever sends the
// frame puts slices of files there (sendfile).
struct Records {
  ByteView bytes{};
  std::optional<uint32_t> spliced_size{};

  size_t size() const { return spliced_size ? *spliced_size : bytes.size(); }
  friend bool operator==(const Records& a, const Records& b) {
    return a.spliced_size == b.spliced_size && klamm::same_bytes(a.bytes, b.bytes);
  }
};

}  // namespace klamm::protocol
