#include "bench/load/started.h"

namespace klamm::bench {
namespace {

constexpr int64_t kStartWithinNs = 300'000'000'000;
constexpr int64_t kLookAgainNs = 500'000;

}  // namespace

Started start_broker(const Options& options) {
  int64_t began = now_ns();
  pid_t pid = start_process(options.command, options.log);
  if (pid < 0) give_up("the broker cannot be started");
  while (!Client::is_reachable(options.address)) {
    if (now_ns() - began > kStartWithinNs || stats_of(pid).rss_kib == 0) give_up("the broker does not start");
    sleep_until_ns(now_ns() + kLookAgainNs);
  }
  return {pid, began, now_ns()};
}

}  // namespace klamm::bench
