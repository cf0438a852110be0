#include "broker/scrape/loop_watch.h"

#include <algorithm>

namespace klamm::broker {

LoopWatch::LoopWatch(const std::vector<Watched>& loops) {
  for (const Watched& loop : loops) loops_.emplace_back().watched = loop;
}

void LoopWatch::ask(int64_t now_ms) {
  for (One& one : loops_) {
    if (!one.answered->exchange(false)) continue;
    one.asked_ms = now_ms;
    one.watched.loop->post([answered = one.answered] { *answered = true; });
  }
}

bool LoopWatch::have_all_answered() const {
  return std::ranges::all_of(loops_, [](const One& one) { return one.answered->load(); });
}

std::vector<std::string> LoopWatch::silent(int64_t now_ms, int64_t for_ms) const {
  std::vector<std::string> names;
  for (const One& one : loops_) {
    if (!one.answered->load() && now_ms - one.asked_ms >= for_ms) names.push_back(one.watched.name);
  }
  return names;
}

}  // namespace klamm::broker
