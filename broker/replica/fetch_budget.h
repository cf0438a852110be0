// FetchBudget: how many partitions a node remembers for those who fetch, in their sessions (KIP-227) and in
// fetches that wait. A request names a partition in a few dozen bytes and is forgotten; what is remembered of
// it is several times as large, and stays for as long as a client likes.
//
// Who gets no share is served all the same: without a session, or without waiting.
#pragma once

#include <atomic>
#include <cstdint>
#include <utility>

namespace klamm::broker {

class FetchBudget {
 public:
  // Partitions that are remembered; gives them back when destroyed.
  class Share {
   public:
    explicit Share(FetchBudget& budget) : budget_(&budget) {}
    Share(Share&& other) noexcept : budget_(other.budget_), size_(std::exchange(other.size_, 0)) {}
    Share& operator=(Share&&) = delete;
    ~Share() { budget_->left_ += size_; }

    // False, and nothing has changed, when the budget does not have so many.
    bool resize(size_t partitions);

   private:
    FetchBudget* const budget_;
    int64_t size_ = 0;
  };

  explicit FetchBudget(size_t partitions_max) : left_(static_cast<int64_t>(partitions_max)) {}
  // An eighth of what clients' requests may hold.
  static size_t partitions_of(uint64_t client_bytes) { return client_bytes / 8 / kPartitionBytes; }

 private:
  // A target with a topic's name of the usual length, its place in a session and in a partition's listeners.
  static constexpr uint64_t kPartitionBytes = 512;

  std::atomic<int64_t> left_;
};

inline bool FetchBudget::Share::resize(size_t partitions) {
  int64_t more = static_cast<int64_t>(partitions) - size_;
  if (budget_->left_.fetch_sub(more) < more && more > 0) {
    budget_->left_ += more;
    return false;
  }
  size_ += more;
  return true;
}

}  // namespace klamm::broker
