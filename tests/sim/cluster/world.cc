#include "tests/sim/cluster/world.h"

#include <algorithm>

#include "base/check.h"
#include "base/logging.h"

namespace klamm::sim::cluster {
namespace {

constexpr size_t kLinesMax = 400;

}  // namespace

void World::at(int64_t when, Task task) {
  CHECK(when >= now_);
  events_.push_back({when, order_++, std::move(task)});
  std::push_heap(events_.begin(), events_.end(), is_later);
}

void World::run_until(int64_t end) {
  while (!failure_ && !events_.empty() && events_.front().at <= end) {
    std::pop_heap(events_.begin(), events_.end(), is_later);
    Event event = std::move(events_.back());
    events_.pop_back();
    now_ = event.at;
    event.task();
  }
  if (!failure_) now_ = std::max(now_, end);
}

void World::fail(std::string what) {
  if (failure_) return;
  note("FAILED: {}", what);
  failure_ = std::move(what);
}

void World::keep_line(std::string line) {
  LOG_INFO("{:.6f} {}", static_cast<double>(now_) / kSecond, line);
  lines_.push_back(fmt::format("{:>12.6f} {}", static_cast<double>(now_) / kSecond, line));
  if (lines_.size() > kLinesMax) lines_.pop_front();
}

}  // namespace klamm::sim::cluster
