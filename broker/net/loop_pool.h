// The network loops of a node.
#pragma once

#include <memory>
#include <vector>

#include "broker/net/loop_thread.h"

namespace klamm::broker::net {

class LoopPool {
 public:
  // `count` of 0 means one for each core that usable_cores() counts.
  LoopPool(int count, const Clock& clock);

  void start();
  // Every loop ends after its present turn.
  void stop();

  size_t size() const { return loops_.size(); }
  LoopThread& at(size_t index) const { return *loops_[index]; }
  // Connections hold their loop, so that a late reply finds it, stopped perhaps, but there.
  const std::shared_ptr<LoopThread>& share(size_t index) const { return loops_[index]; }

 private:
  std::vector<std::shared_ptr<LoopThread>> loops_;
};

}  // namespace klamm::broker::net
