#include "broker/replica/fetch_session_cache.h"

#include <limits>
#include <utility>

#include "base/logging.h"

namespace klamm::broker {

using protocol::ErrorCode;
using Answer = FetchBudget::Answer;

namespace {

// How many sessions are looked at for one that nobody uses. Who has gone does not use its session, which is
// soon among the least recently used.
constexpr int kLookMax = 32;

const char* reason(Answer refusal) {
  switch (refusal) {
    case Answer::kTooLarge:
      return "one fetch asks for more than a quarter of what may be remembered";
    case Answer::kClientSpent:
      return "half of what may be remembered is this client's";
    default:
      return "all is taken by others";
  }
}

}  // namespace

std::shared_ptr<FetchSession> FetchSessionCache::create(FetchSession::Kind kind,
                                                        const std::vector<FetchTarget>& targets,
                                                        const Client& client, int64_t now_ms) {
  auto session = add(kind, targets.size(), client, now_ms);
  if (session) session->open(targets);
  return session;
}

std::shared_ptr<FetchSession> FetchSessionCache::add(FetchSession::Kind kind, size_t partitions,
                                                     const Client& client, int64_t now_ms) {
  absl::MutexLock lock(&mutex_);
  if (kind.privileged) evict_gone_followers();
  FetchBudget::Share share(budget_, client->host);
  if (!insist([&] { return share.resize(partitions); }, client->host, now_ms)) return nullptr;
  if (by_use_.size() >= slots_ && !make_slot(kind.privileged, partitions, now_ms)) return nullptr;
  int32_t id;
  do {
    id = 1 + static_cast<int32_t>(random_.below(std::numeric_limits<int32_t>::max() - 1));
  } while (by_id_.contains(id));
  auto session = std::make_shared<FetchSession>(id, kind, std::move(share), now_ms);
  session->last_used_ms_ = now_ms;
  session->client_ = client;
  by_id_.emplace(id, by_use_.insert(by_use_.end(), session));
  return session;
}

std::shared_ptr<FetchSession> FetchSessionCache::find(int32_t id, const Client& client, int64_t now_ms) {
  absl::MutexLock lock(&mutex_);
  auto found = by_id_.find(id);
  if (found == by_id_.end()) return nullptr;
  by_use_.splice(by_use_.end(), by_use_, found->second);
  FetchSession& session = **found->second;
  session.last_used_ms_ = now_ms;
  session.client_ = client;
  return *found->second;
}

ErrorCode FetchSessionCache::begin(FetchSession& session, int32_t epoch,
                                   const std::vector<FetchTarget>& changed,
                                   const std::vector<FetchTarget>& forgotten, int64_t now_ms) {
  ErrorCode code = ErrorCode::kNone;
  auto change = [&] {
    Answer answer = Answer::kGranted;
    code = session.change(epoch, changed, forgotten, answer);
    return answer;
  };
  if (change() == Answer::kGranted) return code;
  absl::MutexLock lock(&mutex_);
  auto found = by_id_.find(session.id());
  if (found == by_id_.end()) return ErrorCode::kFetchSessionIdNotFound;
  auto client = session.client_.lock();
  if (!insist(change, client ? client->host : std::string(), now_ms)) evict(session.id());
  return code;
}

void FetchSessionCache::remove(int32_t id) {
  absl::MutexLock lock(&mutex_);
  evict(id);
}

bool FetchSessionCache::grant(FetchBudget::Share& share, size_t partitions, int64_t now_ms) {
  auto resize = [&] { return share.resize(partitions); };
  if (resize() == Answer::kGranted) return true;
  absl::MutexLock lock(&mutex_);
  return insist(resize, share.client(), now_ms);
}

// KIP-227's rules: a session that nobody has used for two minutes goes first. A follower takes the place of a
// consumer, the smallest first. A larger session takes the place of a smaller one that has had its two
// minutes.
bool FetchSessionCache::make_slot(bool privileged, size_t partitions, int64_t now_ms) {
  if (evict_unused(Answer::kSpent, {}, now_ms)) return true;
  const FetchSession* weakest = nullptr;
  std::pair<bool, size_t> least;
  for (const auto& session : by_use_) {
    if (session->kind_.privileged && !privileged) continue;
    std::pair<bool, size_t> rank(session->kind_.privileged, session->size());
    if (weakest != nullptr && rank >= least) continue;
    weakest = session.get();
    least = rank;
  }
  if (weakest == nullptr) return false;
  bool outranked = privileged && !weakest->kind_.privileged;
  bool outgrown = partitions > least.second && now_ms - weakest->created_ms_ > kEvictionMs;
  if (!outranked && !outgrown) return false;
  evict(weakest->id());
  return true;
}

template <class Attempt>
bool FetchSessionCache::insist(Attempt attempt, const std::string& client, int64_t now_ms) {
  while (true) {
    Answer answer = attempt();
    if (answer == Answer::kGranted) return true;
    if (answer != Answer::kTooLarge && evict_unused(answer, client, now_ms)) continue;
    log_refusal(answer, client, now_ms);
    return false;
  }
}

// A session whose connection has gone is of no use to anybody: clients begin anew on a new one. One whose
// client is there and has not asked for two minutes gives way as well; where the client's own half is spent,
// only its own do.
bool FetchSessionCache::evict_unused(Answer refusal, const std::string& client, int64_t now_ms) {
  int looked = 0;
  for (const auto& session : by_use_) {
    if (++looked > kLookMax) return false;
    auto user = session->client_.lock();
    bool idle = now_ms - session->last_used_ms_ > kEvictionMs;
    if (user != nullptr && !(idle && (refusal == Answer::kSpent || user->host == client))) continue;
    evict(session->id());
    return true;
  }
  return false;
}

// A follower that comes again has left its session behind, and the partitions that this listens to.
void FetchSessionCache::evict_gone_followers() {
  std::vector<int32_t> gone;
  for (const auto& session : by_use_) {
    if (session->kind_.privileged && session->client_.expired()) gone.push_back(session->id());
  }
  for (int32_t id : gone) evict(id);
}

void FetchSessionCache::evict(int32_t id) {
  auto found = by_id_.find(id);
  if (found == by_id_.end()) return;
  (*found->second)->close();
  by_use_.erase(found->second);
  by_id_.erase(found);
}

void FetchSessionCache::log_refusal(Answer refusal, const std::string& client, int64_t now_ms) {
  uint64_t suppressed = 0;
  if (!log_limiter_.allow(now_ms, suppressed)) return;
  if (suppressed > 0) LOG_WARN("{} lines like the next one were left out", suppressed);
  LOG_WARN(
      "partitions that {} fetches are not remembered: {}; it goes without a session, or hears late of new "
      "records; klamm.memory.bytes says how much memory there is for this",
      client, reason(refusal));
}

size_t FetchSessionCache::size() const {
  absl::MutexLock lock(&mutex_);
  return by_use_.size();
}

}  // namespace klamm::broker
