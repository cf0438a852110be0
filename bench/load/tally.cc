#include "bench/load/tally.h"

namespace klamm::bench {

Counts Counts::of(std::span<const Tally> tallies) {
  Counts sum;
  for (const Tally& tally : tallies) {
    sum.records += tally.records.load(std::memory_order_relaxed);
    sum.bytes += tally.bytes.load(std::memory_order_relaxed);
    sum.requests += tally.requests.load(std::memory_order_relaxed);
  }
  return sum;
}

}  // namespace klamm::bench
