// Work on many logs at once, for the start and the stop of a node: most of it is waiting for disks.
#pragma once

#include <atomic>
#include <cstddef>
#include <thread>
#include <vector>

namespace klamm::broker {

// Calls `work` with each of 0 to count - 1, on as many threads, this one among them. With one thread in
// order.
template <class Work>
void for_each_parallel(size_t count, size_t threads, const Work& work) {
  std::atomic<size_t> next{0};
  auto run = [&] {
    for (size_t i = next++; i < count; i = next++) work(i);
  };
  std::vector<std::thread> helpers;
  for (size_t i = 1; i < threads && i < count; ++i) helpers.emplace_back(run);
  run();
  for (std::thread& helper : helpers) helper.join();
}

}  // namespace klamm::broker
