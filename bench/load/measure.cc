#include "bench/load/measure.h"

#include <thread>

namespace klamm::bench {

int64_t after(double seconds) { return now_ns() + static_cast<int64_t>(seconds * 1e9); }

void measure(const Options& options, Window& window, std::vector<Tally>& tallies, std::vector<Work> work,
             Report& report) {
  std::vector<std::thread> threads;
  for (Work& piece : work) threads.emplace_back(std::move(piece));
  sleep_until_ns(after(options.warmup_s));

  ProcessStats before = stats_of(options.pids);
  Counts counted = Counts::of(tallies);
  int64_t began = now_ns();
  window.recording = true;
  sleep_until_ns(after(options.seconds));
  window.recording = false;
  double seconds = static_cast<double>(now_ns() - began) / 1e9;
  counted = Counts::of(tallies) - counted;
  ProcessStats behind = stats_of(options.pids);
  window.stopping = true;
  for (std::thread& thread : threads) thread.join();

  report.set_counts(counted, seconds);
  Histogram latencies;
  for (const Tally& tally : tallies) latencies.merge(tally.latencies);
  report.set_latencies("", latencies);
  report.set_process(before, behind, seconds, counted.records);
}

}  // namespace klamm::bench
