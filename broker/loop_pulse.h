// LoopPulse: whether loops turn. Each of them is asked to run a task; while one has not, it is busy with one
// thing, or hangs.
#pragma once

#include <atomic>
#include <cstddef>
#include <memory>
#include <utility>
#include <vector>

#include "broker/loop.h"

namespace klamm::broker {

class LoopPulse {
 public:
  // They outlive the pulse. Whoever calls is one thread at a time.
  explicit LoopPulse(std::vector<Loop*> loops) : loops_(std::move(loops)) {}

  // Whether every loop has turned since the last call that was answered with true, which asked them all; the
  // first call is. A loop that has ended does not turn.
  bool beat() {
    if (waiting_->load() > 0) return false;
    waiting_->store(loops_.size());
    for (Loop* loop : loops_) loop->post([waiting = waiting_] { waiting->fetch_sub(1); });
    return true;
  }

 private:
  const std::vector<Loop*> loops_;
  // How many have yet to run their task, which may outlive the pulse.
  const std::shared_ptr<std::atomic<size_t>> waiting_ = std::make_shared<std::atomic<size_t>>(0);
};

}  // namespace klamm::broker
