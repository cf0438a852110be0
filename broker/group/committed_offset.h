// CommittedOffset: what is kept of one committed offset. There may be millions, so it is small.
#pragma once

#include <cstdint>
#include <cstring>
#include <memory>
#include <string_view>

#include "base/uuid.h"

namespace klamm::broker::group {

// A text in one pointer: its length and its bytes are one block, and the empty text, which most offsets have
// for metadata, is none.
class PackedText {
 public:
  std::string_view view() const {
    return block_ == nullptr ? std::string_view() : std::string_view(block_.get() + kLengthSize, length());
  }
  void assign(std::string_view text) {
    if (text.empty()) {
      block_.reset();
      return;
    }
    if (block_ == nullptr || length() != text.size()) {
      block_ = std::make_unique_for_overwrite<char[]>(kLengthSize + text.size());
      const auto length = static_cast<uint32_t>(text.size());
      std::memcpy(block_.get(), &length, kLengthSize);
    }
    std::memcpy(block_.get() + kLengthSize, text.data(), text.size());
  }

 private:
  static constexpr size_t kLengthSize = sizeof(uint32_t);

  uint32_t length() const {
    uint32_t length;
    std::memcpy(&length, block_.get(), kLengthSize);
    return length;
  }

  std::unique_ptr<char[]> block_;
};

struct CommittedOffset {
  int64_t offset = -1;
  int64_t commit_timestamp_ms = 0;
  int64_t expire_timestamp_ms = -1;  // said by the commit itself; -1 when the retention decides
  int64_t record_offset = -1;        // where in the log the commit stands: of two, the later one counts
  int32_t leader_epoch = -1;
  Uuid topic_id{};  // zero where the commit had none
  PackedText metadata;
};

}  // namespace klamm::broker::group
