// All incremental fetch sessions of a node (KIP-227), and what is decided about their room: how many there
// may be, and how much they and the fetches that wait may remember.
#pragma once

#include <absl/base/thread_annotations.h>
#include <absl/container/flat_hash_map.h>
#include <absl/synchronization/mutex.h>

#include <cstdint>
#include <list>
#include <memory>
#include <string>
#include <vector>

#include "base/log_limiter.h"
#include "base/random.h"
#include "broker/replica/fetch_budget.h"
#include "broker/replica/fetch_session.h"
#include "broker/request.h"

namespace klamm::broker {

class FetchSessionCache {
 public:
  using Client = std::shared_ptr<const ClientInfo>;

  // A session that was not used for so long may be evicted for another's sake.
  static constexpr int64_t kEvictionMs = 120'000;

  // At most `slots` sessions. The others outlive it.
  FetchSessionCache(size_t slots, FetchBudget& budget, Random& random)
      : slots_(slots), budget_(budget), random_(random) {}

  // A new session that asks for `targets`, or nullptr when all slots are taken by sessions with a better
  // claim, or the budget is: then the fetch goes without.
  std::shared_ptr<FetchSession> create(FetchSession::Kind kind, const std::vector<FetchTarget>& targets,
                                       const Client& client, int64_t now_ms);
  std::shared_ptr<FetchSession> find(int32_t id, const Client& client, int64_t now_ms);
  // Begins the session's next fetch: checks its epoch and takes its changes in. FETCH_SESSION_ID_NOT_FOUND
  // when the budget has no room for them: the session is gone, and the client asks anew.
  protocol::ErrorCode begin(FetchSession& session, int32_t epoch, const std::vector<FetchTarget>& changed,
                            const std::vector<FetchTarget>& forgotten, int64_t now_ms);
  void remove(int32_t id);

  // For a fetch that waits: whether it may remember so many partitions. Sessions that nobody uses give way.
  bool grant(FetchBudget::Share& share, size_t partitions, int64_t now_ms);
  FetchBudget& budget() { return budget_; }
  size_t size() const;

 private:
  using Sessions = std::list<std::shared_ptr<FetchSession>>;

  std::shared_ptr<FetchSession> add(FetchSession::Kind kind, size_t partitions, const Client& client,
                                    int64_t now_ms);
  bool make_slot(bool privileged, size_t partitions, int64_t now_ms) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  // Has `attempt` ask the budget until it is granted, or there is no session left that nobody uses.
  template <class Attempt>
  bool insist(Attempt attempt, const std::string& client, int64_t now_ms)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  bool evict_unused(FetchBudget::Answer refusal, const std::string& client, int64_t now_ms)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  void evict_gone_followers() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  void evict(int32_t id) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  void log_refusal(FetchBudget::Answer refusal, const std::string& client, int64_t now_ms)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);

  const size_t slots_;
  FetchBudget& budget_;
  Random& random_;

  // Taken before a session's, and that before a partition's, which what a session keeps listens to.
  mutable absl::Mutex mutex_;
  Sessions by_use_ ABSL_GUARDED_BY(mutex_);  // the least recently used first
  absl::flat_hash_map<int32_t, Sessions::iterator> by_id_ ABSL_GUARDED_BY(mutex_);
  LogLimiter log_limiter_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace klamm::broker
