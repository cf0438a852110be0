// Counters of what happens on hot paths: read by a scrape, and cheap enough for everybody else not to notice.
// None has an entry in a registry: each lives in the object whose doings it counts.
#pragma once

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>

namespace klamm::broker::metrics {

// A counter that one thread writes and any may read.
class OwnCounter {
 public:
  // One writer: no locked instruction is needed.
  void add(int64_t amount) {
    value_.store(value_.load(std::memory_order_relaxed) + amount, std::memory_order_relaxed);
  }
  int64_t load() const { return value_.load(std::memory_order_relaxed); }

 private:
  std::atomic<int64_t> value_{0};
};

// A number from 0 to kStripes - 1 that stays with the calling thread. Threads share one only where there are
// more of them.
inline constexpr size_t kStripes = 8;
size_t stripe_of_this_thread();

// Counters that many threads add to, one for each enumerator of `Which` before its kCount. Threads add to
// stripes of their own, which are made when they are first needed, so that they do not wait for each other's
// cache lines, and what nobody counts takes next to no memory. Some may go down as well: then a sum that is
// read meanwhile may be off by what is under way, and below zero.
template <class Which>
class Counters {
 public:
  Counters() = default;
  Counters(const Counters&) = delete;
  Counters& operator=(const Counters&) = delete;
  ~Counters() {
    for (std::atomic<Stripe*>& stripe : stripes_) delete stripe.load(std::memory_order_acquire);
  }

  void add(Which which, int64_t amount = 1) {
    own().values[static_cast<size_t>(which)].fetch_add(amount, std::memory_order_relaxed);
  }
  int64_t load(Which which) const {
    int64_t sum = 0;
    for (const std::atomic<Stripe*>& stripe : stripes_) {
      const Stripe* const there = stripe.load(std::memory_order_acquire);
      if (there != nullptr)
        sum += there->values[static_cast<size_t>(which)].load(std::memory_order_relaxed);
    }
    return sum;
  }

 private:
  static constexpr size_t kCount = static_cast<size_t>(Which::kCount);
  struct alignas(64) Stripe {
    std::array<std::atomic<int64_t>, kCount> values{};
  };

  Stripe& own() {
    std::atomic<Stripe*>& place = stripes_[stripe_of_this_thread()];
    if (Stripe* const there = place.load(std::memory_order_acquire)) return *there;
    auto fresh = std::make_unique<Stripe>();
    Stripe* first = nullptr;
    if (place.compare_exchange_strong(first, fresh.get(), std::memory_order_acq_rel)) return *fresh.release();
    return *first;
  }

  std::array<std::atomic<Stripe*>, kStripes> stripes_{};
};

}  // namespace klamm::broker::metrics
