// Report: what one run found, as a readable line and as JSON.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "bench/load/histogram.h"
#include "bench/load/process.h"
#include "bench/load/tally.h"

namespace klamm::bench {

class Report {
 public:
  explicit Report(std::string mode) : mode_(std::move(mode)) {}

  void set(std::string name, double value) { numbers_.emplace_back(std::move(name), value); }
  // What was counted in that time, and how much of it a second.
  void set_counts(const Counts& counted, double seconds);
  // Adds <prefix>p50_us, p99_us, p999_us and max_us.
  void set_latencies(const std::string& prefix, const Histogram& latencies);
  // What the process used between two looks, for that many records.
  void set_process(const ProcessStats& before, const ProcessStats& after, double seconds, int64_t records);

  std::string to_json() const;
  std::string to_line() const;

 private:
  std::string mode_;
  std::vector<std::pair<std::string, double>> numbers_;
};

}  // namespace klamm::bench
