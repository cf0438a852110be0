#include "broker/metrics/counters.h"

namespace klamm::broker::metrics {

size_t stripe_of_this_thread() {
  static std::atomic<size_t> threads{0};
  static thread_local const size_t mine = threads.fetch_add(1, std::memory_order_relaxed) % kStripes;
  return mine;
}

}  // namespace klamm::broker::metrics
