// FetchBudget: how many partitions a node remembers for those who fetch, in their sessions (KIP-227) and in
// fetches that wait. A request names a partition in a few dozen bytes and is forgotten; what is remembered of
// it is several times as large, and stays for as long as a client likes.
//
// Who gets no share is served all the same: without a session, or without hearing of new records at once. One
// session, or one fetch that waits, has a quarter of all at most, and one client, who is told by its address,
// a half: whatever a client does, the others have the rest.
#pragma once

#include <absl/base/thread_annotations.h>
#include <absl/container/flat_hash_map.h>
#include <absl/synchronization/mutex.h>

#include <cstdint>
#include <string>
#include <utility>

namespace klamm::broker {

class FetchBudget {
 public:
  enum class Answer : uint8_t {
    kGranted,
    kTooLarge,     // more than one session or fetch may have
    kClientSpent,  // the client has too much besides
    kSpent,
  };

  // What one session or one fetch remembers; gives it back when destroyed.
  class Share {
   public:
    // Holds nothing yet. The budget outlives it.
    Share(FetchBudget& budget, std::string client) : budget_(budget), client_(std::move(client)) {}
    Share(Share&& other) noexcept
        : budget_(other.budget_), client_(other.client_), cost_(std::exchange(other.cost_, 0)) {}
    Share& operator=(Share&&) = delete;
    ~Share() { release(); }

    // Nothing has changed unless it is granted, as each size is that is not larger than the present one.
    Answer resize(size_t partitions);
    void release() { budget_.give_back(client_, std::exchange(cost_, 0)); }
    const std::string& client() const { return client_; }

   private:
    FetchBudget& budget_;
    const std::string client_;
    size_t cost_ = 0;
  };

  explicit FetchBudget(size_t partitions_max) : max_(partitions_max), left_(partitions_max) {}
  // An eighth of what clients' requests may hold.
  static size_t partitions_of(uint64_t client_bytes) { return client_bytes / 8 / kPartitionBytes; }
  // What a session or a fetch costs besides its partitions, in partitions.
  static constexpr size_t kHolderCost = 2;

 private:
  // A target with a topic's name of the usual length, its place in a session and in a partition's listeners.
  static constexpr uint64_t kPartitionBytes = 512;

  Answer take(const std::string& client, size_t before, size_t after) ABSL_LOCKS_EXCLUDED(mutex_);
  void give_back(const std::string& client, size_t cost) ABSL_LOCKS_EXCLUDED(mutex_);

  const size_t max_;
  absl::Mutex mutex_;
  size_t left_ ABSL_GUARDED_BY(mutex_);
  absl::flat_hash_map<std::string, size_t> held_ ABSL_GUARDED_BY(mutex_);  // by client, never 0
};

}  // namespace klamm::broker
