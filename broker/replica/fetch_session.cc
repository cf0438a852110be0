#include "broker/replica/fetch_session.h"

#include <limits>
#include <utility>

namespace klamm::broker {
namespace {

int32_t epoch_after(int32_t epoch) { return epoch == std::numeric_limits<int32_t>::max() ? 1 : epoch + 1; }

}  // namespace

using protocol::ErrorCode;

void FetchSession::open(const std::vector<FetchTarget>& targets) {
  absl::MutexLock lock(&mutex_);
  if (closed_) return;
  for (const FetchTarget& target : targets) put(target);
}

ErrorCode FetchSession::change(int32_t epoch, const std::vector<FetchTarget>& changed,
                               const std::vector<FetchTarget>& forgotten, FetchBudget::Answer& answer) {
  absl::MutexLock lock(&mutex_);
  answer = FetchBudget::Answer::kGranted;
  if (closed_) return ErrorCode::kFetchSessionIdNotFound;
  if (epoch != epoch_) return ErrorCode::kInvalidFetchSessionEpoch;
  for (const FetchTarget& target : changed) put(target);
  for (const FetchTarget& target : forgotten) {
    auto found = index_.find(key_of(target));
    if (found == index_.end()) continue;
    order_.erase(found->second);
    index_.erase(found);
  }
  // What the session comes to is what counts: a request names partitions that it has already, and gives
  // others up.
  answer = share_.resize(order_.size());
  if (answer != FetchBudget::Answer::kGranted) return ErrorCode::kFetchSessionIdNotFound;
  epoch_ = epoch_after(epoch_);
  return ErrorCode::kNone;
}

void FetchSession::close() {
  absl::MutexLock lock(&mutex_);
  closed_ = true;
  index_ = {};
  order_.clear();
  kept_.reset();
  share_.release();
}

// Behind a later fetch it would ask for what the follower had before that one.
void FetchSession::keep(int32_t epoch, std::shared_ptr<FetchRead> read) {
  absl::MutexLock lock(&mutex_);
  if (!closed_ && epoch_ == epoch_after(epoch)) kept_.swap(read);
}

std::shared_ptr<FetchRead> FetchSession::take_kept() {
  absl::MutexLock lock(&mutex_);
  return std::exchange(kept_, nullptr);
}

std::vector<FetchTarget> FetchSession::targets() const {
  absl::MutexLock lock(&mutex_);
  std::vector<FetchTarget> targets;
  targets.reserve(order_.size());
  for (const Cached& cached : order_) targets.push_back(cached.target);
  return targets;
}

void FetchSession::put(const FetchTarget& target) {
  auto [found, fresh] = index_.try_emplace(key_of(target));
  if (fresh) {
    found->second = order_.insert(order_.end(), Cached{target});
  } else {
    found->second->target = target;
  }
}

bool FetchSession::is_news_of(const Cached& cached, const FetchFacts& facts) {
  return facts.has_records || facts.diverging || facts.error != ErrorCode::kNone ||
         facts.high_watermark != cached.high_watermark || facts.log_start_offset != cached.log_start_offset;
}

bool FetchSession::update(const FetchTarget& target, const FetchFacts& facts) {
  absl::MutexLock lock(&mutex_);
  auto found = index_.find(key_of(target));
  if (found == index_.end()) return true;
  Cached& cached = *found->second;
  bool news = is_news_of(cached, facts);
  // After an error the watermark counts as unknown, so that the partition is named again once the error is
  // gone.
  cached.high_watermark = facts.error == ErrorCode::kNone ? facts.high_watermark : kNoOffset;
  cached.log_start_offset = facts.log_start_offset;
  if (facts.has_records) order_.splice(order_.end(), order_, found->second);
  return news;
}

size_t FetchSession::size() const {
  absl::MutexLock lock(&mutex_);
  return order_.size();
}

}  // namespace klamm::broker
