// Loop: a thread that runs tasks and timers to completion, one after the other. The network loops and the
// quorum loop are Loops; the simulator has its own. What belongs to a loop is touched only by its thread.
#pragma once

#include <absl/functional/any_invocable.h>

#include <cstdint>
#include <utility>

namespace klamm::broker {

using Task = absl::AnyInvocable<void()>;

enum class TimerId : uint64_t { kNone = 0 };

class Loop {
 public:
  virtual ~Loop() = default;

  // Runs `task` on this loop, soon, in the order of the calls. From any thread; wakes the loop at most once
  // however many tasks wait.
  virtual void post(Task task) = 0;

  // The rest only on the loop's own thread.
  virtual TimerId call_at(int64_t deadline_ms, Task task) = 0;
  virtual void cancel(TimerId timer) = 0;
  // Monotonic milliseconds, read once per turn.
  virtual int64_t now_ms() const = 0;

  // True on the loop's own thread.
  virtual bool is_current() const = 0;
};

// Threads for what may wait for a disk: fsync, cold reads, deletion, recovery. Tasks run in no promised
// order.
class Workers {
 public:
  virtual ~Workers() = default;
  virtual void run(Task task) = 0;
  // The same as the last thing that a task does: behind all that wait, and no thread is made for it, since
  // the one that calls will be free.
  virtual void go_on(Task task) { run(std::move(task)); }
};

}  // namespace klamm::broker
