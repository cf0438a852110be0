// World: what all of a simulated cluster shares: one virtual clock, one queue of events, one source of
// chance, the lines about what happened, and the first thing that went wrong.
#pragma once

#include <absl/functional/any_invocable.h>
#include <fmt/format.h>

#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/random.h"

namespace klamm::sim::cluster {

// Virtual time is counted in microseconds.
inline constexpr int64_t kMs = 1000;
inline constexpr int64_t kSecond = 1000 * kMs;
inline constexpr int64_t kMinute = 60 * kSecond;
inline constexpr int64_t kHour = 60 * kMinute;

class World {
 public:
  using Task = absl::AnyInvocable<void()>;

  explicit World(uint64_t seed) : random_(seed) {}

  int64_t now() const { return now_; }
  Random& random() { return random_; }
  // At least `low`, less than `high`.
  int64_t between(int64_t low, int64_t high) {
    return low + static_cast<int64_t>(random_.below(static_cast<uint64_t>(high - low)));
  }
  void at(int64_t when, Task task);
  void after(int64_t delay, Task task) { at(now_ + delay, std::move(task)); }
  // Runs to `end`, or to the first failure.
  void run_until(int64_t end);

  // What of it is worth comparing between two runs of one seed.
  void trace(uint64_t what) { trace_hash_ = (trace_hash_ ^ what) * 0x9E3779B97F4A7C15 + (trace_hash_ >> 29); }
  uint64_t trace_hash() const { return trace_hash_; }
  uint64_t events() const { return order_; }

  // Lines about what happens are kept, or not even made.
  void keep_lines() { keeps_lines_ = true; }
  template <class... Arguments>
  void note(fmt::format_string<Arguments...> format, Arguments&&... arguments) {
    if (keeps_lines_) keep_line(fmt::format(format, std::forward<Arguments>(arguments)...));
  }
  const std::deque<std::string>& lines() const { return lines_; }

  void fail(std::string what);
  const std::optional<std::string>& failure() const { return failure_; }

 private:
  struct Event {
    int64_t at;
    uint64_t order;
    Task task;
  };
  static bool is_later(const Event& a, const Event& b) {
    return a.at != b.at ? a.at > b.at : a.order > b.order;
  }
  void keep_line(std::string line);

  SeededRandom random_;
  int64_t now_ = 0;
  uint64_t order_ = 0;
  std::vector<Event> events_;  // a heap
  uint64_t trace_hash_ = 0;
  bool keeps_lines_ = false;
  std::deque<std::string> lines_;
  std::optional<std::string> failure_;
};

}  // namespace klamm::sim::cluster
