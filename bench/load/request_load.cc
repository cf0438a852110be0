#include "bench/load/request_load.h"

#include <algorithm>

namespace klamm::bench {
namespace {

// How soon the end of a run is seen when nothing comes.
constexpr int64_t kLookNs = 10'000'000;

}  // namespace

RequestLoad::RequestLoad(std::vector<Caller> callers, Check check, double rate, const Window& window,
                         Tally& tally)
    : callers_(std::move(callers)),
      check_(check),
      interval_ns_(rate > 0 ? static_cast<int64_t>(1e9 / rate) : 0),
      window_(window),
      tally_(tally) {
  for (size_t i = 0; i < callers_.size(); ++i) poller_.watch(callers_[i].client->socket(), i);
}

void RequestLoad::run() {
  due_ns_ = now_ns();
  if (interval_ns_ == 0) {
    for (Caller& caller : callers_) send(caller, now_ns());
  }
  while (waiting_ > 0 || !window_.stopping.load(std::memory_order_relaxed)) {
    if (interval_ns_ > 0 && !window_.stopping.load(std::memory_order_relaxed)) send_due();
    const int64_t look = now_ns() + kLookNs;
    for (size_t number : poller_.wait_until(interval_ns_ > 0 ? std::min(look, due_ns_) : look)) {
      receive(callers_[number]);
    }
  }
}

void RequestLoad::send_due() {
  for (; due_ns_ <= now_ns(); due_ns_ += interval_ns_) {
    Caller& caller = callers_[next_++ % callers_.size()];
    if (caller.is_waiting) {
      caller.owed_ns.push_back(due_ns_);
    } else {
      send(caller, due_ns_);
    }
  }
}

void RequestLoad::send(Caller& caller, int64_t due_ns) {
  caller.due_ns = due_ns;
  caller.is_waiting = true;
  ++waiting_;
  caller.client->send(caller.frame);
}

// Paced, a latency counts from when the request was due, so that a broker that stalls does not stop the
// clock.
void RequestLoad::receive(Caller& caller) {
  check_(caller.client->receive_only());
  caller.is_waiting = false;
  --waiting_;
  const int64_t now = now_ns();
  tally_.count(1, static_cast<int64_t>(caller.frame.size()));
  if (window_.recording.load(std::memory_order_relaxed)) tally_.latencies.add(now - caller.due_ns);
  if (window_.stopping.load(std::memory_order_relaxed)) return;
  if (interval_ns_ == 0) {
    send(caller, now);
  } else if (!caller.owed_ns.empty()) {
    send(caller, caller.owed_ns.front());
    caller.owed_ns.pop_front();
  }
}

}  // namespace klamm::bench
