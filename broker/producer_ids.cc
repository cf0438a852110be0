#include "broker/producer_ids.h"

#include <algorithm>
#include <limits>

#include "base/logging.h"

namespace klamm::broker {

void ProducerIds::next(Take take) {
  std::optional<int64_t> id;
  bool ask = false;
  {
    absl::MutexLock lock(&mutex_);
    if (next_ < end_) {
      id = next_++;
    } else {
      waiting_.push_back(std::move(take));
      ask = !std::exchange(asking_, true);
    }
  }
  if (id) return take(*id);
  if (ask) ask_();
}

void ProducerIds::on_block(protocol::Outcome<int64_t> first, int64_t size) {
  std::vector<std::pair<Take, protocol::Outcome<int64_t>>> served;
  bool ask = false;
  bool usable = true;
  int64_t handed_out = 0;
  const int64_t start = first ? *first : 0;
  {
    absl::MutexLock lock(&mutex_);
    asking_ = false;
    handed_out = end_;
    usable =
        !first || (size > 0 && start >= end_ && start <= std::numeric_limits<int64_t>::max() - size);
    if (!usable) first = protocol::Outcome<int64_t>(Error{protocol::ErrorCode::kUnknownServerError});
    if (first) {
      next_ = *first;
      end_ = *first + size;
    }
    // A refusal is everybody's; a block serves as many as it has ids for.
    size_t count = first ? std::min<size_t>(waiting_.size(), static_cast<size_t>(size)) : waiting_.size();
    for (size_t i = 0; i < count; ++i) {
      protocol::Outcome<int64_t> given = first ? protocol::Outcome<int64_t>(next_++) : first;
      served.emplace_back(std::move(waiting_[i]), given);
    }
    waiting_.erase(waiting_.begin(), waiting_.begin() + static_cast<ptrdiff_t>(count));
    if (!waiting_.empty()) ask = asking_ = true;
  }
  if (!usable) {
    LOG_ERROR("the controller's block of producer ids cannot be used: {} from {} on, while {} is next here",
              size, start, handed_out);
  }
  for (auto& [take, given] : served) take(given);
  if (ask) ask_();
}

}  // namespace klamm::broker
