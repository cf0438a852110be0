#include "tests/testing.h"

#include <sys/prctl.h>
#include <time.h>
#include <unistd.h>

#include "bench/load/load.h"
#include "bench/load/report.h"

using namespace klamm::bench;

namespace {

ProcessStats stats(double cpu_s, double system_s, int64_t rss_kib, int64_t context_switches) {
  return {.cpu_s = cpu_s,
          .system_s = system_s,
          .rss_peak_kib = 2 * rss_kib,
          .rss_kib = rss_kib,
          .context_switches = context_switches};
}

double cpu_s_of_this_process() {
  timespec used{};
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &used);
  return static_cast<double>(used.tv_sec) + static_cast<double>(used.tv_nsec) / 1e9;
}

}  // namespace

TEST_CASE("only what is counted between two looks is in a window") {
  std::vector<Tally> tallies(2);
  tallies[0].count(96, 1000);
  Counts before = Counts::of(tallies);
  tallies[0].count(96, 1000);
  tallies[1].count(4, 50);
  Counts counted = Counts::of(tallies) - before;
  tallies[1].count(4, 50);
  REQUIRE(counted.records == 100);
  REQUIRE(counted.bytes == 1050);
  REQUIRE(counted.requests == 2);
}

TEST_CASE("rates are over the time that the window really took") {
  Report report("produce");
  report.set_counts({.records = 300, .bytes = 3 << 20, .requests = 6}, 1.5);
  REQUIRE(report.to_json() ==
          R"({"mode":"produce","seconds":1.500,"records":300.000,"records_per_s":200.000,)"
          R"("mib_per_s":2.000,"requests_per_s":4.000})");
}

TEST_CASE("what a process used is the difference, and its memory is as it is at the end") {
  Report report("idle");
  report.set_process(stats(10, 4, 1024, 100), stats(12, 5, 2048, 160), 4, 1000);
  REQUIRE(
      report.to_line() ==
      "idle:  cpu_cores 0.50  cpu_ns_per_record 2000000  cpu_system_share 0.50  context_switches_per_s 15.00"
      "  rss_mib 2.00  rss_peak_mib 4.00");
}

TEST_CASE("a process that did nothing, for no records, divides by no zero") {
  Report report("idle");
  report.set_process(stats(1, 1, 0, 5), stats(1, 1, 0, 5), 4, 0);
  REQUIRE(report.to_json() ==
          R"({"mode":"idle","cpu_cores":0.000,"cpu_ns_per_record":0.000,"cpu_system_share":0.000,)"
          R"("context_switches_per_s":0.000,"rss_mib":0.000,"rss_peak_mib":0.000})");
}

TEST_CASE("latencies are told in microseconds, under the prefix of what was measured") {
  Histogram latencies;
  for (int i = 0; i < 99; ++i) latencies.add(1000);
  latencies.add(64'000);
  Report report("steady");
  report.set_latencies("end_to_end_", latencies);
  REQUIRE(
      report.to_line() ==
      "steady:  end_to_end_p50_us 1.00  end_to_end_p99_us 1.00  end_to_end_p999_us 64.00  end_to_end_max_us "
      "64.00");
}

TEST_CASE("a process is read whatever its name is, and one that is gone is all zero") {
  char name[16];
  prctl(PR_GET_NAME, name);
  prctl(PR_SET_NAME, "a) R 1 (b) 2");
  ProcessStats mine = stats_of(getpid());
  prctl(PR_SET_NAME, name);
  REQUIRE(mine.cpu_s >= mine.system_s);
  REQUIRE(mine.cpu_s <= cpu_s_of_this_process() + 0.05);  // the kernel counts them apart
  REQUIRE(mine.rss_kib > 0);
  REQUIRE(mine.rss_peak_kib >= mine.rss_kib);
  REQUIRE(stats_of(0).rss_kib == 0);
  REQUIRE(stats_of(-1).context_switches == 0);
}

TEST_CASE("what several processes used is the sum, and those that are gone add nothing") {
  const ProcessStats mine = stats_of(getpid());
  const ProcessStats twice = stats_of(std::vector<pid_t>{getpid(), 0, getpid()});
  REQUIRE(twice.cpu_s >= 2 * mine.cpu_s);
  REQUIRE(twice.system_s >= 2 * mine.system_s);
  REQUIRE(twice.context_switches >= 2 * mine.context_switches);
  REQUIRE(twice.rss_kib >= mine.rss_kib + mine.rss_kib / 2);
  REQUIRE(twice.rss_peak_kib >= mine.rss_peak_kib + mine.rss_peak_kib / 2);
  REQUIRE(stats_of(std::vector<pid_t>{}).rss_kib == 0);
}

TEST_CASE("the time of a batch is found by its sequence number, also behind the last one there is") {
  constexpr int32_t kLast = 2'147'483'647;
  SendTimes times(2, 96);
  times.set(0, 960, 20);
  times.set(1, 960, 30);
  times.set(0, kLast - 50, 40);
  times.set(0, 45, 50);  // the sequence that follows by 96
  times.set(0, 141, 60);
  REQUIRE(times.get(0, 960) == 20);
  REQUIRE(times.get(1, 960) == 30);
  REQUIRE(times.get(0, kLast - 50) == 40);
  REQUIRE(times.get(0, 45) == 50);
  REQUIRE(times.get(0, 141) == 60);
}
