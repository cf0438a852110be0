#include "bench/load/report.h"

#include <fmt/format.h>

namespace klamm::bench {

void Report::set_counts(const Counts& counted, double seconds) {
  set("seconds", seconds);
  set("records", static_cast<double>(counted.records));
  set("records_per_s", static_cast<double>(counted.records) / seconds);
  set("mib_per_s", static_cast<double>(counted.bytes) / seconds / (1 << 20));
  set("requests_per_s", static_cast<double>(counted.requests) / seconds);
}

void Report::set_latencies(const std::string& prefix, const Histogram& latencies) {
  auto us = [](int64_t ns) { return static_cast<double>(ns) / 1000; };
  set(prefix + "p50_us", us(latencies.quantile(0.5)));
  set(prefix + "p99_us", us(latencies.quantile(0.99)));
  set(prefix + "p999_us", us(latencies.quantile(0.999)));
  set(prefix + "max_us", us(latencies.max()));
}

void Report::set_process(const ProcessStats& before, const ProcessStats& after, double seconds,
                         int64_t records) {
  double cpu_s = after.cpu_s - before.cpu_s;
  set("cpu_cores", cpu_s / seconds);
  set("cpu_ns_per_record", records > 0 ? cpu_s * 1e9 / static_cast<double>(records) : 0);
  set("cpu_system_share", cpu_s > 0 ? (after.system_s - before.system_s) / cpu_s : 0);
  set("context_switches_per_s",
      static_cast<double>(after.context_switches - before.context_switches) / seconds);
  set("rss_mib", static_cast<double>(after.rss_kib) / 1024);
  set("rss_peak_mib", static_cast<double>(after.rss_peak_kib) / 1024);
}

std::string Report::to_json() const {
  std::string text = fmt::format("{{\"mode\":\"{}\"", mode_);
  for (const auto& [name, value] : numbers_) text += fmt::format(",\"{}\":{:.3f}", name, value);
  return text + "}";
}

std::string Report::to_line() const {
  std::string text = mode_ + ":";
  for (const auto& [name, value] : numbers_) {
    text += value >= 100 || value == 0 ? fmt::format("  {} {:.0f}", name, value)
                                       : fmt::format("  {} {:.2f}", name, value);
  }
  return text;
}

}  // namespace klamm::bench
