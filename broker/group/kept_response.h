// KeptResponse: a response that waits until what it tells is committed. Responses are views; the request's
// frame and the shard's state may be gone or changed by then, so the texts are kept beside it.
#pragma once

#include <memory>
#include <string_view>
#include <vector>

#include "base/bytes.h"

namespace klamm::broker::group {

// Texts in a few blocks that do not move.
class KeptTexts {
 public:
  std::string_view keep(std::string_view text) {
    if (text.empty()) return {};
    size_ += text.size();
    if (text.size() > left_) {
      left_ = text.size() > kBlockSize ? text.size() : kBlockSize;
      blocks_.push_back(std::make_unique_for_overwrite<char[]>(left_));
      at_ = blocks_.back().get();
    }
    char* const kept = at_;
    std::memcpy(kept, text.data(), text.size());
    at_ += text.size();
    left_ -= text.size();
    return {kept, text.size()};
  }
  // Of all that is kept.
  size_t size() const { return size_; }

 private:
  static constexpr size_t kBlockSize = 512;

  std::vector<std::unique_ptr<char[]>> blocks_;
  char* at_ = nullptr;
  size_t left_ = 0;
  size_t size_ = 0;
};

// Its views point into its texts; held by pointer, so that it can move into a continuation.
template <class Response>
struct KeptResponse {
  Response response{};
  KeptTexts texts;
};

}  // namespace klamm::broker::group
