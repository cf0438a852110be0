// LoopWatch: whether loops turn: each is sent a task now and then, and says when it comes to it. On one
// thread, but for the loops' own part.
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "broker/loop.h"

namespace klamm::broker {

class LoopWatch {
 public:
  struct Watched {
    std::string name;
    Loop* loop = nullptr;
  };

  // They have been started, and outlive what they are sent.
  explicit LoopWatch(const std::vector<Watched>& loops);

  // Sends each its task, but for those that still have one. `now_ms` is monotonic.
  void ask(int64_t now_ms);
  bool have_all_answered() const;
  // Those that have not answered for so long, or longer.
  std::vector<std::string> silent(int64_t now_ms, int64_t for_ms) const;

 private:
  struct One {
    Watched watched;
    int64_t asked_ms = 0;
    std::shared_ptr<std::atomic<bool>> answered = std::make_shared<std::atomic<bool>>(true);
  };

  std::vector<One> loops_;
};

}  // namespace klamm::broker
