#include "broker/net/loop_pool.h"

#include <string>

#include "base/check.h"
#include "broker/net/cpu_count.h"

namespace klamm::broker::net {

LoopPool::LoopPool(int count, const Clock& clock) {
  CHECK(count >= 0);
  if (count == 0) count = usable_cores();
  for (int i = 0; i < count; ++i) {
    loops_.push_back(std::make_shared<LoopThread>("klamm-net-" + std::to_string(i), clock));
  }
}

void LoopPool::start() {
  for (auto& loop : loops_) loop->start();
}

void LoopPool::stop() {
  for (auto& loop : loops_) loop->stop();
}

}  // namespace klamm::broker::net
