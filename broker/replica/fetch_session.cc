#include "broker/replica/fetch_session.h"

#include <limits>

namespace klamm::broker {

using protocol::ErrorCode;

protocol::ErrorCode FetchSession::begin(int32_t epoch, const std::vector<FetchTarget>& changed,
                                        const std::vector<FetchTarget>& forgotten,
                                        std::vector<FetchTarget>& targets) {
  absl::MutexLock lock(&mutex_);
  if (epoch != epoch_) return ErrorCode::kInvalidFetchSessionEpoch;
  if (!share_.resize(order_.size() + changed.size())) return ErrorCode::kFetchSessionIdNotFound;
  epoch_ = epoch_ == std::numeric_limits<int32_t>::max() ? 1 : epoch_ + 1;
  for (const FetchTarget& target : changed) put(target);
  for (const FetchTarget& target : forgotten) {
    auto found = index_.find(key_of(target));
    if (found == index_.end()) continue;
    order_.erase(found->second);
    index_.erase(found);
  }
  share_.resize(order_.size());
  targets.reserve(order_.size());
  for (const Cached& cached : order_) targets.push_back(cached.target);
  return ErrorCode::kNone;
}

void FetchSession::begin_full(const std::vector<FetchTarget>& targets) {
  absl::MutexLock lock(&mutex_);
  for (const FetchTarget& target : targets) put(target);
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

std::shared_ptr<FetchSession> FetchSessionCache::find(int32_t id, int64_t now_ms) {
  absl::MutexLock lock(&mutex_);
  auto found = sessions_.find(id);
  if (found == sessions_.end()) return nullptr;
  found->second->last_used_ms_ = now_ms;
  return found->second;
}

void FetchSessionCache::remove(int32_t id) {
  absl::MutexLock lock(&mutex_);
  sessions_.erase(id);
}

std::shared_ptr<FetchSession> FetchSessionCache::create(bool privileged, bool uses_topic_ids,
                                                        size_t partitions, int64_t now_ms) {
  absl::MutexLock lock(&mutex_);
  FetchBudget::Share share(budget_);
  if (!share.resize(partitions)) return nullptr;
  if (sessions_.size() >= slots_ && !make_room(privileged, partitions, now_ms)) return nullptr;
  int32_t id;
  do {
    id = 1 + static_cast<int32_t>(random_.below(std::numeric_limits<int32_t>::max() - 1));
  } while (sessions_.contains(id));
  auto session = std::make_shared<FetchSession>(id, privileged, uses_topic_ids, std::move(share), now_ms);
  session->last_used_ms_ = now_ms;
  sessions_.emplace(id, session);
  return session;
}

// KIP-227's rules: a session that nobody has used for two minutes goes first. A follower takes the place of a
// consumer, the smallest first. A larger session takes the place of a smaller one that has had its two
// minutes.
bool FetchSessionCache::make_room(bool privileged, size_t partitions, int64_t now_ms) {
  auto stale = sessions_.end();
  auto weakest = sessions_.end();
  for (auto it = sessions_.begin(); it != sessions_.end(); ++it) {
    const FetchSession& session = *it->second;
    if (stale == sessions_.end() || session.last_used_ms_ < stale->second->last_used_ms_) stale = it;
    if (session.privileged_ && !privileged) continue;
    auto rank = [](const FetchSession& s) { return std::pair(s.privileged_, s.size()); };
    if (weakest == sessions_.end() || rank(session) < rank(*weakest->second)) weakest = it;
  }
  if (stale != sessions_.end() && now_ms - stale->second->last_used_ms_ > kEvictionMs) {
    sessions_.erase(stale);
    return true;
  }
  if (weakest == sessions_.end()) return false;
  const FetchSession& session = *weakest->second;
  bool outranked = privileged && !session.privileged_;
  bool outgrown = partitions > session.size() && now_ms - session.created_ms_ > kEvictionMs;
  if (!outranked && !outgrown) return false;
  sessions_.erase(weakest);
  return true;
}

size_t FetchSessionCache::size() const {
  absl::MutexLock lock(&mutex_);
  return sessions_.size();
}

}  // namespace klamm::broker
